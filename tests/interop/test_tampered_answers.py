"""Answers that must not be accepted: spoilt by a stranger's wallet, for our verifier and their own."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from tests.interop.stage import Stage

pytestmark = pytest.mark.interop

FAULTS = {
    # fault: whose answer is spoilt, our check that says no, whether the strangers' side refuses it too
    "kb_missing": ("account", "key_binding_missing", True),
    "kb_other_key": ("account", "key_binding_signature", True),
    "kb_audience": ("account", "key_binding_audience", True),
    "kb_audience_without_prefix": ("account", "key_binding_audience", True),
    "kb_nonce": ("account", "key_binding_nonce", True),
    "kb_no_nonce": ("account", "key_binding_nonce", True),
    "kb_no_iat": ("account", "malformed", True),
    "kb_old": ("account", "key_binding_iat", True),
    "kb_future": ("account", "key_binding_iat", True),
    "kb_typ": ("account", "jws_typ", True),
    "kb_hash": ("account", "sd_hash", True),
    "kb_no_hash": ("account", "sd_hash", True),
    "kb_signature": ("account", "key_binding_signature", True),
    "kb_alg_none": ("account", "jws_alg", True),
    "disclosure_taken": ("account", "sd_hash", True),
    "disclosure_unknown": ("account", "disclosure_unreferenced", False),
    "disclosure_twice": ("account", "disclosure_twice", False),
    "disclosure_changed": ("account", "disclosure_unreferenced", True),
    "more_than_asked": ("account", "surplus", False),
    "less_than_asked": ("account", "dcql_claims", True),
    "issuer_signature": ("account", "issuer_signature", True),
    "issuer_alg_none": ("account", "jws_alg", True),
    "hashes_missing": ("identity", "transaction_data", True),
    "hashes_other": ("identity", "transaction_data", True),
    "hashes_more": ("identity", "transaction_data", False),
    "hashes_algorithm": ("identity", "transaction_data", True),
    "no_jti": ("identity", "key_binding_jti", False),
    "query_missing": ("account", "dcql_missing", True),
    "query_unknown": ("account", "vp_token_doubled", True),
    "two_for_one": ("account", "vp_token_doubled", True),
    "no_list": ("account", "malformed", False),
    "empty_list": ("account", "dcql_count", True),
    "swapped": ("account", "vct", True),
    "nothing": ("account", "dcql_missing", True),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_our_verifier_refuses_a_spoilt_answer(stage: Stage, cards: list[dict[str, Any]], fault: str) -> None:
    query, check, _ = FAULTS[fault]
    asked = stage.mandate_asked()

    got = stage.holder(
        "answer",
        link=asked["wallet_url"],
        anchors=stage.access_anchors,
        cards=cards,
        fault=fault,
        query=query,
    )

    assert got["status"] == 400, got
    assert got["body"]["error"] == "invalid_request"
    assert stage.our_verifier.get(f"/mandates/{asked['mandate_id']}")["state"] == "proposed"
    assert stage.last_audit("verifier", "presentation_refused")["check"] == check


@pytest.mark.parametrize("fault", FAULTS)
def test_the_strangers_verifier_refuses_what_its_library_checks(
    stage: Stage, cards: list[dict[str, Any]], fault: str
) -> None:
    query, _, refused = FAULTS[fault]
    asked = question(stage, signed=query == "identity")

    stage.holder(
        "answer",
        link=asked["link"],
        anchors=stage.strangers.access.root_pem,
        cards=cards,
        fault=fault,
        query=query,
    )

    found = stage.their_verifier.get(f"/test/requests/{asked['id']}")
    assert found["state"] == ("failed" if refused else "verified"), found


def question(stage: Stage, *, signed: bool) -> dict[str, Any]:
    """Part of what the desk asks, asked by the strangers; with something to sign for the identity."""
    bank, town_hall = f"{stage.our_issuer.base}/bank", f"{stage.our_issuer.base}/municipality"
    query = [
        asking("account", f"{bank}/vct/account-holder/1", ["iban"], ["tenaamstelling"]),
        asking("identity", f"{town_hall}/vct/identity/1", ["given_name"], ["family_name"]),
    ]
    entry = {"type": "urn:example:receipt:1", "credential_ids": ["identity"]}
    data = [base64.urlsafe_b64encode(json.dumps(entry).encode()).rstrip(b"=").decode()]
    wish = {"query": {"credentials": query}} | ({"transaction_data": data} if signed else {})
    answer: dict[str, Any] = stage.their_verifier.post("/test/requests", wish)
    return answer


def asking(id: str, vct: str, *paths: list[Any]) -> dict[str, Any]:
    claims = [{"path": path} for path in paths]
    return {"id": id, "format": "dc+sd-jwt", "meta": {"vct_values": [vct]}, "claims": claims}
