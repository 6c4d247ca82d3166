"""What maintainers run by hand; nothing of the product imports it."""
