"""The guarantees of the store, on both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.exceptions import InvalidTag
from sqlalchemy import select

from chassis.migrations import differences, downgrade, migrate
from chassis.tokens import token_hash
from tests.verifier.helpers.pki import NOON
from verifier.domain.decision import Decision
from verifier.domain.mandate import MandateId, Proposed, require_granted
from verifier.domain.presentation import NOT_SHARED, SHARED, PresentationId, Requested
from verifier.domain.records import GrantValues, ResultValues, Spending, StoredAnswer
from verifier.store.door import Store
from verifier.store.tables import decision, mandate, mandate_values

CHECKED = ResultValues(b'{"claims":{},"checks":["query"]}', NOON + timedelta(hours=1))
SECRET = bytes(range(32))
END = NOON + timedelta(days=14)
KEEP = END + timedelta(days=30)
REQUESTED = Requested(
    id=PresentationId("p-1"),
    mandate_id=MandateId("m-1"),
    service="averaging",
    state="state",
    nonce="nonce",
    dcql_query="{}",
    transaction_data="text",
    issued_at=NOON,
    expires_at=NOON + timedelta(minutes=10),
)
PROPOSED = Proposed(MandateId("m-1"), REQUESTED.expires_at, END)
VALUES = GrantValues("text", b"evidence of BSN", b"presentations", "{}", "jti-1", KEEP)


@pytest.fixture
def database(migrated_database):
    return migrated_database("verifier.store")


@pytest.fixture
def store(database):
    store = Store.over(database, secret=SECRET)
    store.presentations.propose(REQUESTED, PROPOSED, transaction_hash="t-hash")
    return store


def grant(store, values=VALUES, requested=REQUESTED, proposed=PROPOSED):
    answered = answered_by(requested, SHARED)
    return store.answers.grant(answered, proposed.granted(at=NOON), values, CHECKED)


def answered_by(requested, outcome):
    return requested.answered(
        at=NOON, response_code=f"code-{requested.id}", outcome=outcome, digest=f"bytes-{requested.id}"
    )


def code_of(request_id):
    return token_hash(f"code-{request_id}")


def released(store):
    assert grant(store)
    assert store.results.release("t-hash", code_hash=code_of("p-1"), now=NOON)
    return require_granted(store.register.find("m-1").mandate)


def spending(granted, key="key", body="body", text="text"):
    used = granted.used(at=NOON)
    taken = Decision(used.id, NOON, {"refund_eur": 2809})
    return Spending(used, text, taken, key, StoredAnswer(body, 200, b"answer"), KEEP)


def test_the_schema_is_what_the_tables_say(database):
    assert differences(database, "verifier.store") == []


def test_the_schema_can_be_taken_back(database_url):
    migrate(database_url, "verifier.store")
    downgrade(database_url, "verifier.store", "base")
    migrate(database_url, "verifier.store")


def test_a_request_is_found_while_it_is_open(store):
    assert store.presentations.open_request("state") == REQUESTED
    assert store.presentations.find_open("p-1") == REQUESTED
    assert grant(store)
    assert store.presentations.open_request("state") is None


def test_a_request_object_is_kept_only_while_the_request_is_open(store):
    assert store.presentations.keep_request_object(REQUESTED.id, "jws", now=NOON)
    assert not store.presentations.keep_request_object(REQUESTED.id, "late", now=REQUESTED.expires_at)
    assert store.presentations.find_open("p-1").request_object == "jws"


@pytest.mark.threat("310")
def test_a_grant_happens_once(store):
    assert grant(store)
    assert not grant(store, replace(VALUES, key_binding_jti="jti-2"))


@pytest.mark.threat("310")
def test_a_signature_that_was_seen_grants_nothing(store):
    assert grant(store)
    other = replace(REQUESTED, id=PresentationId("p-2"), mandate_id=MandateId("m-2"), state="s2", nonce="n2")
    proposed = replace(PROPOSED, id=MandateId("m-2"))
    store.presentations.propose(other, proposed, transaction_hash="t-2")

    assert not grant(store, requested=other, proposed=proposed)
    assert store.presentations.open_request("s2") == other
    assert store.register.find("m-2").mandate == proposed


def test_a_decline_closes_the_request(store):
    answered = answered_by(REQUESTED, NOT_SHARED)
    declined = PROPOSED.declined(at=NOON)

    assert store.answers.decline(answered, declined, reason="access_denied")
    assert not store.answers.decline(answered, declined, reason="access_denied")
    assert store.register.find("m-1").mandate == declined
    assert not grant(store)


def test_a_result_is_released_once_and_in_time(store):
    assert grant(store)
    late = NOON + timedelta(minutes=5)

    assert store.results.release("t-hash", code_hash="wrong", now=NOON) is None
    assert store.results.release("t-hash", code_hash=code_of("p-1"), now=late) is None
    assert store.results.release("t-hash", code_hash=code_of("p-1"), now=NOON).outcome == SHARED
    assert store.results.release("t-hash", code_hash=code_of("p-1"), now=NOON) is None


def test_a_mandate_is_spent_once_with_its_decision(store):
    granted = released(store)
    first, second = spending(granted), spending(granted, key="other")

    assert store.register.spend(first) is first.answer
    assert store.register.spend(second) is None
    assert store.register.hand_out_decision(granted.id, to="browser", now=NOON).outcome == {
        "refund_eur": 2809
    }
    assert store.register.stored_answer("key") == first.answer
    assert store.register.stored_answer("other") is None


def test_an_equal_key_gets_the_stored_answer(store):
    granted = released(store)
    store.register.spend(spending(granted))

    assert store.register.spend(spending(granted, body="another")).body_hash == "body"


def test_another_text_is_not_spent(store):
    granted = released(store)

    assert store.register.spend(spending(granted, text="another")) is None
    assert store.register.find("m-1").mandate == granted


def test_a_key_that_is_taken_spends_nothing(store, database):
    granted = released(store)
    store.register.spend(spending(granted))
    other = replace(REQUESTED, id=PresentationId("p-2"), mandate_id=MandateId("m-2"), state="s2", nonce="n2")
    proposed = replace(PROPOSED, id=MandateId("m-2"))
    store.presentations.propose(other, proposed, transaction_hash="t-2")
    assert grant(store, replace(VALUES, key_binding_jti="jti-2"), other, proposed)
    assert store.results.release("t-2", code_hash=code_of("p-2"), now=NOON)

    again = store.register.spend(spending(require_granted(store.register.find("m-2").mandate), body="body-2"))

    assert again.body_hash == "body"
    assert require_granted(store.register.find("m-2").mandate)
    with database.read() as connection:
        assert len(connection.execute(select(decision)).all()) == 1


def test_a_withdrawal_and_a_use_exclude_each_other(store):
    granted = released(store)

    assert store.register.revoke(granted.revoked(at=NOON, reason="grantor"))
    assert not store.register.revoke(granted.revoked(at=NOON, reason="grantor"))
    assert store.register.spend(spending(granted)) is None


def test_a_foreign_browser_ends_the_mandate(store):
    assert grant(store)

    assert store.results.reject_foreign(code_hash=code_of("p-1"), now=NOON) == "p-1"
    assert store.results.reject_foreign(code_hash=code_of("p-1"), now=NOON) is None
    assert store.register.find("m-1").mandate.reason == "other_browser"
    assert store.results.release("t-hash", code_hash=code_of("p-1"), now=NOON) is None


def test_values_are_sealed_and_tied_to_their_row(store, database):
    assert grant(store)
    with database.read() as connection:
        row = connection.execute(select(mandate_values)).one()

    assert b"BSN" not in row.sealed_evidence
    assert store.register.values(MandateId("m-1")).evidence == b"evidence of BSN"
    with pytest.raises(InvalidTag):
        Store.over(database, secret=bytes(32)).register.values(MandateId("m-1"))


def test_values_are_gone_after_their_date_and_the_entry_stays(store, database):
    granted = released(store)
    store.register.spend(spending(granted))

    assert store.retention.erase_past(CHECKED.retain_until) == 1
    assert store.retention.erase_past(KEEP - timedelta(seconds=1)) == 0
    assert store.retention.erase_past(KEEP) == 3
    assert store.register.values(granted.id) is None
    assert store.register.hand_out_decision(granted.id, to="browser", now=KEEP) is None
    with database.read() as connection:
        assert connection.execute(select(mandate.c.state)).scalar_one() == "used"
