"""Published test vectors, judged where they are at hand."""
