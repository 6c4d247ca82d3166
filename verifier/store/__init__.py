"""What is remembered, and what each statement guarantees."""
