"""Strangers' software against ours: holders, issuers and verifiers made of published Node packages."""
