"""What can be done here, one verb a module, in the order of docs/flows."""
