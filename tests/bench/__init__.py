"""Tests of the bench: what it refuses, what it writes, what it reads; no time is ever asserted."""
