"""What must be told to others: never lost, safe to deliver twice, later and later while nobody answers."""

import json
import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from chassis.outbound import Answer, PeerUnreachable
from tests.verifier.helpers.cards import BSN
from tests.verifier.helpers.desk import build_desk
from tests.verifier.helpers.pki import NOON
from tests.verifier.test_store import (
    PROPOSED,
    REQUESTED,
    SECRET,
    grant,
    released,
    spending,
)
from verifier import background
from verifier.domain.notice import LONGEST_WAIT, wait_after
from verifier.store.door import Store
from verifier.usecases.deliver_notices import deliver_notices

TARGET = "http://localhost:8099/hook"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def store(migrated_database):
    store = Store.over(migrated_database("verifier.store"), secret=SECRET, tell=(TARGET,))
    store.presentations.propose(REQUESTED, PROPOSED, transaction_hash="t-hash")
    return store


def test_each_change_is_told_once_and_in_order(store):
    assert store.register.spend(spending(released(store)))

    told = [store.outbox.claim(NOON + n * timedelta(seconds=1)) for n in range(3)]

    assert sorted(notice.key for notice in told[:2]) == ["m-1/granted/0", "m-1/used/0"]
    assert told[2] is None
    assert all(store.outbox.delivered(notice, at=NOON) for notice in told[:2])
    assert not store.outbox.delivered(told[0], at=NOON)
    assert store.outbox.waiting() == 0


def test_what_did_not_happen_is_not_told(store):
    assert grant(store)
    assert not grant(store)

    assert store.outbox.waiting() == 1


def test_a_notice_of_somebody_who_died_is_claimed_again(store):
    assert grant(store)
    first = store.outbox.claim(NOON)

    assert store.outbox.claim(NOON + timedelta(seconds=59)) is None
    again = store.outbox.claim(NOON + MINUTE)
    assert (again.key, again.attempts) == (first.key, 2)
    store.outbox.failed(first, at=NOON + timedelta(days=1))
    assert store.outbox.claim(NOON + 2 * MINUTE).attempts == 3


def test_a_failure_waits_longer_each_time_and_is_never_given_up(store):
    assert grant(store)
    notice = store.outbox.claim(NOON)
    store.outbox.failed(notice, at=NOON)

    assert store.outbox.claim(NOON + timedelta(seconds=4)) is None
    assert store.outbox.claim(NOON + timedelta(seconds=5)).attempts == 2
    waits = [wait_after(attempts) for attempts in range(1, 2000)]
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_WAIT


class Receiver:
    """Counts each key once; may be down, or take a notice without saying so."""

    def __init__(self, wire):
        self.wire, self.down, self.silent, self.bodies, self.calls = wire, False, False, {}, 0

    def post(self, url, body, *, content_type, headers, **_):
        self.calls += 1
        if self.down:
            raise PeerUnreachable("localhost:8099")
        self.bodies[headers["Idempotency-Key"]] = (url, content_type, json.loads(body))
        if self.silent:
            raise PeerUnreachable("localhost:8099")
        return Answer(204, "", {}, b"")


@pytest.fixture
def told(tmp_path, pki, migrated_file):
    path = tmp_path / "verifier.db"
    path.write_bytes(migrated_file.read_bytes())
    desk = build_desk(tmp_path, f"sqlite:///{path}", pki, webhook_url=(TARGET,))
    receiver = Receiver(desk.wire)
    desk.wire.post = receiver.post
    return desk, receiver


def deliver(desk):
    return deliver_notices(ports=desk.app.extensions["ports"])


@pytest.mark.threat("315")
def test_a_target_that_was_down_for_an_hour_hears_everything_once(told):
    desk, receiver = told
    opened = desk.granted()
    assert desk.use(opened).status_code == 200
    receiver.down = True
    for _ in range(60):
        assert deliver(desk) == 0
        desk.advance(minutes=1)
    receiver.down, before = False, receiver.calls
    desk.advance(minutes=15)

    assert deliver(desk) == 2

    assert before < 60
    assert set(receiver.bodies) == {f"{opened.mandate_id}/{event}/0" for event in ("granted", "used")}
    assert deliver(desk) == 0


@pytest.mark.threat("316")
def test_a_lost_answer_means_the_same_key_again(told):
    desk, receiver = told
    desk.granted()
    receiver.silent = True
    deliver(desk)
    receiver.silent = False
    desk.advance(minutes=1)

    assert deliver(desk) == 1
    assert len(receiver.bodies) == 1


def test_no_value_of_a_citizen_is_told(told):
    desk, receiver = told
    desk.use(desk.granted())
    deliver(desk)

    assert not [
        value for value in (BSN, "Noor", "2809") if value in json.dumps(list(receiver.bodies.values()))
    ]


def test_the_thread_delivers_and_survives_a_database_that_is_gone(told, monkeypatch):
    desk, receiver = told
    desk.granted()
    monkeypatch.setattr(background, "EVERY_SECONDS", 0.01)
    monkeypatch.setattr(background, "SWEEP_EVERY", 2)
    stop, failed = threading.Event(), threading.Event()
    ports = desk.app.extensions["ports"]
    broken = replace(ports, store=replace(ports.store, outbox=Broken(ports.store.outbox, failed)))
    desk.app.extensions["ports"] = broken

    thread = background.start_deliveries(desk.app, stop=stop)

    assert failed.wait(5)
    for _ in range(500):
        if receiver.bodies:
            break
        stop.wait(0.01)
    stop.set()
    thread.join(5)
    assert len(receiver.bodies) == 1


def test_the_thread_forgets_what_is_past_its_date(told, monkeypatch):
    desk, _ = told
    opened = desk.granted()
    desk.advance(days=60)
    monkeypatch.setattr(background, "EVERY_SECONDS", 0.01)
    monkeypatch.setattr(background, "SWEEP_EVERY", 1)
    register, stop = desk.app.extensions["ports"].store.register, threading.Event()

    thread = background.start_deliveries(desk.app, stop=stop)

    for _ in range(500):
        if register.values(opened.mandate_id) is None:
            break
        stop.wait(0.01)
    stop.set()
    thread.join(5)
    assert register.values(opened.mandate_id) is None


class Broken:
    """Fails once, as a database does that restarts."""

    def __init__(self, outbox, failed):
        self.outbox, self.once = outbox, failed

    def claim(self, now):
        if not self.once.is_set():
            self.once.set()
            raise OperationalError("gone", None, Exception("gone"))
        return self.outbox.claim(now)

    def __getattr__(self, name):
        return getattr(self.outbox, name)
