"""Requests that must not be believed: sent to our wallet, and to a stranger's."""

from __future__ import annotations

from typing import Any

import pytest

from tests.interop.stage import Caller, Said, Stage

pytestmark = pytest.mark.interop

SILENT = {
    # fault: our check that says no, and tells nobody; whether the strangers' library refuses it too
    "request_signature": ("jws_signature", True),
    "request_other_key": ("jws_signature", True),
    "request_alg_none": ("jws_alg", True),
    "request_typ": ("jws_typ", True),
    "request_untrusted": ("x5c_path", True),
    "request_self_signed": ("x5c_self_signed", True),
    "request_colleague": ("client_id_hash", True),
    "request_other_name": ("client_id_dns", True),
    "request_foreign_answer": ("response_uri_host", True),
    "request_expired": ("expired", True),
    "request_audience": ("request_audience", False),
    "request_other_client": ("request_client_id", True),
    "request_no_client": ("request_client_id", True),
    "request_wallet_nonce": ("request_wallet_nonce", True),
    "request_no_wallet_nonce": ("request_wallet_nonce", False),
    "request_html": ("", True),
    "request_media_type": ("", False),
}
ANSWERED = {
    # fault: the code that our wallet posts to response_uri; whether the strangers' library refuses it too
    "request_no_nonce": ("invalid_request", True),
    "request_no_query": ("invalid_request", False),
    "request_bad_query": ("invalid_request", False),
    "request_redirect_uri": ("invalid_request", False),
    "request_presentation_definition": ("invalid_request", True),
    "request_unknown_mode": ("invalid_request", True),
    "request_no_encryption_key": ("invalid_request", False),
    "request_unknown_transaction": ("invalid_transaction_data", False),
}
BY_NAME = {"request_other_name", "request_foreign_answer"}
"""Faults that only a client_id of the kind x509_san_dns can have."""


@pytest.fixture(scope="module")
def citizen(stage: Stage) -> Caller:
    citizen = stage.citizen()
    stage.collected(citizen, stage.their_issuer.post("/test/offers", {}))
    return citizen


def faulty(stage: Stage, fault: str) -> dict[str, Any]:
    prefix = "x509_san_dns" if fault in BY_NAME else "x509_hash"
    return stage.asked(stage.diploma(["given_name"]), fault=fault, prefix=prefix)


def outcome(stage: Stage, request: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = stage.their_verifier.get(f"/test/requests/{request['id']}")
    return found


@pytest.mark.parametrize("fault", SILENT)
def test_our_wallet_tells_nobody_of_whom_it_is_unsure(stage: Stage, citizen: Caller, fault: str) -> None:
    request = faulty(stage, fault)

    with pytest.raises(Said) as refused:
        citizen.post("/api/v1/requests", {"url": request["link"]})

    assert refused.value.code in {"request_not_trusted", "request_expired"}
    assert outcome(stage, request)["state"] == "requested"
    if check := SILENT[fault][0]:
        assert stage.last_audit("wallet", "request_check_failed")["check"] == check


@pytest.mark.parametrize("fault", ANSWERED)
def test_our_wallet_tells_the_sender_what_is_wrong(stage: Stage, citizen: Caller, fault: str) -> None:
    request = faulty(stage, fault)

    with pytest.raises(Said) as refused:
        citizen.post("/api/v1/requests", {"url": request["link"]})

    assert refused.value.code == "request_faulty"
    found = outcome(stage, request)
    assert (found["state"], found["error"]) == ("refused", ANSWERED[fault][0])


@pytest.mark.parametrize("fault", SILENT | ANSWERED)
def test_the_strangers_wallet_refuses_what_its_library_checks(stage: Stage, fault: str) -> None:
    request = faulty(stage, fault)

    answer = stage.tried("ask", link=request["link"], anchors=stage.strangers.access.root_pem)

    assert ("error" in answer) == (SILENT | ANSWERED)[fault][1], answer


@pytest.mark.parametrize("kind", ["x509_hash", "redirect_uri", "origin", "none"])
def test_our_wallet_takes_no_unsigned_request(stage: Stage, citizen: Caller, kind: str) -> None:
    link = stage.their_verifier.post(
        "/test/unsigned", {"kind": kind, "query": {"credentials": [stage.diploma()]}}
    )

    with pytest.raises(Said) as refused:
        citizen.post("/api/v1/requests", {"url": link["link"]})

    assert refused.value.status in {400, 403}
