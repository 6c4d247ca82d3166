"""The flagship in a real browser."""
