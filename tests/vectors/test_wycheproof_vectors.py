"""Forged signatures and unfit keys of Project Wycheproof, where its folder lies beside the checkout."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
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


Record = Callable[[str, object], None]


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


def name_exceptions(record_property: Record, refused: Iterable[str], what: str) -> None:
    """Valid cases that we refuse on purpose, by kind."""
    for kind, number in sorted(Counter(refused).items()):
        record_property("exception", f"{number} valid {what} of {kind}: we take only ES256 with P-256")


def test_every_raw_signature_is_judged_as_published(record_property: Record) -> None:
    wrong, cases = [], 0
    for group in groups("ecdsa_secp256r1_sha256_p1363_test"):
        point = bytes.fromhex(group["publicKey"]["uncompressed"])
        key = PublicKey(EllipticCurvePublicKey.from_encoded_point(SECP256R1(), point))
        for case in group["tests"]:
            cases += 1
            verdict = key.verify(bytes.fromhex(case["msg"]), bytes.fromhex(case["sig"]))
            if verdict is not (case["result"] == "valid"):
                wrong.append(case["tcId"])

    record_property("cases", cases)
    assert wrong == []


def test_no_invalid_jws_is_accepted_and_every_valid_es256_is(record_property: Record) -> None:
    cases = list(judged("json_web_signature_test"))
    good = [case["tcId"] for case, key in cases if accepted(case["jws"], key)]
    forged = {case["tcId"] for case, _ in cases if case["result"] == "invalid"}
    valid = [(case["tcId"], key.get("alg") or key["kty"]) for case, key in cases if case["result"] == "valid"]

    refused = [alg for number, alg in valid if number not in good]

    record_property("cases", len(cases))
    name_exceptions(record_property, refused, "signatures")
    assert forged.isdisjoint(good)
    assert len(good) >= 2
    assert "ES256" not in refused


def test_no_jws_of_the_vectors_passes_the_door_without_its_type(record_property: Record) -> None:
    tried = 0
    for case, key in judged("json_web_signature_test"):
        if isinstance(case["jws"], str) and key.get("crv") == "P-256":
            tried += 1
            with pytest.raises((CheckFailed, Malformed)):
                verify_jws(
                    parse_jws(case["jws"], expected_typ="test+jwt"), key=PublicKey.from_jwk(public_part(key))
                )
    record_property("cases", tried)
    assert tried


def test_no_unfit_key_of_a_set_lets_a_signature_pass(record_property: Record) -> None:
    passed, refused, cases = [], [], 0
    for case, keys in judged("json_web_key_test"):
        cases += 1
        fits = any(accepted(case["jws"], key) for key in keys["keys"])
        if case["result"] == "invalid" and fits:
            passed.append(case["tcId"])
        elif case["result"] == "valid" and not fits:
            refused.append(keys["keys"][0]["alg"])

    record_property("cases", cases)
    name_exceptions(record_property, refused, "key sets")
    assert passed == []
    assert "ES256" not in refused


def test_no_set_of_keys_is_taken_for_a_key() -> None:
    for _, keys in judged("json_web_key_test"):
        with pytest.raises(Malformed):
            PublicKey.from_jwk(keys)
