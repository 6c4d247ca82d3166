"""Verbs on finished plays."""

from sqlalchemy import delete, insert, select

from chassis.database import Database
from demo.domain.play import Play
from demo.store.tables import play

KEPT = 200


class Plays:
    """The finished plays, the newest last; older ones than the last 200 are dropped."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, finished: Play) -> None:
        """Keep one play and drop what is too old, in one transaction."""
        with self._database.begin() as connection:
            connection.execute(
                insert(play).values(
                    scenario=finished.scenario,
                    persona=finished.persona,
                    finished_at=finished.finished_at,
                    outcome=finished.outcome,
                    ms=finished.ms,
                )
            )
            oldest_kept = select(play.c.id).order_by(play.c.id.desc()).offset(KEPT - 1).limit(1)
            connection.execute(delete(play).where(play.c.id < oldest_kept.scalar_subquery()))

    def lately(self, count: int) -> tuple[Play, ...]:
        """Return the newest plays, the newest first."""
        with self._database.read() as connection:
            rows = connection.execute(select(play).order_by(play.c.id.desc()).limit(count)).all()
        return tuple(Play(row.scenario, row.persona, row.finished_at, row.outcome, row.ms) for row in rows)
