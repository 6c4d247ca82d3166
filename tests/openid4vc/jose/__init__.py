"""Tests of openid4vc.jose."""
