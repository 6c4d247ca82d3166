"""The workshop: starts everything, explains it, plays scenarios."""
