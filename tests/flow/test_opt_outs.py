"""Opting out through wallet and desk: what the wallet signs, our desk takes in, obeys and tells."""

from __future__ import annotations

import pytest

from demo.play import PIN, Walk
from demo.web_client import Caller
from wallet.usecases.opt_out import OptOutChoice, read_approachers, read_looks, state_opt_out
from wallet.usecases.sign_in import resume_session


@pytest.fixture
def walk(town):
    """Noor, with her cards."""
    names = ("issuer", "wallet", "verifier", "hub")
    walk = Walk(*(Caller(town.wire, town.place.urls()[name], {}) for name in names), "noor")
    walk.open_wallet()
    walk.collect()
    return walk


def wallet_of(town, walk):
    ports = town.apps["wallet"].extensions["ports"]
    token = walk.wallet.headers["Authorization"].removeprefix("Bearer ")
    return {"viewer": resume_session(token, ports=ports).viewer, "ports": ports}


def approach(town, mandate_id: str, channel: str):
    path = f"/api/v1/mandates/{mandate_id}/approach"
    said = town.call("verifier", "POST", path, json={"service": "averaging", "channel": channel})
    return said.status_code, said.json.get("code", "allowed")


def test_who_opted_out_is_not_approached_sees_that_and_can_still_ask(town, walk):
    asked, screen = walk.ask()
    mandate_id = walk.grant(asked, screen)["id"]
    noor = wallet_of(town, walk)
    (desk,) = read_approachers(**noor)
    assert approach(town, mandate_id, "letter") == (200, "allowed")

    state_opt_out(OptOutChoice(desk.id, "all", ("letter",)), pin=PIN, **noor)

    assert approach(town, mandate_id, "letter") == (409, "opted_out")
    assert approach(town, mandate_id, "phone") == (200, "allowed")
    looks = read_looks(mandate_id, **noor)
    assert [(one.channel, one.allowed) for one in looks] == [
        ("letter", True),
        ("letter", False),
        ("phone", True),
    ]
    asked, screen = walk.ask()
    assert walk.grant(asked, screen)["state"] == "granted"
    assert read_approachers(**noor)[0].gap
