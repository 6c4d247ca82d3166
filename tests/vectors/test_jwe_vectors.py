"""Encrypted messages of others, where their folder lies beside the checkout."""

import json
from collections import Counter
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from openid4vc.errors import CheckFailed, Malformed
from openid4vc.jose import base64url, strict_json
from openid4vc.jose.jwe import ENC_VALUES, DecryptionKey, EncryptionKey, decrypt_jwe, unverified_kid

VECTORS = Path(__file__).parents[3] / "shared" / "vectors"
WHY_SKIPPED = f"NO VECTORS: {VECTORS} does not exist; encrypted messages of others were not judged"
pytestmark = pytest.mark.skipif(not VECTORS.is_dir(), reason=WHY_SKIPPED)


def _key(jwk):
    secret = int.from_bytes(base64url.decode(jwk["d"]), "big")
    return DecryptionKey(ec.derive_private_key(secret, ec.SECP256R1()))


def _opened(compact, jwk):
    """Plaintext, or None for any refusal; the vectors do not always repeat the name of the key."""
    try:
        return decrypt_jwe(compact, key=_key(jwk), expected_kid=unverified_kid(compact))
    except (CheckFailed, Malformed):
        return None


def _judged():
    groups = json.loads((VECTORS / "wycheproof" / "json_web_encryption_test.json").read_bytes())["testGroups"]
    return [(case, group["private"]) for group in groups for case in group["tests"]]


def _is_ours(case, jwk):
    return (
        case["result"] == "valid"
        and (jwk.get("crv"), jwk.get("alg")) == ("P-256", "ECDH-ES")
        and case["enc"] in ENC_VALUES
    )


def test_every_valid_message_of_our_kind_is_opened(record_property):
    ours = [(case, jwk) for case, jwk in _judged() if _is_ours(case, jwk)]
    record_property("cases", len(ours))

    opened = [_opened(case["jwe"], jwk) == bytes.fromhex(case["pt"]) for case, jwk in ours]

    assert len(ours) >= 2
    assert all(opened)


def test_no_invalid_message_and_none_of_another_kind_is_opened(record_property):
    others = [
        (case, jwk if jwk.get("crv") == "P-256" else None)
        for case, jwk in _judged()
        if not _is_ours(case, jwk)
    ]
    spare = {"d": base64url.encode(bytes(31) + b"\x01")}

    opened = [case["tcId"] for case, jwk in others if _opened(case["jwe"], jwk or spare) is not None]

    record_property("cases", len(others))
    kinds = Counter(
        f"ECDH-ES with {case['enc']}" if jwk.get("alg") == "ECDH-ES" else jwk.get("alg")
        for case, jwk in _judged()
        if _refused_on_purpose(case, jwk)
    )
    for kind, number in sorted(kinds.items()):
        record_property("exception", f"{number} valid messages of {kind}: we take only ECDH-ES and GCM")
    assert len(others) > 100
    assert opened == []


def _refused_on_purpose(case, jwk):
    return case["result"] == "valid" and not _is_ours(case, jwk)


def test_the_answer_in_the_standard_is_opened():
    example = json.loads((VECTORS / "openid4vp" / "encrypted-response.json").read_bytes())
    keys = example["request_excerpt"]["client_metadata"]["jwks"]["keys"]

    answer = decrypt_jwe(example["response"], key=_key(example["decryption_jwk"]), expected_kid="ac")

    assert "vp_token" in strict_json.loads(answer)
    assert [_reads(jwk) for jwk in keys] == [True, False, False, False]


def _reads(jwk):
    try:
        return bool(EncryptionKey.from_jwk(jwk))
    except Malformed:
        return False
