"""Tests of the workshop's own service, the hub."""
