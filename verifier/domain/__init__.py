"""What is true of a request, a mandate and a decision, and which state may follow which."""
