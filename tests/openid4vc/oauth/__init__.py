"""Tests of openid4vc.oauth."""
