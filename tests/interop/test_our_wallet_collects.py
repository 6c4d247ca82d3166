"""Our wallet collects from a stranger's issuer."""

from __future__ import annotations

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
