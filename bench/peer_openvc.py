"""openvc-core doing the same work; what is known there is the key, so neither chain nor status is checked."""

from collections.abc import Sequence
from typing import Any

from openvc.keys import P256SigningKey, verify_signature
from openvc.proof.sd_jwt import SdJwtVcProofSuite
from openvc.status.token_status_list import check_token_status
from openvc.x5c import resolve_x5c_key

from bench.measure import Work, over
from bench.ours import POOL
from bench.world import AUDIENCE, CLAIMS, NONCE, SHOWN, VCT, Held, World
from openid4vc.jose import base64url, strict_json
from openid4vc.jose.keys import SigningKey
from openid4vc.jose.x5c import encode_x5c
from openid4vc.sdjwt.present import HeldSdJwt

NAME = "openvc-core"


def their_works(world: World, pool: Sequence[Held]) -> list[Work]:
    """Rows `…/openvc-core`; their holder shows what is in the text, so the four claims are chosen before."""
    suite, issuer = SdJwtVcProofSuite(), world.issuer
    signer = P256SigningKey.from_pem(issuer.key.to_pem(), kid="k")
    chain = encode_x5c(issuer.chain)
    payloads = [world.payload(issuer, one.holder) for one in pool]
    selections = [(_four(one), _theirs(one.holder)) for one in pool]
    known = issuer.key.public.jwk()

    def issue(payload: Any) -> str:
        return suite.issue(payload, signing_key=signer, disclosable=list(CLAIMS), x5c=chain, decoys=2)

    def show(chosen: Any) -> str:
        selection, holder = chosen
        return suite.create_presentation(selection, holder_key=holder, audience=AUDIENCE, nonce=NONCE)

    def verify(presentation: Any) -> object:
        return suite.verify(presentation, public_key_jwk=known, **_expected())

    shown = [show(chosen) for chosen in selections]
    return [
        Work(f"issue/{NAME}", over(payloads, issue), times=30),
        Work(f"present/{NAME}", over(selections, show), times=30),
        Work(f"verify_known/{NAME}", over(shown, verify), times=30),
        _verify_new(world, suite),
    ]


def _verify_new(world: World, suite: Any) -> Work:
    strangers = [world.credential(world.new_issuer()) for _ in range(POOL)]
    tokens = {one.issuer.status_uri: one.issuer.status_token(world.now) for one in strangers}

    def with_chain_and_status(presentation: Any) -> object:
        header, payload = _unread(presentation)
        key = resolve_x5c_key(header["x5c"], payload["iss"], trust_anchors=[world.root])
        verified = suite.verify(presentation, public_key_jwk=key, **_expected())
        claims = verified.claims
        status = check_token_status(claims, resolve_status_list_token=lambda uri: _token(tokens[uri], key))
        if status is None or status.revoked:
            raise AssertionError("the work item is not revoked")
        return verified

    presentations = [one.presentation for one in strangers]
    return Work(f"verify_new/{NAME}", over(presentations, with_chain_and_status), times=30)


def _token(token: str, key: dict[str, Any]) -> dict[str, Any]:
    """Their status code asks the caller to verify the token; this does it with their own function."""
    signed, _, signature = token.rpartition(".")
    octets = base64url.decode(signature)
    if not verify_signature(alg="ES256", public_jwk=key, signing_input=signed.encode(), signature=octets):
        raise AssertionError("the status token of the bench is signed")
    return strict_json.loads_object(base64url.decode(signed.partition(".")[2]))


def _unread(presentation: str) -> list[dict[str, Any]]:
    header, payload, _ = presentation.partition("~")[0].split(".")
    return [strict_json.loads_object(base64url.decode(part)) for part in (header, payload)]


def _four(one: Held) -> str:
    return HeldSdJwt(one.credential).select(SHOWN)


def _theirs(key: SigningKey) -> Any:
    return P256SigningKey.from_pem(key.to_pem(), kid="h")


def _expected() -> dict[str, Any]:
    return {"audience": AUDIENCE, "nonce": NONCE, "require_key_binding": True, "expected_vct": VCT}
