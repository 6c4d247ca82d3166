"""The HTTP rows: issuing and the status list against an empty endpoint of the same application."""

import os
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench.http.empty import EMPTY
from bench.http.place import issuer_place, served
from bench.http.process import process_rows
from bench.http.requests import TENANT, write_requests
from bench.http.wrk import Load, burst, find_wrk
from bench.report import Row

SECONDS, ROUNDS = 3, 3
MOST_PER_SECOND = 2500
"""Credential requests are made for so many; whoever issues faster raises it, since each is good for once."""
AT_LEAST = {"http_issue": 0.3, "http_status_list": 0.9}
TAIL_AT_MOST = 3.0


def http_rows() -> list[Row]:
    """Interleaved bursts; NoWrk when there is nothing to make them with."""
    find_wrk()
    server_core, load_core = _cores()
    with issuer_place() as place, TemporaryDirectory(prefix="eenmalig-bench-") as name:
        found: dict[str, list[Load]] = {"http_empty": [], "http_issue": [], "http_status_list": []}
        with served(place, core=server_core):
            for _ in range(ROUNDS):
                count = MOST_PER_SECOND * SECONDS
                script = write_requests(place, Path(name), count=count, empty=EMPTY)
                targets = {
                    "http_empty": (EMPTY, None),
                    "http_issue": (f"/{TENANT}/credential", script),
                    "http_status_list": (f"/{TENANT}/statuslists/1", None),
                }
                for target, (path, lua) in targets.items():
                    load = burst(f"{place.url}{path}", seconds=SECONDS, core=load_core, script=lua)
                    found[target].append(load)
        return [*_rows(found), *process_rows(place, rounds=5)]


def _rows(found: dict[str, list[Load]]) -> list[Row]:
    floor = [load.per_second for load in found["http_empty"]]
    return [_row(name, loads, floor) for name, loads in found.items()]


def _row(name: str, loads: Sequence[Load], floor: Sequence[float]) -> Row:
    share = median(load.per_second / empty for load, empty in zip(loads, floor, strict=True))
    tail = median(load.p99_us / load.p50_us for load in loads)
    least, refused = AT_LEAST.get(name), sum(load.refused for load in loads)
    return Row(
        name,
        median(1e6 / load.per_second for load in loads),
        share,
        "" if least is None else f">= {least} x empty",
        None if least is None else share >= least and tail <= TAIL_AT_MOST and not refused,
        f"{median(load.per_second for load in loads):,.0f}/s, p99/p50 {tail:.1f}, {refused} refused",
    )


def _cores() -> tuple[int | None, int | None]:
    cores = sorted(os.sched_getaffinity(0))
    return (cores[0], cores[1]) if len(cores) > 1 else (None, None)
