"""The same use case as a competent developer writes it with the ORM: load the row, change it, commit."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import g
from sqlalchemy import Engine, create_engine, event, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, relationship, sessionmaker

from chassis.tokens import token_hash
from openid4vc.jose.jwe import DecryptionKey
from verifier.domain.presentation import Answered, Manner, PresentationId, ReplyKey, Requested
from verifier.domain.records import ResultValues
from verifier.store import tables
from verifier.store.sealing import Seal


class Base(DeclarativeBase):
    """Over the product's own tables."""

    metadata = tables.metadata


class PresentationValues(Base):
    """What a presentation leaves behind."""

    __table__ = tables.presentation_values


class Presentation(Base):
    """One request and what became of it."""

    __table__ = tables.presentation
    values: Mapped[PresentationValues | None] = relationship()


@dataclass(frozen=True, slots=True)
class OrmStore:
    """One session for each request of the web; the unit of work writes what changed."""

    sessions: sessionmaker[Session]
    seal: Seal

    @classmethod
    def over(cls, url: str, *, secret: bytes) -> "OrmStore":
        """The library's own pool and defaults, and on SQLite the same promise of durability."""
        engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"), pool_size=16)
        if engine.dialect.name == "sqlite":
            _keep_promises(engine)
        return cls(sessionmaker(engine), Seal.from_secret(secret))

    @property
    def presentations(self) -> "OrmStore":
        """One object plays both doors."""
        return self

    @property
    def answers(self) -> "OrmStore":
        """One object plays both doors."""
        return self

    def open_request_of_key(self, kid: str) -> Requested | None:
        """Load the row; the session goes on until the request of the web ends."""
        g.session = self.sessions()
        row: Any = g.session.scalars(
            select(Presentation).where(tables.presentation.c.reply_kid == kid)
        ).one_or_none()
        if row is None or row.status != "requested":
            return None
        g.row = row
        return self._requested(row)

    def submit(self, answered: Answered, values: ResultValues) -> bool:
        """Change the row, add the values, commit; who comes second breaks the primary key of the values."""
        row, code = g.row, answered.response_code
        row.status = "answered"
        row.outcome = answered.outcome
        row.answered_at = answered.answered_at
        row.response_code_hash = token_hash(code)
        row.answer_hash = answered.digest
        row.sealed_code = self.seal.close(code.encode(), place=f"code/{answered.id}")
        row.sealed_reply_key = None
        row.values = PresentationValues(
            sealed_result=self.seal.close(values.result, place=f"result/{answered.id}"),
            retain_until=values.retain_until,
        )
        try:
            g.session.commit()
        except IntegrityError:
            g.session.rollback()
            return False
        return True

    def repeated(self, digest: str, *, now: datetime) -> Answered | None:
        """Nobody repeats anything in the bench."""
        return None

    def _requested(self, row: Any) -> Requested:
        der = self.seal.open(row.sealed_reply_key, place=f"reply_key/{row.id}")
        return Requested(
            id=PresentationId(row.id),
            state=row.state,
            nonce=row.nonce,
            dcql_query=row.dcql_query,
            issued_at=row.issued_at,
            expires_at=row.expires_at,
            manner=Manner(row.prefix, row.response_mode, row.same_device),
            reply_key=ReplyKey(row.reply_kid, DecryptionKey.from_der(der)),
        )


def end_session(_: BaseException | None = None) -> None:
    """At the end of each request of the web."""
    session = g.pop("session", None)
    if session is not None:
        session.close()


def _keep_promises(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def prepare(raw: object, _: object) -> None:
        for setting in (
            "journal_mode=TRUNCATE",
            "synchronous=EXTRA",
            "foreign_keys=1",
            "busy_timeout=5000",
        ):
            raw.execute(f"PRAGMA {setting}").close()  # type: ignore[attr-defined]
