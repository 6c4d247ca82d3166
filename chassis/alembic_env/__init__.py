"""The one environment in which Alembic runs; a service brings only its revisions."""
