"""Who may ask, and in which words is it answered."""
