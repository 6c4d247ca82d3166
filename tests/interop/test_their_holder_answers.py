"""A stranger's wallet answers our verifier."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.interop.stage import Said, Stage

pytestmark = pytest.mark.interop


def test_it_reads_our_request(stage: Stage) -> None:
    asked = stage.mandate_asked()

    got = stage.holder("ask", link=asked["wallet_url"], anchors=stage.access_anchors)

    assert got["prefix"] == "x509_hash"
    assert got["signer"] == "x5c"
    assert got["request"]["aud"] == "https://self-issued.me/v2"
    (entry,) = got["transactionData"]
    assert entry["transactionData"]["type"] == "urn:eenmalig:mandate:1"


def test_it_does_not_believe_our_request_under_another_root(stage: Stage) -> None:
    asked = stage.mandate_asked()

    got = stage.tried("ask", link=asked["wallet_url"], anchors=stage.strangers.nobody.root_pem)

    assert "error" in got


def test_it_signs_a_mandate_that_the_desk_can_use_once(stage: Stage, cards: list[dict[str, Any]]) -> None:
    asked = stage.mandate_asked()

    got = stage.holder("answer", link=asked["wallet_url"], anchors=stage.access_anchors, cards=cards)

    assert got["status"] == 200, got
    (code,) = parse_qs(urlsplit(got["body"]["redirect_uri"]).query)["response_code"]
    returned = {"transaction": asked["transaction"], "response_code": code}
    done = stage.our_verifier.post(f"/api/v1/mandate-requests/{asked['id']}/complete", returned)
    assert done["mandate"]["state"] == "granted"
    used = {"Idempotency-Key": asked["id"]}
    decision = stage.our_verifier.post(f"/api/v1/mandates/{asked['mandate_id']}/use", {}, **used)["decision"]
    assert decision["refund_eur"] == 2809
    with pytest.raises(Said) as again:
        stage.our_verifier.post(
            f"/api/v1/mandates/{asked['mandate_id']}/use", {}, **{"Idempotency-Key": "x" * 20}
        )
    assert again.value.code == "mandate_already_used"


def test_it_says_no(stage: Stage, cards: list[dict[str, Any]]) -> None:
    asked = stage.mandate_asked()

    got = stage.holder(
        "answer", link=asked["wallet_url"], anchors=stage.access_anchors, cards=cards, decline="access_denied"
    )

    assert got["status"] == 200
    state = stage.our_verifier.get(f"/mandates/{asked['mandate_id']}")["state"]
    assert state == "declined"


def test_it_reads_our_refusal(stage: Stage, cards: list[dict[str, Any]]) -> None:
    asked = stage.mandate_asked()

    got = stage.holder(
        "answer",
        link=asked["wallet_url"],
        anchors=stage.access_anchors,
        cards=cards,
        fault="query_missing",
        query="account",
    )

    assert got["status"] == 400
    assert got["body"]["error"] == "invalid_request"
    assert "redirect_uri" not in got["body"]
    assert "no-store" in got["cache"]
