"""What the issuer remembers, and what each statement guarantees."""
