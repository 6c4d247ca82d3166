"""How a command ends that cannot go on: one sentence on standard error, exit status 1, no stack trace."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import OperationalError, ProgrammingError

from chassis.config import ConfigError
from chassis.database import DatabaseRefused


@contextmanager
def one_sentence() -> Iterator[None]:
    """Around a command: what a person can mend is said in words; a bug still shows where it is."""
    try:
        yield
    except (ConfigError, DatabaseRefused, OSError) as refused:
        sys.exit(str(refused))
    except OperationalError as failed:
        sys.exit(f"the database does not answer: {_first_line(failed)}")
    except ProgrammingError as failed:
        sys.exit(f"this database is not of this service, or 'migrate' has not run: {_first_line(failed)}")


def _first_line(failed: OperationalError | ProgrammingError) -> str:
    return str(failed.orig).partition("\n")[0]
