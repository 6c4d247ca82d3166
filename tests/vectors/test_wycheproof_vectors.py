"""Forged signatures and unfit keys of Project Wycheproof, where its folder lies beside the checkout."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey

from openid4vc.errors import CheckFailed, Malformed
from openid4vc.jose import base64url
from openid4vc.jose.jws import parse_jws, verify_jws
from openid4vc.jose.keys import PRIVATE_MEMBERS, PublicKey

VECTORS = Path(__file__).parents[3] / "shared" / "vectors" / "wycheproof"
WHY_SKIPPED = f"NO WYCHEPROOF VECTORS: {VECTORS} does not exist; forged signatures were not judged"
pytestmark = [
    pytest.mark.skipif(not VECTORS.is_dir(), reason=WHY_SKIPPED),
    pytest.mark.threat(212),
]


def groups(name: str) -> Any:
    return json.loads((VECTORS / f"{name}.json").read_bytes())["testGroups"]


def public_part(jwk: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in jwk.items() if name not in PRIVATE_MEMBERS}


def accepted(jws: Any, jwk: dict[str, Any]) -> bool:
    """Accepted by the whole of our JWS code; the vectors carry no type, so that header is not asked."""
    try:
        key = PublicKey.from_jwk(public_part(jwk))
        header, payload, signature = jws.split(".")
        if json.loads(base64url.decode(header)).get("alg") != "ES256":
            return False
        base64url.decode(payload)
        return key.verify(f"{header}.{payload}".encode("ascii"), base64url.decode(signature))
    except ValueError:
        return False


def judged(name: str) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    for group in groups(name):
        key = group.get("public") or group["private"]
        for case in group["tests"]:
            yield case, key


def test_every_raw_signature_is_judged_as_published() -> None:
    wrong = []
    for group in groups("ecdsa_secp256r1_sha256_p1363_test"):
        point = bytes.fromhex(group["publicKey"]["uncompressed"])
        key = PublicKey(EllipticCurvePublicKey.from_encoded_point(SECP256R1(), point))
        for case in group["tests"]:
            verdict = key.verify(bytes.fromhex(case["msg"]), bytes.fromhex(case["sig"]))
            if verdict is not (case["result"] == "valid"):
                wrong.append(case["tcId"])

    assert wrong == []


def test_no_invalid_jws_is_accepted_and_every_valid_es256_is() -> None:
    cases = list(judged("json_web_signature_test"))
    good = [case["tcId"] for case, key in cases if accepted(case["jws"], key)]
    forged = {case["tcId"] for case, _ in cases if case["result"] == "invalid"}
    ours = {
        case["tcId"]
        for case, key in cases
        if case["result"] == "valid" and key.get("crv") == "P-256" and key.get("alg", "ES256") == "ES256"
    }

    assert forged.isdisjoint(good)
    assert good
    assert ours <= set(good)


def test_no_jws_of_the_vectors_passes_the_door_without_its_type() -> None:
    for case, key in judged("json_web_signature_test"):
        if isinstance(case["jws"], str) and key.get("crv") == "P-256":
            with pytest.raises((CheckFailed, Malformed)):
                verify_jws(
                    parse_jws(case["jws"], expected_typ="test+jwt"), key=PublicKey.from_jwk(public_part(key))
                )


def test_no_set_of_keys_is_taken_for_a_key() -> None:
    for _, keys in judged("json_web_key_test"):
        with pytest.raises(Malformed):
            PublicKey.from_jwk(keys)
