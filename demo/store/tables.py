"""The hub's one table."""

from sqlalchemy import JSON, Column, Integer, MetaData, String, Table

from chassis.columns import UtcDateTime

metadata = MetaData()

play = Table(
    "play",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("scenario", String(40), nullable=False),
    Column("persona", String(40), nullable=False),
    Column("finished_at", UtcDateTime, nullable=False),
    Column("outcome", JSON, nullable=False),
    Column("ms", Integer, nullable=False),
)
