"""Tests of openid4vc.vp."""
