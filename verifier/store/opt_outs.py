"""The opt-out register, and the line that proves that it was looked at."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from chassis.columns import insert_ignore
from chassis.database import Database
from verifier.domain.opt_out import About, Approach, Channel, OptOut
from verifier.store.ledger import append_line
from verifier.store.tables import opt_out

CHECKED, STATED = "approach_checked", "opt_out_stated"


@dataclass(frozen=True, slots=True)
class OptOuts:
    """The newest statement counts; a check and its line are one transaction."""

    database: Database

    def state(self, mandate_id: str, wanted: OptOut, *, stated_at: datetime, now: datetime) -> bool:
        """Keep what the grantor said; False when a statement of the same moment or a newer one is there."""

        def work(connection: Connection) -> bool:
            channels = ",".join(sorted(wanted.channels))
            values = {
                "mandate_id": mandate_id,
                "about": wanted.about.value,
                "channels": channels,
                "stated_at": stated_at,
            }
            if not insert_ignore(connection, opt_out, values):
                older = (opt_out.c.mandate_id == mandate_id) & (opt_out.c.stated_at < stated_at)
                if connection.execute(update(opt_out).where(older).values(**values)).rowcount != 1:
                    return False
            append_line(
                connection,
                at=now,
                actor="grantor",
                event=STATED,
                mandate_id=mandate_id,
                details={"about": wanted.about.value, "channels": channels or "none"},
            )
            return True

        return self.database.run(work)

    def find(self, mandate_id: str) -> OptOut | None:
        """Return what the grantor said last, if anything."""
        with self.database.read() as connection:
            return _find(connection, mandate_id)

    def check(self, approach: Approach, *, service: str, now: datetime) -> bool:
        """Look whether the approach may be made, and write down that it was looked at; True when it may."""

        def work(connection: Connection) -> bool:
            found = _find(connection, approach.mandate_id)
            allowed = found is None or not found.forbids(approach, service=service)
            append_line(
                connection,
                at=now,
                actor="desk",
                event=CHECKED,
                mandate_id=approach.mandate_id,
                details={
                    "service": approach.service,
                    "channel": approach.channel.value,
                    "outcome": "allowed" if allowed else "opted_out",
                },
            )
            return allowed

        return self.database.run(work)


def _find(connection: Connection, mandate_id: str) -> OptOut | None:
    row = connection.execute(select(opt_out).where(opt_out.c.mandate_id == mandate_id)).one_or_none()
    if row is None:
        return None
    return OptOut(About(row.about), frozenset(Channel(one) for one in row.channels.split(",") if one))
