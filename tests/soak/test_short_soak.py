"""The short form of `python -m soak` keeps every promise, and its trials see a broken one."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from soak.board import ROWS, Row
from soak.disk import Disk, Event, apply
from soak.register import Told, examine
from soak.rows import kill_store
from soak.stage import Tally, open_stage
from verifier.store.register import Register

IN_MAKE_TEST = ("race", "kill-store", "power", "faults")


def _server(row: Row, request: pytest.FixtureRequest) -> str | None:
    if not row.name.endswith("-postgresql"):
        return None
    if os.environ.get("NO_POSTGRES") == "1":
        pytest.skip("NO_POSTGRES=1")
    url: str = request.getfixturevalue("_postgres").server
    return url


def _short(row: Row) -> bool:
    return row.name.startswith(IN_MAKE_TEST)


@pytest.mark.threat("311")
@pytest.mark.parametrize("row", [pytest.param(row, id=row.name) for row in ROWS if _short(row)])
def test_the_short_form_keeps_the_promise(row: Row, request: pytest.FixtureRequest) -> None:
    tally = Tally(row.name)

    with open_stage(short=True, server=_server(row, request)) as stage:
        row.run(stage, tally, row.short)

    assert row.kept(tally, row.short), tally.figures


def test_a_use_in_two_transactions_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def spend_in_two_steps(self: Register, spending: object) -> object:
        with self.database.begin() as connection:
            if not self._use(connection, spending):  # type: ignore[arg-type]
                return None
        with self.database.begin() as connection:
            connection.execute(text("SELECT 1"))
        return None

    monkeypatch.setattr(Register, "spend", spend_in_two_steps)
    tally = Tally("kill-store-sqlite")
    with open_stage(short=True) as stage:
        kill_store.run(stage, tally, 12, "sqlite")

    assert tally["half_done"] > 0


def test_a_commit_that_is_gone_is_found(migrated_url: Callable[[str], str]) -> None:
    told = Told()
    told.granted("gone")
    told.used("twice", b"one")
    told.used("twice", b"two")

    flaws = examine(migrated_url("verifier.store"), told)

    assert (flaws.lost, flaws.doubled, flaws.half_done) == (2, 1, 0)


def test_what_was_synced_survives_and_nothing_else_must() -> None:
    disk = Disk({"a": bytearray(b"....")})
    disk.note("write", "a", 0, b"AA")
    disk.note("sync", "a")
    disk.note("write", "a", 2, b"BB")

    found = {bytes(disk.after_power_loss({"a": b"...."}, 3).files["a"]) for _ in range(200)}

    assert found == {b"AA..", b"AABB"}


def test_a_file_is_cut_and_lengthened_as_a_disk_does_it() -> None:
    files = {"a": bytearray(b"abcdef")}

    apply(files, Event("truncate", "a", 2))
    apply(files, Event("write", "a", 4, b"x"))

    assert bytes(files["a"]) == b"ab\0\0x"


def test_a_tally_goes_on_where_it_stopped(tmp_path: Path) -> None:
    first = Tally.kept("row", tmp_path)
    first.add(rounds=3)
    first.save()

    again = Tally.kept("row", tmp_path)
    again.add(rounds=4)

    assert again["rounds"] == 7
