from datetime import timedelta

import pytest

from consent.constraints import Act, ActionIs, NotPermitted, Permitted, judge
from tests.consent.parts import AUTHORITY, DESK, NOW, mandate

ASKED = {
    "action": "request",
    "years": (2022, 2023, 2024),
    "mandatary": DESK.id,
    "addressee": AUTHORITY.id,
    "at": NOW,
}


def test_the_act_that_was_described_is_permitted():
    assert mandate().permits(**ASKED) == Permitted()


def test_the_other_named_action_is_permitted_too():
    assert mandate().permits(**ASKED | {"action": "receive-decision"}) == Permitted()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"action": "object"}, "other_action"),
        ({"action": ""}, "other_action"),
        ({"years": (2021, 2022, 2023)}, "other_years"),
        ({"years": (2022, 2023)}, "other_years"),
        ({"years": (2022, 2023, 2024, 2025)}, "other_years"),
        ({"years": ()}, "other_years"),
        ({"mandatary": AUTHORITY.id}, "other_mandatary"),
        ({"addressee": DESK.id}, "other_addressee"),
        ({"at": NOW - timedelta(seconds=1)}, "not_yet_in_force"),
        ({"at": NOW + timedelta(days=14)}, "no_longer_in_force"),
        ({"at": NOW + timedelta(days=400)}, "no_longer_in_force"),
    ],
)
def test_any_other_act_is_not_permitted(change, reason):
    assert mandate().permits(**ASKED | change) == NotPermitted(reason)


def test_the_mandate_is_in_force_up_to_its_last_second():
    assert mandate().permits(**ASKED | {"at": NOW + timedelta(days=14, seconds=-1)}) == Permitted()


def test_no_constraints_permit_nothing():
    act = Act("request", frozenset({2022}), DESK.id, AUTHORITY.id, NOW)

    assert judge((), act) == NotPermitted("no_constraints")


def test_a_constraint_without_values_permits_nothing():
    act = Act("request", frozenset({2022}), DESK.id, AUTHORITY.id, NOW)

    assert judge((ActionIs(frozenset()),), act) == NotPermitted("other_action")
