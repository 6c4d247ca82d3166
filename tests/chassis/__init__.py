"""Tests of the frame that every service stands in."""
