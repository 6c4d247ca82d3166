"""Certificate chains in a JWS header, judged up to a trust anchor (RFC 7515, 4.1.6; HAIP 1.0, 6.1.1)."""

import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.verification import (
    Criticality,
    ExtensionPolicy,
    Policy,
    PolicyBuilder,
    Store,
    VerificationError,
)

from openid4vc.errors import CheckFailed, Malformed
from openid4vc.jose.certificate_der import may_be_self_issued
from openid4vc.jose.keys import PublicKey
from openid4vc.jose.recent import Recent

MAX_CERTIFICATES = 5
MAX_VERDICTS = 256
_TEXT_ONLY = frozenset({str})


@dataclass(frozen=True, slots=True, eq=False)
class VerifiedChain:
    """A path from a leaf to one of the expected anchors that held at the time of the check.

    Every certificate of it, the anchor too, is valid from `not_before` to `expires_at`; `uris` are the URI
    names of the leaf.
    """

    certificates: tuple[x509.Certificate, ...]
    anchor: x509.Certificate
    key: PublicKey
    not_before: datetime
    expires_at: datetime
    uris: frozenset[str]

    @property
    def leaf(self) -> x509.Certificate:
        """The certificate of the signer."""
        return self.certificates[0]


def encode_x5c(chain: Sequence[x509.Certificate]) -> list[str]:
    """Certificates, leaf first and without the anchor, as standard base64 of DER."""
    return [
        binascii.b2a_base64(certificate.public_bytes(Encoding.DER), newline=False).decode("ascii")
        for certificate in chain
    ]


def parse_x5c(header: Mapping[str, Any]) -> tuple[x509.Certificate, ...]:
    """Read x5c, leaf first; absent, empty, long or unreadable is Malformed, self-signed x5c_self_signed."""
    entries = header.get("x5c")
    if not isinstance(entries, list) or not 1 <= len(entries) <= MAX_CERTIFICATES:
        raise Malformed(f"x5c must be a list of 1 to {MAX_CERTIFICATES} certificates")
    if not _TEXT_ONLY.issuperset(map(type, entries)):
        raise Malformed("an x5c entry is not text")
    read = [_read(entry) for entry in entries]
    if read[0].self_issued:
        raise CheckFailed("x5c_self_signed", "the leaf certificate is self-signed")
    return tuple([one.certificate for one in read])


def verify_x5c(
    chain: Sequence[x509.Certificate], *, anchors: Sequence[x509.Certificate], now: datetime
) -> VerifiedChain:
    """Build the path leaf → anchor with exactly these certificates at this (aware) moment.

    A path that held is remembered for these very certificates and anchors, and as long as all are valid.
    Refusals: x5c_no_anchors, x5c_contains_anchor, x5c_path, x5c_order; Malformed for a key that is not P-256.
    """
    if not anchors:
        raise CheckFailed("x5c_no_anchors", "nobody is trusted for this")
    certificates = (tuple(chain), tuple(anchors))
    question = (tuple(map(id, chain)), tuple(map(id, anchors)))
    known = _verdicts.get(question)
    if known is not None and known[1].not_before <= now <= known[1].expires_at:
        return known[1]
    verified = _path(*certificates, now)
    _verdicts.put(question, (certificates, verified))
    return verified


def _path(
    chain: tuple[x509.Certificate, ...], anchors: tuple[x509.Certificate, ...], now: datetime
) -> VerifiedChain:
    leaf = chain[0]
    if any(_same_authority(certificate, anchor) for certificate in chain for anchor in anchors):
        raise CheckFailed("x5c_contains_anchor", "the trust anchor is inside x5c")
    verifier = _policy.store(_store(anchors)).time(now).build_client_verifier()
    try:
        verified = verifier.verify(leaf, list(chain[1:]))
    except (VerificationError, ValueError) as cause:
        raise CheckFailed("x5c_path", "no valid path to a trust anchor") from cause
    path = verified.chain
    if path[:-1] != list(chain):
        raise CheckFailed("x5c_order", "x5c is not the path itself, leaf first")
    return VerifiedChain(
        certificates=chain,
        anchor=anchors[anchors.index(path[-1])],
        key=PublicKey.from_certificate(leaf),
        not_before=max([certificate.not_valid_before_utc for certificate in path]),
        expires_at=min([certificate.not_valid_after_utc for certificate in path]),
        uris=frozenset(
            [name.value for name in verified.subjects or () if type(name) is x509.UniformResourceIdentifier]
        ),
    )


@lru_cache(maxsize=64)
def _store(anchors: tuple[x509.Certificate, ...]) -> Store:
    """A store reads its anchors when they are first used: this keeps no verdict, only whom we trust."""
    return Store(list(anchors))


class _ReadCertificate(NamedTuple):
    certificate: x509.Certificate
    self_issued: bool


@lru_cache(maxsize=256)
def _read(entry: str) -> _ReadCertificate:
    """The same few issuers come back all the time, and a certificate never changes."""
    try:
        der = binascii.a2b_base64(entry.encode("ascii"), strict_mode=True)
        certificate = x509.load_der_x509_certificate(der)
        # The library reads lazily; what cannot be read must fail here and nowhere else.
        _ = certificate.public_key()
        # Reading names is slow, so only those are read that could be the same.
        self_issued = may_be_self_issued(der) and certificate.issuer == certificate.subject
        return _ReadCertificate(certificate, self_issued)
    except (ValueError, TypeError, UnsupportedAlgorithm, x509.InvalidVersion) as cause:
        raise Malformed("an x5c entry is not a certificate in base64 DER") from cause


def _same_authority(certificate: x509.Certificate, anchor: x509.Certificate) -> bool:
    """Also true for another certificate of the anchor's name and key; the keys are quicker to compare."""
    return certificate == anchor or (
        certificate.public_key() == anchor.public_key() and certificate.subject == anchor.subject
    )


def _require_end_entity(
    policy: Policy, certificate: x509.Certificate, constraints: x509.BasicConstraints | None
) -> None:
    if constraints is not None and constraints.ca:
        raise ValueError("a CA certificate signs certificates, not messages")


def _require_signing(policy: Policy, certificate: x509.Certificate, usage: x509.KeyUsage | None) -> None:
    if usage is not None and not usage.digital_signature:
        raise ValueError("the key usage does not allow signatures")


# The web's rules for a leaf (an extended key usage, a host name) do not apply to signers of messages.
_leaf_policy = (
    ExtensionPolicy.permit_all()
    .may_be_present(x509.BasicConstraints, Criticality.AGNOSTIC, _require_end_entity)
    .may_be_present(x509.KeyUsage, Criticality.AGNOSTIC, _require_signing)
)
_policy = (
    PolicyBuilder()
    .max_chain_depth(MAX_CERTIFICATES)
    .extension_policies(ca_policy=ExtensionPolicy.webpki_defaults_ca(), ee_policy=_leaf_policy)
)

_Certificates = tuple[tuple[x509.Certificate, ...], tuple[x509.Certificate, ...]]
_Question = tuple[tuple[int, ...], tuple[int, ...]]
# By identity, which for a certificate in memory is narrower than its bytes: the value holds the very
# certificates that the key counts, so that no other object can ever have their numbers.
_verdicts: Recent[_Question, tuple[_Certificates, VerifiedChain]] = Recent(MAX_VERDICTS)
