"""The builds that the answer rows compare: each does the whole work, once, and nothing that is refused."""

import os
from collections.abc import Iterator

import pytest
from flask import Flask

from bench.http.answer_app import build_app
from bench.http.answer_place import AnswerPlace, Build, answer_place
from bench.http.answer_rows import MEMORY, SQLITE, rows_of
from bench.http.answers import Prepared, prepare, store_open
from bench.http.wrk import Load
from chassis.config import load_config
from chassis.database import Database
from verifier.config import Config
from verifier.store.tables import presentation, presentation_values

KINDS = ("product", "memory", "orm")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AnswerPlace]:
    with answer_place(tmp_path_factory.mktemp("answers")) as made:
        yield made


def ready(place: AnswerPlace, kind: str, url: str | None = None) -> tuple[Flask, Prepared, Build]:
    name = f"{kind}-{len(list(place.folder.glob('*.db')))}"
    build = place.sqlite(name, kind) if url is None else Build(name, kind, url)
    prepared = prepare(place, count=2)
    store_open(place, build, prepared.requests)
    config = load_config(Config, {**os.environ, **place.environ(build)}, prefix="VERIFIER")
    return build_app(kind, config), prepared, build


def posted(app: Flask, answer: str) -> int:
    return app.test_client().post("/oid4vp/response", data={"response": answer}).status_code


@pytest.mark.parametrize("kind", KINDS)
def test_every_build_takes_a_good_answer(place, kind):
    app, prepared, _ = ready(place, kind)

    assert [posted(app, answer) for answer in prepared.answers] == [200, 200]


@pytest.mark.parametrize("kind", KINDS)
def test_every_build_refuses_what_was_changed_on_its_way(place, kind):
    app, prepared, _ = ready(place, kind)
    head, _, tag = prepared.answers[0].rpartition(".")

    assert posted(app, f"{head}.{'A' if tag[0] != 'A' else 'B'}{tag[1:]}") == 400
    assert posted(app, prepared.answers[0]) == 200


@pytest.mark.parametrize("kind", KINDS)
def test_no_build_takes_one_answer_for_another_question(place, kind):
    app, _, build = ready(place, kind)
    strangers = prepare(place, count=1)

    assert posted(app, strangers.answers[0]) == 400
    assert rows(build, presentation_values) == []


@pytest.mark.parametrize("kind", ["product", "orm"])
def test_the_builds_with_a_database_leave_the_same_rows(place, migrated_url, kind):
    app, prepared, build = ready(place, kind, migrated_url("verifier.store"))

    assert posted(app, prepared.answers[0]) == 200

    (values,) = rows(build, presentation_values)
    answered, waiting = sorted(rows(build, presentation), key=lambda row: row.status)
    assert values.presentation_id == answered.id == prepared.requests[0].id
    assert (answered.outcome, answered.sealed_reply_key, waiting.status) == ("shared", None, "requested")
    assert answered.response_code_hash and answered.answer_hash and answered.sealed_code


def test_the_plain_build_counts_an_answer_once(place):
    app, prepared, build = ready(place, "orm")
    store = app.extensions["ports"].store

    assert posted(app, prepared.answers[0]) == 200
    assert posted(app, prepared.answers[0]) == 400
    with app.app_context():
        assert store.open_request_of_key(prepared.requests[0].reply_key.kid) is None
    assert len(rows(build, presentation_values)) == 1


def rows(build: Build, table):
    database = Database(build.database_url)
    with database.read() as connection:
        found = connection.execute(table.select()).all()
    database.dispose()
    return found


def load(per_second: float, *, p99_us: float = 2_000.0, refused: int = 0) -> list[Load]:
    return [Load(100, per_second, 1_000.0, p99_us, refused)]


@pytest.mark.parametrize(
    ("mine", "orm", "met"),
    [
        (load(500), load(250), True),
        (load(499), load(200), False),
        (load(500), load(251), False),
        (load(500, p99_us=3_100), load(250), False),
        (load(500, refused=1), load(250), False),
    ],
)
def test_a_row_holds_only_within_all_its_limits(mine, orm, met):
    found = rows_of({MEMORY: load(1000), SQLITE: mine, f"{SQLITE}/orm": orm})

    assert [(row.name, row.met) for row in found] == [(MEMORY, None), (SQLITE, met), (f"{SQLITE}/orm", None)]


def test_a_ratio_is_taken_within_its_own_round():
    memory, mine = [*load(1000), *load(100)], [*load(500), *load(80)]

    (_, row) = rows_of({MEMORY: memory, SQLITE: mine})

    assert row.x_limit == pytest.approx(0.65)
