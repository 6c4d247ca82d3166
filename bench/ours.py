"""What we do, and the raw signatures of the cryptography library that each of these works cannot avoid."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from bench.measure import Work, anew, over, repeated
from bench.world import NONCE, VCT, Held, Issuer, World, issue, present_four
from openid4vc.jose import jws, x5c
from openid4vc.jose.base64url import decode
from openid4vc.jose.keys import PublicKey, SigningKey
from openid4vc.sdjwt import vc
from openid4vc.sdjwt.present import HeldSdJwt
from openid4vc.sdjwt.vc import KeyBinding, VerifiedCredential, verify_presentation
from openid4vc.status.known import KnownStatusLists
from openid4vc.status.status_list import require_valid
from openid4vc.status.token import verify_status_list_token
from openid4vc.trust.anchors import TrustedIssuers
from openid4vc.vci.proof import make_key_proof, verify_key_proof

POOL = 16
"""Different items in turn, few enough that the processor's caches hold the data and not the answer."""
ES256 = ec.ECDSA(SHA256())
EXPECTED_VCTS = frozenset({VCT})
PROOF_AUDIENCE = "https://issuer.example"


@dataclass(slots=True)
class Desk:
    """A verifier without a network: the tokens of the status lists are at hand."""

    world: World
    trusted: TrustedIssuers
    tokens: dict[str, str]
    lists: KnownStatusLists
    binding: KeyBinding

    def verify(self, presentation: str) -> VerifiedCredential:
        """Every check on one presentation, its status last."""
        credential = verify_presentation(
            presentation,
            trusted=self.trusted,
            expected_vcts=EXPECTED_VCTS,
            expected_binding=self.binding,
            now=self.world.now,
        )
        self._require_not_revoked(credential)
        return credential

    def _require_not_revoked(self, credential: VerifiedCredential) -> None:
        reference, now = credential.status, self.world.now
        if reference is None:
            raise AssertionError("the work item has a status")
        statuses = self.lists.known(reference.uri, signer=credential.chain.key, now=now)
        if statuses is None:
            statuses = verify_status_list_token(
                self.tokens[reference.uri],
                expected_uri=reference.uri,
                expected_chain=credential.chain,
                anchors=credential.issuer.anchors,
                now=now,
            )
            self.lists.keep(reference.uri, statuses)
        require_valid(statuses.status_at(reference.idx))


def desk_for(world: World, issuers: Sequence[Issuer]) -> Desk:
    """A verifier that trusts these issuers and has seen nothing yet."""
    trusted = TrustedIssuers(tuple(one for issuer in issuers for one in issuer.trusted.issuers))
    tokens = {issuer.status_uri: issuer.status_token(world.now) for issuer in issuers}
    return Desk(world, trusted, tokens, KnownStatusLists(), world.binding())


@dataclass(frozen=True, slots=True)
class RawSignature:
    """A signature in the form that the library verifies without any work of ours."""

    key: ec.EllipticCurvePublicKey
    der: bytes
    message: bytes

    @classmethod
    def of(cls, jwt: str, key: PublicKey) -> "RawSignature":
        """The signature of a compact JWS."""
        message, _, signature = jwt.rpartition(".")
        raw = decode(signature)
        r, s = (int.from_bytes(half, "big") for half in (raw[:32], raw[32:]))
        return cls(key.key, encode_dss_signature(r, s), message.encode())

    def verify(self) -> None:
        """The floor under every verification."""
        self.key.verify(self.der, self.message, ES256)


def issuing(world: World) -> list[Work]:
    """Works `issue` and `issue_with_proof`, each with its limit."""
    issuer = world.issuer
    holders = [SigningKey.generate() for _ in range(POOL)]
    payloads = [world.payload(issuer, holder) for holder in holders]
    proofs = [make_key_proof(key, audience=PROOF_AUDIENCE, nonce=NONCE, iat=world.now) for key in holders]
    plain = world.payload(issuer, holders[0])
    message = issue(plain, issuer).partition("~")[0].rpartition(".")[0].encode()
    raw = [RawSignature.of(jwt, key.public) for jwt, key in zip(proofs, holders, strict=True)]

    def with_proof(jwt: Any) -> str:
        proof = verify_key_proof(jwt, expected_audience=PROOF_AUDIENCE, now=world.now)
        return issue(plain | {"cnf": {"jwk": proof.key.jwk()}}, issuer)

    def floor_with_proof(signature: Any) -> None:
        signature.verify()
        issuer.key.private.sign(message, ES256)

    return [
        Work("limit:issue", repeated(lambda: issuer.key.private.sign(message, ES256))),
        Work("issue", over(payloads, lambda payload: issue(payload, issuer))),  # type: ignore[arg-type]
        Work("limit:issue_with_proof", over(raw, floor_with_proof)),
        Work("issue_with_proof", over(proofs, with_proof)),
    ]


def presenting(world: World, pool: Sequence[Held]) -> list[Work]:
    """Work `present` from a credential that the wallet has read, and from its text."""
    read = [(HeldSdJwt(one.credential), one.holder) for one in pool]
    binding_jwt = pool[0].presentation.rpartition("~")[2]
    message = binding_jwt.rpartition(".")[0].encode()
    signer = pool[0].holder.private

    def from_text(one: Any) -> str:
        return present_four(HeldSdJwt(one.credential), one.holder, now=world.now)

    return [
        Work("limit:present", repeated(lambda: signer.sign(message, ES256))),
        Work("present", over(read, lambda held: present_four(*held, now=world.now))),  # type: ignore[misc]
        Work("present_from_text", over(pool, from_text)),
    ]


def raw_presentation(one: Held) -> list[RawSignature]:
    """The issuer's and the holder's signature of one presentation."""
    issuer_jwt, *_, binding_jwt = one.presentation.split("~")
    return [
        RawSignature.of(issuer_jwt, one.issuer.key.public),
        RawSignature.of(binding_jwt, one.holder.public),
    ]


def raw_first_sight(one: Held, world: World) -> list[RawSignature]:
    """Certificate and status token come on top."""
    leaf = one.issuer.chain[0]
    root = PublicKey.from_certificate(world.root).key
    return [
        *raw_presentation(one),
        RawSignature(root, leaf.signature, leaf.tbs_certificate_bytes),
        RawSignature.of(one.issuer.status_token(world.now), one.issuer.key.public),
    ]


def all_of(signatures: Any) -> None:
    """Verify them one after the other."""
    for signature in signatures:
        signature.verify()


def verifying_known(world: World, pool: Sequence[Held]) -> list[Work]:
    """Work `verify_known`: each holder is new, the issuer and its list are not."""
    desk = desk_for(world, [world.issuer])
    desk.verify(pool[0].presentation)
    verify: Callable[[Any], object] = desk.verify
    return [
        Work("limit:verify_known", over([raw_presentation(one) for one in pool], all_of)),
        Work("verify_known", over([one.presentation for one in pool], verify)),
    ]


def verifying_new(world: World) -> list[Work]:
    """Work `verify_new`: everything that was remembered of an issuer is forgotten before its turn comes."""
    pool = [world.credential(world.new_issuer()) for _ in range(POOL)]
    raw = [raw_first_sight(one, world) for one in pool]
    desks = [(desk_for(world, [one.issuer]), one.presentation) for one in pool]

    def forget(first: Any) -> None:
        forget_issuers()
        first[0].lists = KnownStatusLists()

    def first_sight(first: Any) -> None:
        desk, presentation = first
        desk.verify(presentation)

    return [
        Work("limit:verify_new", over(raw, all_of)),
        Work("verify_new", anew(desks, forget, first_sight)),
    ]


def forget_issuers() -> None:
    """Empty every memory of certificates, chains and headers; only whom it trusts a verifier always knows."""
    for memory in (vc._signers, x5c._verdicts):
        memory.clear()
    for cached in (x5c._read, jws._known_header):
        cached.cache_clear()
