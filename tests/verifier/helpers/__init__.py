"""A throw-away town around one verifier: certificate authority, cards, wallet and wire."""
