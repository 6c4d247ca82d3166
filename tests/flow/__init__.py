"""The flagship through all services at once."""
