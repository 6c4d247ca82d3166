"""More requests than places: who is let in is served, the others are told soon when to come back."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, jsonify

from chassis.app import new_app
from chassis.slots import Lanes
from tests.chassis.frame import config_in

BOUND = 10


class Desk:
    """A service whose one view works until it is let go."""

    def __init__(self, folder: Path, **changes: Any) -> None:
        config = config_in(folder, **changes)
        self.app: Flask = new_app("tests.chassis.frame", config, role="wallet", translations=Path("x"))
        self.at_work, self.go = threading.Semaphore(0), threading.Event()
        self.app.add_url_rule("/work", "work", self._work)

    def _work(self) -> Any:
        self.at_work.release()
        assert self.go.wait(BOUND)
        return jsonify()

    def ask(self) -> Any:
        return self.app.test_client().get("/work", base_url="http://localhost:8009")


@pytest.mark.threat("372")
def test_as_many_as_there_are_places_are_served_and_the_rest_is_told_to_come_back(tmp_path: Path) -> None:
    desk = Desk(tmp_path, threads=3, queue_milliseconds=50)
    with ThreadPoolExecutor(max_workers=12) as pool:
        inside = [pool.submit(desk.ask) for _ in range(3)]
        for _ in inside:
            assert desk.at_work.acquire(timeout=BOUND)

        turned_away = [answer.result(BOUND) for answer in [pool.submit(desk.ask) for _ in range(9)]]
        desk.go.set()

    assert Counter(answer.status_code for answer in turned_away) == {503: 9}
    assert all(1 <= int(answer.headers["Retry-After"]) <= 4 for answer in turned_away)
    assert [answer.result(BOUND).status_code for answer in inside] == [200] * 3


@pytest.mark.threat("372")
def test_a_place_that_comes_free_in_time_is_given_to_who_waits(tmp_path: Path) -> None:
    desk = Desk(tmp_path, threads=1, queue_milliseconds=BOUND * 1000)
    with ThreadPoolExecutor(max_workers=2) as pool:
        first = pool.submit(desk.ask)
        assert desk.at_work.acquire(timeout=BOUND)
        second = pool.submit(desk.ask)
        desk.go.set()

    assert (first.result(BOUND).status_code, second.result(BOUND).status_code) == (200, 200)


@pytest.mark.threat("372")
def test_who_has_no_chance_is_told_so_at_the_door(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.app.extensions["hopeless"].append(lambda environ: environ["PATH_INFO"] == "/work")

    answer = desk.ask()

    assert (answer.status_code, answer.headers["Retry-After"].isdigit()) == (503, True)
    assert "Connection" not in answer.headers
    assert not desk.at_work.acquire(blocking=False)
    assert desk.app.test_client().get("/healthz").status_code == 200


def test_of_many_takers_each_lane_has_one() -> None:
    lanes = Lanes(3)
    with ThreadPoolExecutor(max_workers=12) as pool:
        taken = list(pool.map(lambda _: lanes.take(), range(50)))

    assert Counter(taken) == {True: 3, False: 47}
    assert lanes.are_taken
    lanes.give_back()
    assert (lanes.are_taken, lanes.take(), lanes.take()) == (False, True, False)


def test_nobody_waits_for_as_long_as_an_answer_may_take(tmp_path: Path) -> None:
    config = config_in(tmp_path)

    assert (config.threads, config.queue_milliseconds) == (16, 400)
