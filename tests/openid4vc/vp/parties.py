"""A verifier with an access certificate, an issuer with a trusted chain, and a holder."""

import os
from datetime import UTC, datetime, timedelta

from openid4vc.jose.keys import SigningKey
from openid4vc.trust.certificates import LeafSubject, make_leaf, make_root

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
DAY = timedelta(days=1)


class Party:
    """A key with a certificate under its own root."""

    def __init__(self, name, *, uris=(), dns=(), now=NOW - DAY, days=365):
        self.root_key, self.key = SigningKey.generate(), SigningKey.generate()
        self.root = make_root(key=self.root_key, name=f"{name} root", serial=1, now=NOW - DAY, days=3650)
        subject = LeafSubject(
            organisation=name, common_name=name, identifier="NTRNL-00000001", uris=uris, dns=dns
        )
        self.leaf = make_leaf(
            subject=subject,
            public=self.key.public,
            issuer=self.root,
            issuer_key=self.root_key,
            serial=2,
            now=now,
            days=days,
        )
        self.chain = [self.leaf]


def random_bytes(count):
    """Salts need not be the same in every run."""
    return os.urandom(count)
