"""Tests of openid4vc.dcql."""
