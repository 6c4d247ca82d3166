"""A command that cannot go on says why in one sentence."""

import pytest
from sqlalchemy.exc import OperationalError, ProgrammingError

from chassis.config import ConfigError
from chassis.database import DatabaseRefused
from chassis.endings import one_sentence

ORIGINAL = RuntimeError("connection refused\nIs the server running?")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ConfigError("cannot start"), "cannot start"),
        (DatabaseRefused("there is no database"), "there is no database"),
        (PermissionError(13, "Permission denied", "/x"), "[Errno 13] Permission denied: '/x'"),
        (OperationalError("SELECT 1", {}, ORIGINAL), "the database does not answer: connection refused"),
        (
            ProgrammingError("SELECT 1", {}, ORIGINAL),
            "this database is not of this service, or 'migrate' has not run: connection refused",
        ),
    ],
)
def test_what_a_person_can_mend_is_said_in_words(error: Exception, said: str) -> None:
    with pytest.raises(SystemExit) as ended, one_sentence():
        raise error

    assert ended.value.code == said


def test_a_bug_still_shows_where_it_is() -> None:
    with pytest.raises(ZeroDivisionError), one_sentence():
        raise ZeroDivisionError
