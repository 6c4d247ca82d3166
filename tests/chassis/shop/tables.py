"""Two tables, one of which needs the other."""

from sqlalchemy import Column, ForeignKey, Integer, MetaData, String, Table

from chassis.columns import UtcDateTime

metadata = MetaData()
shelves = Table("shelves", metadata, Column("id", Integer, primary_key=True), Column("name", String(20)))
things = Table(
    "things",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("shelf_id", ForeignKey("shelves.id"), nullable=False),
    Column("at", UtcDateTime),
)
