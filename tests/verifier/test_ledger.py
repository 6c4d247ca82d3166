"""The ledger of the register: a line for everything, refused changes, and tampering that is named."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from tests.verifier.helpers.cards import BSN
from tests.verifier.test_store import NOON, PROPOSED, REQUESTED, grant, released, spending, store  # noqa: F401
from verifier.domain.mandate import MandateId
from verifier.domain.presentation import NOT_SHARED, PresentationId

CHANGES = {
    "update": "UPDATE ledger_line SET event = 'granted' WHERE seq = 2",
    "delete": "DELETE FROM ledger_line WHERE seq = 2",
    "delete the head": "DELETE FROM ledger_head",
}
TAMPERED = {
    "a line deleted": (["DELETE FROM ledger_line WHERE seq = 3"], (3, "missing")),
    "the last line deleted": (["DELETE FROM ledger_line WHERE seq = 5"], (5, "missing")),
    "a line altered": (["UPDATE ledger_line SET actor = 'nobody' WHERE seq = 2"], (2, "altered")),
    "details that are no JSON": (["UPDATE ledger_line SET details = '{' WHERE seq = 4"], (4, "altered")),
    "lines that changed places": (
        [
            "UPDATE ledger_line SET seq = 99 WHERE seq = 2",
            "UPDATE ledger_line SET seq = 2 WHERE seq = 3",
            "UPDATE ledger_line SET seq = 3 WHERE seq = 99",
        ],
        (2, "reordered"),
    ),
}


@pytest.fixture
def database(migrated_database):
    return migrated_database("verifier.store")


@pytest.fixture
def full(store):  # noqa: F811
    """Proposed, granted, released, used, and the decision read."""
    assert store.register.spend(spending(released(store)))
    assert store.register.hand_out_decision("m-1", to="wallet", now=NOON)
    return store


def events(store):  # noqa: F811
    return [(line.seq, line.actor, line.event) for line in store.ledger.of("m-1")]


def without_triggers(database):
    """What an administrator of the database can do."""
    with database.begin() as connection:
        if database.dialect == "postgresql":
            connection.execute(text("ALTER TABLE ledger_line DISABLE TRIGGER ALL"))
            return
        names = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars()
        for name in names.all():
            connection.execute(text(f"DROP TRIGGER {name}"))


def test_every_step_has_its_line(full):
    assert events(full) == [
        (1, "desk", "proposed"),
        (2, "grantor", "granted"),
        (3, "grantor", "released"),
        (4, "authority", "used"),
        (5, "wallet", "decision_handed_out"),
    ]
    assert full.ledger.verify().intact


def test_a_refusal_a_withdrawal_and_an_expiry_have_theirs(store):  # noqa: F811
    assert grant(store)
    granted = PROPOSED.granted(at=NOON)
    assert store.register.revoke(granted.revoked(at=NOON, reason="grantor"))
    assert not store.register.revoke(granted.revoked(at=NOON, reason="grantor"))
    assert [event for _, _, event in events(store)] == ["proposed", "granted", "revoked"]


def test_an_expiry_is_written_once_and_outlives_a_clock_set_back(store):  # noqa: F811
    granted = released(store)
    for _ in range(2):
        store.retention.erase_past(PROPOSED.expires_at)

    assert [event for _, _, event in events(store)] == ["proposed", "granted", "released", "expired"]
    assert store.register.spend(spending(granted)) is None
    assert not store.register.revoke(granted.revoked(at=NOON, reason="grantor"))


def test_what_did_not_happen_has_no_line(full):
    again = replace(PROPOSED.granted(at=NOON), released=True)

    assert full.register.spend(spending(again, key="other", text="other")) is None
    assert not grant(full)
    assert full.ledger.verify().count == 5


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_the_database_refuses_a_change(full, database, change):
    with pytest.raises(DatabaseError, match="only grows"), database.begin() as connection:
        connection.execute(text(change))

    assert full.ledger.verify().intact


def test_the_database_refuses_the_other_ways_to_delete(full, database):
    if database.dialect == "postgresql":
        change = "TRUNCATE ledger_line"
    else:
        change = "INSERT OR REPLACE INTO ledger_line SELECT * FROM ledger_line WHERE seq = 2"
    with pytest.raises(DatabaseError, match="only grows"), database.begin() as connection:
        connection.execute(text(change))


@pytest.mark.parametrize(("statements", "expected"), TAMPERED.values(), ids=TAMPERED)
def test_tampering_is_named(full, database, statements, expected):
    without_triggers(database)
    with database.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))

    broken = [(found.seq, found.kind) for found in full.ledger.verify().broken]

    assert expected in broken


def test_a_line_that_fails_takes_its_transition_with_it(store, database):  # noqa: F811
    with database.begin() as connection:
        connection.execute(text("UPDATE ledger_head SET seq = 0, hash = ''"))

    assert not grant(store)
    assert store.register.find("m-1").mandate == PROPOSED


def test_many_at_once_make_one_chain(store):  # noqa: F811
    def propose(number):
        name = f"p-{number}"
        mandate_id = MandateId(f"m-{number}")
        asked = replace(
            REQUESTED, id=PresentationId(name), mandate_id=mandate_id, state=f"s-{name}", nonce=f"n-{name}"
        )
        store.presentations.propose(asked, replace(PROPOSED, id=mandate_id), transaction_hash=f"t-{name}")

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(propose, range(2, 50)))

    verdict = store.ledger.verify()
    assert (verdict.count, verdict.broken) == (49, ())


def test_no_value_of_a_citizen_is_in_the_ledger(any_desk):
    opened = any_desk.granted()
    assert any_desk.use(opened).status_code == 200
    read = any_desk.statement(opened, "decision")
    assert any_desk.say(opened, "decision", read).status_code == 200

    lines = any_desk.app.extensions["ports"].store.ledger.of(opened.mandate_id)

    assert [line.event for line in lines][-2:] == ["used", "decision_handed_out"]
    written = json.dumps([line.to_json().decode() for line in lines])
    assert not [value for value in (BSN, "Noor", "NL02VBLD", "2809") if value in written]
    assert NOT_SHARED not in written
