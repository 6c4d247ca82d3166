"""Without PostgreSQL the tests say what to install."""

from pathlib import Path

import pytest

from tests.postgres_server import NoPostgres, find_programs, postgres_server


def test_a_machine_without_postgres_is_told_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.postgres_server.DEBIAN", tmp_path)

    with pytest.raises(NoPostgres, match=r"apt-get install postgresql.*TEST_POSTGRES_URL.*NO_POSTGRES=1"):
        find_programs(str(tmp_path))


def test_a_named_server_is_used_without_starting_one() -> None:
    with postgres_server({"TEST_POSTGRES_URL": "postgresql://me@db.example/postgres"}) as server:
        assert server == "postgresql://me@db.example"
