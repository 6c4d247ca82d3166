"""One way out of a mandate, at each isolation level an engine may run at, its own failures included."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace

import psycopg
import pytest
from sqlalchemy import event, select

from chassis.database import Database
from soak.postgres import set_isolation
from tests.verifier.helpers.pki import NOON
from tests.verifier.test_store import END, PROPOSED, REQUESTED, answered_by, grant, released, spending
from verifier.domain.mandate import state_name
from verifier.domain.presentation import NOT_SHARED
from verifier.store.door import Store
from verifier.store.tables import decision, mandate

LEVELS = ("read committed", "serializable")
SERIALIZATION_FAILURE = "40001"
ROUNDS, CALLERS = 5, 4


@dataclass
class Register:
    """A store over one PostgreSQL database at one level, and every error that the engine gave on the way."""

    url: str
    level: str
    database: Database
    store: Store
    states: list[str | None]

    def is_waiting(self) -> bool:
        """Whether some transaction of this database waits for a lock."""
        name = self.url.rpartition("/")[2]
        asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND wait_event_type = 'Lock'"
        with psycopg.connect(self.url) as connection:
            row = connection.execute(asked, (name,)).fetchone()
        return row is not None and row[0] > 0

    def ended_as(self) -> tuple[str, bool]:
        """The state in the row, and whether the clock ended it."""
        with self.database.read() as connection:
            row = connection.execute(select(mandate)).one()
        return row.state, row.expired_at is not None

    def events(self) -> list[str]:
        """What the ledger says of the mandate, its chain being whole."""
        assert self.store.ledger.verify().intact
        return [line.event for line in self.store.ledger.of("m-1")]


@pytest.fixture(params=LEVELS)
def new_register(request, postgres) -> Iterator[Callable[[], Register]]:
    made: list[Register] = []

    def new() -> Register:
        url = postgres.migrated("verifier.store")
        set_isolation(url, request.param)
        database, states = Database(url), list[str | None]()
        event.listen(
            database._engine,
            "handle_error",
            lambda failure: states.append(getattr(failure.original_exception, "sqlstate", None)),
        )
        store = Store.over(database, secret=bytes(32))
        assert store.presentations.propose(REQUESTED, PROPOSED, transaction_hash="t-hash")
        made.append(Register(url, request.param, database, store, states))
        return made[-1]

    yield new
    for one in made:
        one.database.dispose()
        postgres.drop(one.url)


def while_a_use_is_not_committed(register: Register, rival: Callable[[], object]) -> tuple[object, object]:
    """The use has changed its row and waits; the rival runs into that row; then the use commits."""
    go_on = threading.Event()

    def receipt(_: object) -> str:
        assert go_on.wait(10)
        return "receipt"

    with ThreadPoolExecutor(2) as pool:
        used = pool.submit(register.store.register.spend, replace(granted_act(register), receipt=receipt))
        rivals = pool.submit(after(lambda: not_yet(register, used), rival))
        assert until(register.is_waiting)
        go_on.set()
        return used.result(), rivals.result()


def granted_act(register: Register):
    return spending(released(register.store))


def not_yet(register: Register, used: "Future[object]") -> bool:
    """The use is inside its transaction: its row is changed for itself and not for others."""
    with psycopg.connect(register.url) as connection:
        held = "SELECT 1 FROM mandate FOR UPDATE SKIP LOCKED"
        return connection.execute(held).fetchone() is None and not used.done()


def until(holds: Callable[[], bool]) -> bool:
    for _ in range(1000):
        if holds():
            return True
        time.sleep(0.01)
    return False


def after(holds: Callable[[], bool], act: Callable[[], object]) -> Callable[[], object]:
    def wait_and_act() -> object:
        assert until(holds)
        return act()

    return wait_and_act


def failures_expected(register: Register) -> bool:
    return register.level == "serializable"


def test_the_level_is_the_one_that_was_asked_for(new_register):
    register = new_register()

    with register.database.begin() as connection:
        found = connection.exec_driver_sql("SHOW transaction_isolation").scalar_one()

    assert found == register.level


def test_a_withdrawal_that_meets_a_use_hears_no_and_nothing_of_the_engine(new_register):
    register = new_register()
    revoked = PROPOSED.granted(at=NOON).revoked(at=NOON, reason="grantor")

    used, withdrawn = while_a_use_is_not_committed(register, lambda: register.store.register.revoke(revoked))

    assert (used.status, withdrawn) == (200, False)
    assert register.ended_as() == ("used", False)
    assert register.events() == ["proposed", "granted", "released", "used"]
    assert (SERIALIZATION_FAILURE in register.states) is failures_expected(register)


def test_a_second_use_with_the_same_key_gets_the_answer_of_the_first(new_register):
    register = new_register()
    again = spending(replace(PROPOSED.granted(at=NOON), released=True))

    used, second = while_a_use_is_not_committed(register, lambda: register.store.register.spend(again))

    assert used == second
    assert register.events().count("used") == 1
    assert (SERIALIZATION_FAILURE in register.states) is failures_expected(register)


def test_the_sweep_that_meets_a_use_expires_nothing(new_register):
    register = new_register()

    _, _ = while_a_use_is_not_committed(register, lambda: register.store.retention.erase_past(END))

    assert register.ended_as() == ("used", False)
    assert "expired" not in register.events()
    assert (SERIALIZATION_FAILURE in register.states) is failures_expected(register)


def while_a_row_is_not_committed(register: Register, statement: str, act: Callable[[], object]) -> object:
    """Somebody else has changed the row and waits; the act runs into it; then the other commits."""
    with ThreadPoolExecutor(1) as pool, psycopg.connect(register.url) as other:
        other.execute(statement.encode())
        acting = pool.submit(act)
        assert until(register.is_waiting)
        other.commit()
        return acting.result()


def test_a_receipt_is_collected_though_its_row_was_changed_meanwhile(new_register):
    register = new_register()
    released(register.store)
    receipts = register.store.receipts
    assert receipts.offer(PROPOSED.id, "code", until=END, now=NOON)

    redeemed = while_a_row_is_not_committed(
        register,
        "UPDATE receipt SET code_until = code_until",
        lambda: receipts.redeem("code", "token", until=END, now=NOON),
    )

    assert (redeemed, receipts.redeem("code", "again", until=END, now=NOON)) == (True, False)
    assert (SERIALIZATION_FAILURE in register.states) is failures_expected(register)


def test_a_nonce_is_consumed_once_though_its_row_was_changed_meanwhile(new_register):
    register = new_register()
    nonces = register.store.receipt_nonces
    assert nonces.add("hash", purpose="proof", expires_at=END, now=NOON)

    consumed = while_a_row_is_not_committed(
        register,
        "UPDATE receipt_nonce SET purpose = purpose",
        lambda: nonces.consume("hash", purpose="proof", now=NOON),
    )

    assert (consumed, nonces.consume("hash", purpose="proof", now=NOON)) == (True, False)
    assert (SERIALIZATION_FAILURE in register.states) is failures_expected(register)


def at_once(acts: list[Callable[[], object]]) -> list[object]:
    line = threading.Barrier(len(acts))

    def start(act: Callable[[], object]) -> object:
        line.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(start, acts))


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_of_use_withdrawal_and_expiry_at_once_one_happens(new_register, turn):
    register = new_register()
    granted, store = released(register.store), register.store
    revoked = granted.revoked(at=NOON, reason="grantor")
    uses = [spending(granted, key=f"key-{number}") for number in range(CALLERS)]

    won = at_once(
        [
            *[lambda act=act: store.register.spend(act) is not None for act in uses],
            *[lambda: store.register.revoke(revoked)] * CALLERS,
            lambda: store.retention.erase_past(END) and False,
        ]
    )

    state, expired = register.ended_as()
    assert won.count(True) + expired == 1
    ends = [event for event in register.events() if event in ("used", "revoked", "expired")]
    assert ends == ["expired" if expired else state]
    with register.database.read() as connection:
        decided = connection.execute(select(decision)).all()
    assert len(decided) == (1 if state == "used" else 0)


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_of_grant_and_refusal_at_once_one_happens(new_register, turn):
    register = new_register()
    store = register.store
    declined, no = PROPOSED.declined(at=NOON), answered_by(REQUESTED, NOT_SHARED)

    won = at_once(
        [
            *[lambda: grant(store)] * CALLERS,
            *[lambda: store.answers.decline(no, declined, reason="access_denied")] * CALLERS,
        ]
    )

    assert won.count(True) == 1
    entry = store.register.find("m-1")
    assert register.events() == ["proposed", state_name(entry.mandate)]
