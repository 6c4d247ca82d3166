import json

import pytest

from bench import report
from bench.http.wrk import read_output
from bench.measure import Timing, Work, measure, over, repeated
from bench.ours import desk_for, issuing, presenting, verifying_known
from bench.refusals import Accepted, _reason, require_refusals
from bench.report import Row, micro_rows, table, write_latest
from bench.status import known_list, publishing
from bench.world import REVOKED, World

WRK = """Running 3s test @ http://localhost:8001/
    Latency     2.90ms    1.70ms   7.92ms   62.50%
    Req/Sec     1.00k     0.00     1.00k    99%
  Latency Distribution
     50%    1.50ms
     99%    4.50ms
  3000 requests in 3.00s, 1.00MB read
  Non-2xx or 3xx responses: 2
Requests/sec:   1000.00
"""


@pytest.fixture(scope="module")
def world() -> World:
    return World()


def test_everything_tampered_or_stale_is_refused_for_its_own_reason(world: World) -> None:
    reasons = require_refusals(world)

    assert len(reasons) >= 27
    assert reasons["certificate at its end"] == "x5c_path"
    assert reasons["issuer no longer trusted"] == "issuer"
    assert reasons["revoked"] == "status_revoked"
    assert reasons["a member name twice"] == "Malformed"
    assert reasons["another transaction"] == "transaction_data"


def test_the_bench_stops_when_something_is_accepted() -> None:
    with pytest.raises(Accepted, match="a good one"):
        _reason("a good one", lambda: None)


def test_every_work_does_its_work(world: World) -> None:
    pool = [world.credential(world.issuer) for _ in range(2)]

    timings = measure([*issuing(world), *presenting(world, pool), *verifying_known(world, pool)], rounds=1)

    assert {"issue", "issue_with_proof", "present", "verify_known"} <= timings.keys()


def test_the_desk_of_the_bench_reads_the_status(world: World) -> None:
    desk = desk_for(world, [world.issuer])

    desk.verify(world.credential(world.issuer).presentation)

    known = desk.lists.known(world.issuer.status_uri, signer=world.issuer.key.public, now=world.now)
    assert known is not None
    assert known.status_at(REVOKED) == 1


def test_a_known_list_takes_little_more_than_its_bits(world: World) -> None:
    verified, memory = known_list(world, 10**6)

    assert verified.status_at(REVOKED) == 1
    assert 1.0 <= memory <= report.MEMORY_AT_MOST


def test_a_publication_is_made_each_time(world: World) -> None:
    (work,) = publishing(world, entries=10**5, name="revoke_publish", times=2)

    assert work.run(2) > 0


def test_no_item_is_asked_twice_in_a_row() -> None:
    asked: list[object] = []
    run = over("abc", asked.append)

    run(4)
    run(2)

    assert asked == ["a", "b", "c", "a", "b", "c"]


def test_a_ratio_is_the_median_of_the_rounds_own_ratios() -> None:
    assert Timing("a", (2.0, 4.0, 30.0)).times(Timing("limit:a", (1.0, 2.0, 10.0))) == 2.0


def test_every_work_gets_its_turn_in_every_round() -> None:
    turns: list[str] = []
    works = [Work(name, repeated(lambda name=name: turns.append(name)), times=1) for name in "ab"]  # type: ignore[misc]

    measure(works, rounds=2)

    assert "".join(turns) == "abababab"


def test_rows_stand_beside_their_peers_and_say_whether_they_hold() -> None:
    timings = {
        "limit:issue": Timing("limit:issue", (10.0,)),
        "issue": Timing("issue", (21.0,)),
        "verify_known": Timing("verify_known", (10.0,)),
        "limit:verify_known": Timing("limit:verify_known", (5.0,)),
        "issue/peer": Timing("issue/peer", (90.0,)),
    }

    rows = micro_rows(timings)

    assert [row.name for row in rows] == ["issue", "issue/peer", "verify_known"]
    assert [row.met for row in rows] == [True, None, False]
    assert "OVER" in table(rows)


def test_the_latest_numbers_are_written_as_the_issue_names_them(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(report, "LATEST", tmp_path / "latest.json")

    write_latest([Row("issue", 36.123, 2.1, "2.2 x", True)], notes=["n"])

    written = json.loads((tmp_path / "latest.json").read_text())
    assert written["rows"][0] | {"median_us": 36.12, "x_limit": 2.1} == written["rows"][0]
    assert written["machine"]["cryptography"]


def test_what_wrk_says_is_read() -> None:
    load = read_output(WRK)

    assert (load.requests, load.per_second, load.refused) == (3000, 1000.0, 2)
    assert (load.p50_us, load.p99_us) == (1500.0, 4500.0)
