"""Everything the store offers, under one roof."""

from dataclasses import dataclass

from chassis.database import Database
from verifier.store.presentations import Presentations
from verifier.store.register import Register
from verifier.store.retention import Retention
from verifier.store.sealing import Seal


@dataclass(frozen=True, slots=True)
class Store:
    """The three doors of one database."""

    presentations: Presentations
    register: Register
    retention: Retention

    @classmethod
    def over(cls, database: Database, *, secret: bytes) -> "Store":
        """All doors share the database and the seal."""
        seal = Seal.from_secret(secret)
        return cls(Presentations(database, seal), Register(database, seal), Retention(database))
