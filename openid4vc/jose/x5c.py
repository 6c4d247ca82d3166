"""Certificate chains in a JWS header, judged up to a trust anchor (RFC 7515, 4.1.6; HAIP 1.0, 6.1.1)."""

import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

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
from openid4vc.jose.keys import PublicKey

MAX_CERTIFICATES = 5


@dataclass(frozen=True, slots=True)
class VerifiedChain:
    """A path from a leaf to one of the expected anchors that held at the time of the check."""

    certificates: tuple[x509.Certificate, ...]
    anchor: x509.Certificate
    key: PublicKey

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
    if not all(isinstance(entry, str) for entry in entries):
        raise Malformed("an x5c entry is not text")
    chain = tuple(map(_read, entries))
    if chain[0].issuer == chain[0].subject:
        raise CheckFailed("x5c_self_signed", "the leaf certificate is self-signed")
    return chain


def verify_x5c(
    chain: Sequence[x509.Certificate], *, anchors: Sequence[x509.Certificate], now: datetime
) -> VerifiedChain:
    """Build the path leaf → anchor with exactly these certificates at this (aware) moment.

    Refusals: x5c_no_anchors, x5c_contains_anchor, x5c_path, x5c_order; Malformed for a key that is not P-256.
    """
    if not anchors:
        raise CheckFailed("x5c_no_anchors", "nobody is trusted for this")
    if any(_same_authority(certificate, anchor) for certificate in chain for anchor in anchors):
        raise CheckFailed("x5c_contains_anchor", "the trust anchor is inside x5c")
    verifier = _policy.store(Store(list(anchors))).time(now).build_client_verifier()
    try:
        path = verifier.verify(chain[0], list(chain[1:])).chain
    except (VerificationError, ValueError) as cause:
        raise CheckFailed("x5c_path", "no valid path to a trust anchor") from cause
    if path[:-1] != list(chain):
        raise CheckFailed("x5c_order", "x5c is not the path itself, leaf first")
    return VerifiedChain(tuple(chain), path[-1], PublicKey.from_certificate(chain[0]))


@lru_cache(maxsize=256)
def _read(entry: str) -> x509.Certificate:
    """The same few issuers come back all the time, and a certificate never changes."""
    try:
        certificate = x509.load_der_x509_certificate(
            binascii.a2b_base64(entry.encode("ascii"), strict_mode=True)
        )
        # The library reads lazily; what cannot be read must fail here and nowhere else.
        _ = (certificate.subject, certificate.issuer, certificate.public_key())
        return certificate
    except (ValueError, TypeError, UnsupportedAlgorithm) as cause:
        raise Malformed("an x5c entry is not a certificate in base64 DER") from cause


def _same_authority(certificate: x509.Certificate, anchor: x509.Certificate) -> bool:
    """Also true for another certificate of the anchor's name and key."""
    return certificate == anchor or (
        certificate.subject == anchor.subject and certificate.public_key() == anchor.public_key()
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
