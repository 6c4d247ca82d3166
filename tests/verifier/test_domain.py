"""States, transitions and the data files, without a service."""

from datetime import timedelta
from importlib import resources

import pytest

from tests.verifier.helpers.cards import assessment_claims
from tests.verifier.helpers.pki import NOON
from verifier.domain.averaging import decide_averaging
from verifier.domain.filing import Filing, require_idempotency_key
from verifier.domain.mandate import (
    Declined,
    Expired,
    Granted,
    MandateId,
    Proposed,
    Revoked,
    Used,
    as_of,
    require_granted,
    state_name,
)
from verifier.domain.organisation import parse_town
from verifier.domain.presentation import PresentationId, Requested
from verifier.domain.refusals import (
    IdempotencyKeyMissing,
    MalformedFiling,
    MandateAlreadyUsed,
    MandateDeclined,
    MandateExpired,
    MandateNotGranted,
    MandateRevoked,
    SchemeRefused,
    refusal_of,
)

ID = MandateId("m-1")
END = NOON + timedelta(days=14)
PROPOSED = Proposed(ID, NOON + timedelta(minutes=10), END)
GRANTED = Granted(ID, END, NOON, released=True)
USED = Used(ID, END, NOON, NOON)
REVOKED = Revoked(ID, END, NOON, NOON, "grantor")
DECLINED = Declined(ID, END, NOON)


def test_a_proposed_mandate_is_granted_or_declined():
    assert PROPOSED.granted(at=NOON) == Granted(ID, END, NOON, released=False)
    assert PROPOSED.declined(at=NOON) == DECLINED


def test_a_grant_after_the_request_ended_is_too_late():
    with pytest.raises(MandateExpired):
        PROPOSED.granted(at=NOON + timedelta(minutes=10))


def test_a_granted_mandate_is_used_or_revoked():
    assert GRANTED.used(at=NOON) == USED
    assert GRANTED.revoked(at=NOON, reason="grantor") == REVOKED


@pytest.mark.parametrize("act", [lambda: GRANTED.used(at=END), lambda: GRANTED.revoked(at=END, reason="x")])
def test_nothing_happens_from_the_end_on(act):
    with pytest.raises(MandateExpired):
        act()


def test_a_mandate_that_was_not_released_is_not_used():
    with pytest.raises(MandateNotGranted):
        Granted(ID, END, NOON, released=False).used(at=NOON)


@pytest.mark.parametrize(
    ("state", "refusal"),
    [
        (PROPOSED, MandateNotGranted),
        (USED, MandateAlreadyUsed),
        (REVOKED, MandateRevoked),
        (DECLINED, MandateDeclined),
        (Expired(ID, END, NOON), MandateExpired),
    ],
)
def test_each_other_state_has_its_own_refusal(state, refusal):
    with pytest.raises(refusal):
        require_granted(state)


def test_expiry_is_read_from_the_clock():
    assert as_of(GRANTED, now=END - timedelta(seconds=1)) == GRANTED
    assert state_name(as_of(GRANTED, now=END)) == "expired"
    assert state_name(as_of(PROPOSED, now=NOON + timedelta(minutes=10))) == "expired"
    for final in (USED, REVOKED, DECLINED):
        assert as_of(final, now=END) == final


def test_a_key_binding_is_fresh_and_not_older_than_the_question():
    requested = Requested(
        id=PresentationId("p"),
        state="s",
        nonce="n",
        dcql_query="{}",
        issued_at=NOON,
        expires_at=NOON + timedelta(minutes=10),
    )

    assert requested.key_binding_window(now=NOON)[0] == NOON - timedelta(seconds=60)
    later = NOON + timedelta(minutes=9)
    assert requested.key_binding_window(now=later) == (
        later - timedelta(seconds=300),
        later + timedelta(seconds=60),
    )


def test_averaging_decides_with_steps():
    outcome = decide_averaging(
        [assessment_claims(year) for year in (2024, 2022, 2023)], requested_on=NOON.date()
    )

    assert (outcome["refund_eur"], outcome["average_eur"], outcome["difference_eur"]) == (2809, 60000, 3354)


@pytest.mark.parametrize("missing", ["jaar", "dagtekening", "aow_cohort", "tariefsaanpassing"])
def test_a_missing_figure_refuses(missing):
    claims = [assessment_claims(year) for year in (2022, 2023, 2024)]
    del claims[1][missing]

    with pytest.raises(SchemeRefused) as refused:
        decide_averaging(claims, requested_on=NOON.date())
    assert refused.value.code == "assessment_unreadable"


def test_a_filing_is_two_objects_of_which_one_holds_texts():
    filing = Filing.from_json(b'{"evidence":{"a":1},"presentations":{"x":"y"}}')

    assert filing.unverified_presentations == {"x": "y"}
    with pytest.raises(MalformedFiling):
        Filing.from_json(b'{"evidence":[],"presentations":{}}')


@pytest.mark.parametrize("key", [None, "", "é", "a\nb", "k" * 201])
def test_an_idempotency_key_is_short_and_printable(key):
    with pytest.raises(IdempotencyKeyMissing):
        require_idempotency_key(key)


def test_a_refusal_travels_under_its_code():
    assert isinstance(refusal_of("mandate_revoked", status=409), MandateRevoked)
    assert refusal_of("year_already_used", status=422).code == "year_already_used"
    assert refusal_of("something", status=500) is None


def test_the_town_offers_only_what_a_known_authority_decides():
    toml = resources.files("verifier.data").joinpath("organisations.toml").read_bytes()

    assert parse_town(toml).offers["averaging"].authority == "tax-authority"
    with pytest.raises(ValueError, match="known authority"):
        parse_town(toml.replace(b'authority = "tax-authority"', b'authority = "nobody"'))
