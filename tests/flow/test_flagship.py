"""The flagship, from the question to the refused second use."""

from __future__ import annotations

import pytest

from demo.play import walk


@pytest.mark.parametrize(("persona", "refund"), [("noor", 2809), ("henk", 3829), ("sam", 0)])
def test_a_citizen_gets_the_decision_that_the_law_gives(town, persona, refund):
    result = walk(town.wire, town.place.urls(), persona)

    assert result["decision"] == {"refund_eur": refund, "years": [2022, 2023, 2024]}
    assert result["mandate"]["state"] == "used"


def test_a_second_use_and_a_use_after_withdrawal_are_refused(town):
    result = walk(town.wire, town.place.urls(), "noor")

    assert result["second_use"] == "mandate_already_used"
    assert result["revoked_use"] == "mandate_revoked"


def test_what_is_not_asked_stays_in_the_wallet(town):
    result = walk(town.wire, town.place.urls(), "noor")
    kept = {path for paths in result["not_shared"].values() for path in paths}
    shared = {path for paths in result["shared"].values() for path in paths}

    assert {"birthdate", "verzamelinkomen", "heffingskortingen"} <= kept
    assert "personal_administrative_number" in shared
    assert not {"birthdate", "address.locality", "heffingskortingen"} & shared
