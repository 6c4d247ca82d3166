"""The register as plain SQL sees it, against what the callers were told."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, text

from chassis.database import Database
from verifier.store.ledger import Ledger

HALF_DONE = {
    "used without decision": (
        "SELECT count(*) FROM mandate m LEFT JOIN decision d ON d.mandate_id = m.id"
        " WHERE m.state = 'used' AND d.mandate_id IS NULL"
    ),
    "used without stored answer": (
        "SELECT count(*) FROM mandate m LEFT JOIN idempotency i ON i.mandate_id = m.id"
        " WHERE m.state = 'used' AND i.mandate_id IS NULL"
    ),
    "decision without used": (
        "SELECT count(*) FROM decision d JOIN mandate m ON m.id = d.mandate_id WHERE m.state <> 'used'"
    ),
    "stored answer without used": (
        "SELECT count(*) FROM idempotency i JOIN mandate m ON m.id = i.mandate_id WHERE m.state <> 'used'"
    ),
    "granted without evidence": (
        "SELECT count(*) FROM mandate m LEFT JOIN mandate_values v ON v.mandate_id = m.id"
        " WHERE m.state = 'granted' AND v.mandate_id IS NULL"
    ),
    "evidence without grant": (
        "SELECT count(*) FROM mandate_values v JOIN mandate m ON m.id = v.mandate_id"
        " WHERE m.state = 'proposed'"
    ),
    "answered without grant": (
        "SELECT count(*) FROM presentation p JOIN mandate m ON m.id = p.mandate_id"
        " WHERE p.outcome = 'shared' AND m.state = 'proposed'"
    ),
    "request without mandate": (
        "SELECT count(*) FROM presentation p LEFT JOIN mandate m ON m.id = p.mandate_id"
        " WHERE p.mandate_id IS NOT NULL AND m.id IS NULL"
    ),
    "used without receipt": (
        "SELECT count(*) FROM mandate m LEFT JOIN use_receipt r ON r.mandate_id = m.id"
        " WHERE m.state = 'used' AND r.mandate_id IS NULL"
    ),
    **{
        f"{state} without its one line": (
            f"SELECT count(*) FROM mandate m WHERE m.state = '{state}' AND 1 <> (SELECT count(*)"  # noqa: S608  # words of our own
            f" FROM ledger_line l WHERE l.mandate_id = m.id AND l.event = '{state}')"
        )
        for state in ("granted", "used", "revoked")
    },
    **{
        f"line without {state}": (
            "SELECT count(*) FROM ledger_line l JOIN mandate m ON m.id = l.mandate_id"  # noqa: S608
            f" WHERE l.event = '{state}' AND m.state <> '{state}'"
        )
        for state in ("used", "revoked")
    },
}
DOUBLED = (
    "SELECT count(*) FROM (SELECT mandate_id FROM idempotency GROUP BY mandate_id HAVING count(*) > 1) twice"
)
AFTER = {
    "granted": ("granted", "used", "revoked"),
    "used": ("used",),
    "revoked": ("revoked",),
}


@dataclass
class Told:
    """What callers were told about mandates; the register must never know less."""

    states: dict[str, str] = field(default_factory=dict)
    effects: dict[str, set[bytes]] = field(default_factory=dict)

    def granted(self, mandate_id: str) -> None:
        """A 200 for the answer of the wallet."""
        self.states.setdefault(mandate_id, "granted")

    def revoked(self, mandate_id: str) -> None:
        """A 200 for the withdrawal."""
        self.states[mandate_id] = "revoked"

    def used(self, mandate_id: str, answer: bytes) -> None:
        """A 200 for the use; a second, different answer would be a second effect."""
        self.states[mandate_id] = "used"
        self.effects.setdefault(mandate_id, set()).add(answer)


@dataclass(frozen=True, slots=True)
class Flaws:
    """Zeroes, if all is well; `what` names the rest."""

    lost: int
    doubled: int
    half_done: int
    what: tuple[str, ...]

    def counts(self) -> dict[str, int]:
        """For the tally."""
        return {"lost": self.lost, "doubled": self.doubled, "half_done": self.half_done}


def examine(url: str, told: Told) -> Flaws:
    """Every invariant, by SQL, on the database as it lies there."""
    database = Database(url)
    try:
        broken = len(Ledger(database).verify().broken)
        with database.read() as connection:
            return _examine(connection, told, broken_ledger=broken)
    finally:
        database.dispose()


def states(url: str) -> Mapping[str, str]:
    """The word in each row."""
    database = Database(url)
    try:
        with database.read() as connection:
            return _states(connection)
    finally:
        database.dispose()


def _states(connection: Connection) -> dict[str, str]:
    return {str(row.id): str(row.state) for row in connection.execute(text("SELECT id, state FROM mandate"))}


def _examine(connection: Connection, told: Told, *, broken_ledger: int) -> Flaws:
    found = _states(connection)
    lost = [
        f"{mandate_id}: told {state}, found {found.get(mandate_id, 'nothing')}"
        for mandate_id, state in told.states.items()
        if found.get(mandate_id) not in AFTER[state]
    ]
    half = {name: int(connection.execute(text(query)).scalar_one()) for name, query in HALF_DONE.items()}
    half["broken ledger"] = broken_ledger
    doubled = int(connection.execute(text(DOUBLED)).scalar_one())
    doubled += sum(len(answers) > 1 for answers in told.effects.values())
    if connection.dialect.name == "sqlite":
        sound = connection.execute(text("PRAGMA integrity_check")).scalar_one()
        half["damaged file"] = int(sound != "ok")
    named = [f"{count} × {name}" for name, count in half.items() if count]
    return Flaws(len(lost), doubled, sum(half.values()), tuple(lost[:5] + named))
