"""The schema of the issuer's database, step by step."""
