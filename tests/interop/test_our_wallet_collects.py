"""Our wallet collects from a stranger's issuer."""

from __future__ import annotations

from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from tests.interop.stage import PIN, Said, Stage

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
    asked = [one for one in stage.their_issuer.get("/test/log") if one["path"] == "/token"][-1]
    assert asked["grant"] == "authorization_code"
    assert asked["dpop"]
    assert asked["attested"]


def location(url: str) -> str:
    """Where the strangers' authorization page, on which everybody says yes at once, leads back to."""
    parts = urlsplit(url)
    connection = HTTPConnection(parts.netloc, timeout=10)
    connection.request("GET", f"{parts.path}?{parts.query}")
    answer = connection.getresponse()
    assert answer.status == 302, answer.read()
    return answer.headers["Location"] or ""
