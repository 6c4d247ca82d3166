"""The verifier: desk, register and authority."""
