"""Our wallet collects from a stranger's issuer."""

from __future__ import annotations

from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.interop.stage import PIN, WALLET, Said, Stage, StrangerFailed

pytestmark = pytest.mark.interop


@pytest.mark.parametrize("by_reference", [False, True], ids=["by value", "by reference"])
def test_it_collects_with_a_transaction_code(stage: Stage, by_reference: bool) -> None:
    offer = stage.their_issuer.post("/test/offers", {"by_reference": by_reference})

    got = stage.collected(stage.citizen(), offer)

    (card,) = got["cards"]
    assert card["vct"] == stage.strangers.vct
    assert not got["discarded"]


def test_it_collects_without_a_transaction_code(stage: Stage) -> None:
    offer = stage.their_issuer.post("/test/offers", {"tx_code": False})

    got = stage.collected(stage.citizen(), offer)

    assert len(got["cards"]) == 1


def test_it_tells_the_stranger_that_the_cards_are_kept(stage: Stage) -> None:
    offer = stage.their_issuer.post("/test/offers", {})
    before = len(stage.their_issuer.get("/test/log"))

    stage.collected(stage.citizen(), offer)

    events = stage.their_issuer.get("/test/log")[before:]
    assert [one.get("event") for one in events if one["path"] == "/notification"] == ["credential_accepted"]
    assert [one.get("copies") for one in events if one["path"] == "/credential"] == [3]


def test_it_understands_the_stranger_s_refusal_of_a_code(stage: Stage) -> None:
    offer = stage.their_issuer.post("/test/offers", {})
    citizen = stage.citizen()
    received = citizen.post("/api/v1/offers", {"offer": offer["offer"]})
    wrong = "000000" if offer["tx_code"] != "000000" else "000001"

    with pytest.raises(Said) as refused:
        citizen.post(f"/api/v1/offers/{received['id']}/accept", {"pin": PIN, "tx_code": wrong})

    assert refused.value.code == "wrong_tx_code"


def test_it_collects_by_authorization_code(stage: Stage) -> None:
    offer = stage.their_issuer.post("/test/offers", {"grant": "code"})
    citizen = stage.citizen()
    received = citizen.post("/api/v1/offers", {"offer": offer["offer"]})
    path = f"/api/v1/offers/{received['id']}"

    started = citizen.post(f"{path}/authorize", {})
    back = location(started["authorization_url"])
    got = citizen.post(f"{path}/complete", {"redirect": back, "pin": PIN})

    assert [card["vct"] for card in got["cards"]] == [stage.strangers.vct]
    heard = stage.their_issuer.get("/test/log")
    asked = [one for one in heard if one["path"] == "/token"][-1]
    assert asked["grant"] == "authorization_code"
    assert asked["dpop"]
    pushed = [one for one in heard if one["path"] == "/par"][-1]
    assert {asked["client"], pushed["client"]} == {stage.our_wallet.base}
    assert {asked["provider"], pushed["provider"]} == {stage.our_wallet.base}


def test_a_wallet_that_a_known_provider_vouches_for_is_served(stage: Stage) -> None:
    got = their_holder_collects(stage, stage.attester(stage.strangers.providers))

    assert got["cards"][0]["copies"]


def test_a_wallet_of_an_unknown_provider_is_refused_there_too(stage: Stage) -> None:
    with pytest.raises(StrangerFailed) as refused:
        their_holder_collects(stage, stage.attester(stage.strangers.nobody))

    assert refused.value.said["error"] == "invalid_client"


def test_a_wallet_that_nobody_vouches_for_is_refused_there_too(stage: Stage) -> None:
    with pytest.raises(StrangerFailed) as refused:
        their_holder_collects(stage, None)

    assert refused.value.said["error"] == "invalid_client"


def their_holder_collects(stage: Stage, attester: dict[str, Any] | None) -> dict[str, Any]:
    """Strangers among themselves: that their issuer looks at attestations at all."""
    offer = stage.their_issuer.post("/test/offers", {"grant": "code"})
    return stage.holder(
        "collect",
        offer=offer["offer"],
        grant="code",
        client_id=WALLET,
        dpop=True,
        attester=attester,
        anchors=stage.strangers.issuers.root_pem,
        types=False,
    )


def location(url: str) -> str:
    """Where the strangers' authorization page, on which everybody says yes at once, leads back to."""
    parts = urlsplit(url)
    connection = HTTPConnection(parts.netloc, timeout=10)
    connection.request("GET", f"{parts.path}?{parts.query}")
    answer = connection.getresponse()
    assert answer.status == 302, answer.read()
    return answer.headers["Location"] or ""
