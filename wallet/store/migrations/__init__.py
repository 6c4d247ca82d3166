"""How the schema of the wallet came about."""
