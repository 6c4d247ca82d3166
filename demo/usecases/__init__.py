"""What can be done at the hub."""
