"""The house keeps its own rules: arrows, sizes, words, files."""
