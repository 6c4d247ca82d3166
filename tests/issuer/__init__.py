"""The organisations that hand out credentials."""
