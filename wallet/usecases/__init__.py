"""What a citizen can do with the wallet, one verb a module."""
