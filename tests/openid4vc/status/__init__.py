"""Tests of openid4vc.status."""
