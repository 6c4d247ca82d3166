"""Organisations and purposes as data files, so that a workshop can bring its own."""
