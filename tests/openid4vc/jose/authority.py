"""A small world of certificates for the tests: one root, its signers, and a moment at which all are valid."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count

from cryptography import x509

from openid4vc.jose.keys import SigningKey
from openid4vc.trust.certificates import LeafSubject, make_intermediate, make_leaf, make_root

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
_serials = count(1)


@dataclass(frozen=True)
class Authority:
    key: SigningKey
    certificate: x509.Certificate

    @classmethod
    def root(cls, name: str = "Test Root", *, now: datetime = NOW, days: int = 1000) -> "Authority":
        key = SigningKey.generate()
        return cls(key, make_root(key=key, name=name, serial=next(_serials), now=now, days=days))

    def below(self, name: str = "Test Intermediate", *, days: int = 900) -> "Authority":
        key = SigningKey.generate()
        certificate = make_intermediate(
            name=name,
            public=key.public,
            issuer=self.certificate,
            issuer_key=self.key,
            serial=next(_serials),
            now=NOW,
            days=days,
        )
        return Authority(key, certificate)

    def signer(self, *uris: str, now: datetime = NOW, days: int = 100) -> "Signer":
        key = SigningKey.generate()
        return Signer(key, (self.certify(key, *uris, now=now, days=days),))

    def certify(
        self,
        key: SigningKey,
        *uris: str,
        name: str = "Voorbeeld ondertekening",
        now: datetime = NOW,
        days: int = 100,
    ) -> x509.Certificate:
        return make_leaf(
            subject=LeafSubject("Voorbeeld", name, "NTRNL-00000009", uris=uris),
            public=key.public,
            issuer=self.certificate,
            issuer_key=self.key,
            serial=next(_serials),
            now=now,
            days=days,
        )


@dataclass(frozen=True)
class Signer:
    key: SigningKey
    chain: tuple[x509.Certificate, ...]


@cache
def root() -> Authority:
    """The one root that most tests trust."""
    return Authority.root()


def later(**span: float) -> datetime:
    return NOW + timedelta(**span)
