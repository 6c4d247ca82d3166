"""Tests of openid4vc.trust."""
