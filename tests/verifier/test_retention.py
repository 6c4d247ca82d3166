"""What is forgotten and when: after the purge nothing of the citizen is found in the whole database."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from consent.evidence import EvidenceBundle
from openid4vc.jose import base64url
from tests.verifier.helpers.cards import BSN
from tests.verifier.helpers.watch import rows
from verifier.domain.mandate import MandateId
from verifier.store.sealing import Seal
from verifier.store.tables import metadata

VALUES = (BSN, '"Noor"', "de Vries", "NL02VBLD", "100000", '"refund_eur":2809')
PLACES = {
    "mandate_values": (
        "mandate_id",
        {"sealed_evidence": "evidence", "sealed_presentations": "presentations"},
    ),
    "decision": ("mandate_id", {"sealed_outcome": "decision"}),
    "idempotency": ("key_hash", {"sealed_answer": "answer"}),
    "presentation_values": ("presentation_id", {"sealed_result": "result"}),
    "presentation": ("id", {"sealed_code": "code", "sealed_reply_key": "reply_key"}),
}


def ports(desk):
    return desk.app.extensions["ports"]


def sweep(desk):
    return ports(desk).store.retention.erase_past(desk.clock.now)


def everything(desk):
    """Every cell of every table as text, the sealed ones opened."""
    store = ports(desk).store
    found = []
    with store.ledger.database.read() as connection:
        for table in metadata.sorted_tables:
            for row in connection.execute(select(table)):
                found += [opened(store.register.seal, table.name, row._mapping, name) for name in row._fields]
    return "\n".join(found)


def opened(seal: Seal, table, row, name):
    value = row[name]
    if not isinstance(value, bytes):
        return str(value)
    key, places = PLACES[table]
    return seal.open(value, place=f"{places[name]}/{row[key]}").decode(errors="replace")


def values_in(text):
    """In the clear, and in what presentations disclose."""
    parts = [text]
    for part in text.replace('"', "~").split("~"):
        try:
            parts.append(base64url.decode(part).decode(errors="replace"))
        except ValueError:
            continue
    whole = "\n".join(parts)
    return [value for value in VALUES if value in whole]


@pytest.fixture
def used(any_desk):
    opened = any_desk.granted()
    assert any_desk.use(opened, "key-1").status_code == 200
    return opened


def test_before_the_purge_the_values_are_found(any_desk, used):
    assert set(values_in(everything(any_desk))) == set(VALUES)


def test_a_day_after_the_use_income_and_bank_are_gone_and_the_proof_stays(any_desk, used):
    any_desk.advance(days=1)
    sweep(any_desk)

    kept = ports(any_desk).store.register.values(MandateId(used.mandate_id))
    assert kept.presentations is None
    assert EvidenceBundle.from_json(kept.evidence)
    assert not {"NL02VBLD", "100000"} & set(values_in(kept.evidence.decode()))
    again = any_desk.use(used, "key-2")
    assert (again.status_code, again.json["code"]) == (409, "mandate_already_used")


def test_within_that_day_the_same_key_gets_the_same_answer(any_desk, used):
    first = any_desk.use(used, "key-1").data
    any_desk.advance(hours=23)
    sweep(any_desk)

    assert any_desk.use(used, "key-1").data == first


def test_after_the_last_term_no_value_is_found_anywhere(any_desk, used):
    any_desk.advance(days=14 + 30 + 1)
    assert sweep(any_desk) >= 3

    assert values_in(everything(any_desk)) == []
    assert any_desk.state(used) == "used"
    assert ports(any_desk).store.ledger.verify().intact
    assert ports(any_desk).store.register.receipt_of(MandateId(used.mandate_id))


def test_a_grant_that_nobody_used_expires_and_its_values_go_too(any_desk):
    opened = any_desk.granted()
    any_desk.advance(days=14)
    sweep(any_desk)
    assert any_desk.state(opened) == "expired"
    assert [line.event for line in ports(any_desk).store.ledger.of(opened.mandate_id)][-1] == "expired"
    any_desk.advance(days=31)
    sweep(any_desk)

    assert values_in(everything(any_desk)) == []
    any_desk.clock.now -= timedelta(days=40)
    assert any_desk.state(opened) == "expired"


def test_a_second_sweep_changes_nothing(any_desk, used):
    any_desk.advance(days=2)
    sweep(any_desk)
    before = json.dumps(rows(any_desk))
    sweep(any_desk)

    assert json.dumps(rows(any_desk)) == before
