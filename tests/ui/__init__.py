"""Tests of the shared user interface."""
