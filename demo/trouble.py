"""What keeps the demonstration from starting, said in one sentence with what to do."""

from __future__ import annotations


class Trouble(Exception):
    """A cause that the person at the keyboard can do something about."""
