"""The short form of the long trials, and that they would see a fault."""
