"""The floor of the answer rows: the same use case over a dictionary; nothing survives the process."""

import threading
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from verifier.domain.presentation import Answered, Requested
from verifier.domain.records import ResultValues
from verifier.store.door import Store
from verifier.store.tables import presentation


@dataclass(slots=True)
class MemoryStore:
    """Open requests by the name of their key, and results by request."""

    by_key: dict[str, Requested]
    results: dict[str, tuple[Answered, ResultValues]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def filled_from(cls, store: Store) -> "MemoryStore":
        """Everything that is open there, once, at the start."""
        with store.presentations.database.read() as connection:
            kids = connection.execute(select(presentation.c.reply_kid)).scalars().all()
        found = {kid: store.presentations.open_request_of_key(kid) for kid in kids}
        return cls({kid: one for kid, one in found.items() if one is not None})

    @property
    def presentations(self) -> "MemoryStore":
        """One object plays both doors."""
        return self

    @property
    def answers(self) -> "MemoryStore":
        """One object plays both doors."""
        return self

    def open_request_of_key(self, kid: str) -> Requested | None:
        """As the product's verb."""
        return self.by_key.get(kid)

    def submit(self, answered: Answered, values: ResultValues) -> bool:
        """Once, as the product's verb, until the process ends."""
        with self.lock:
            return self.results.setdefault(answered.id, (answered, values))[0] is answered

    def repeated(self, digest: str, *, now: datetime) -> Answered | None:
        """Nobody repeats anything in the bench."""
        return None
