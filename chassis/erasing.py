"""Erase so that the file forgets too: SQLite else leaves what was deleted in its free pages."""

from sqlalchemy import Connection


def erase_for_good(connection: Connection) -> Connection:
    """From here on this connection writes zeros over what it deletes; PostgreSQL has its vacuum for that."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete=1").close()
    return connection
