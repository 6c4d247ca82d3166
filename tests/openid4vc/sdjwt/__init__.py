"""Tests of openid4vc.sdjwt."""
