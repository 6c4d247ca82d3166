"""The hub's pages for people and its small API."""
