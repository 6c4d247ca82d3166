"""Tests of openid4vc.vci."""
