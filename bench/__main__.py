"""`python -m bench`: first the refusals, then the measurements; stops when something bad is accepted."""

import argparse
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from bench import peer_openvc, peer_sd_jwt
from bench.growth import growth_rows
from bench.http.answer_rows import answer_rows
from bench.http.rows import http_rows
from bench.http.wrk import NoWrk
from bench.measure import Work, measure
from bench.ours import POOL, issuing, presenting, verifying_known, verifying_new
from bench.pages import page_rows
from bench.refusals import Accepted, require_refusals
from bench.report import Row, memory_row, micro_rows, table, write_latest
from bench.status import MILLION, looking_up, publishing
from bench.world import Held, World

ENVIRONMENT = Path("var/bench-venv")
WHOLE = ("micro", "http", "answer", "pages", "growth")


def main() -> int:
    """The exit code is 1 when a refusal failed; a missed limit is marked in the table."""
    options = _options()
    world, notes = World(), list[str]()
    try:
        reasons = require_refusals(world)
    except Accepted as accepted:
        _say(f"ACCEPTED, must be refused: {accepted}")
        return 1
    notes.append(f"{len(reasons)} tampered or stale things were refused on the measured path")
    parts: dict[str, Callable[[], list[Row]]] = {
        "crypto": lambda: micro_rows(measure(_ours(world, _pool(world)), rounds=options.rounds)),
        "micro": lambda: _micro(world, rounds=options.rounds, notes=notes),
        "http": lambda: _with_wrk(http_rows, notes),
        "answer": lambda: _with_wrk(lambda: answer_rows(notes), notes),
        "pages": page_rows,
        "growth": lambda: growth_rows(notes),
    }
    rows = list[Row]()
    for name in [options.only] if options.only else WHOLE:
        _progress(name)
        rows += parts[name]()
    if options.only is None:
        write_latest(rows, notes=notes)
    _say(table(rows))
    _say("\n".join(notes))
    return 0


def _pool(world: World) -> list[Held]:
    return [world.credential(world.issuer) for _ in range(POOL)]


def _ours(world: World, pool: list[Held]) -> list[Work]:
    return [*issuing(world), *presenting(world, pool), *verifying_known(world, pool), *verifying_new(world)]


def _micro(world: World, *, rounds: int, notes: list[str]) -> list[Row]:
    pool = _pool(world)
    lookups, memory = looking_up(world)
    works = [*_ours(world, pool), *peer_openvc.their_works(world, pool)]
    with ExitStack() as stack:
        try:
            works += stack.enter_context(peer_sd_jwt.their_works(world, pool[0], folder=ENVIRONMENT))
        except peer_sd_jwt.NoPeer as absent:
            notes.append(f"rows of sd-jwt left out: {absent}")
        timings = measure(works, rounds=rounds)
    timings |= measure(lookups, rounds=rounds)
    timings |= measure(_publications(world), rounds=max(5, rounds // 3))
    return [*micro_rows(timings), memory_row(memory)]


def _with_wrk(rows: Callable[[], list[Row]], notes: list[str]) -> list[Row]:
    try:
        return rows()
    except NoWrk as absent:
        notes.append(f"HTTP rows left out: {absent}")
        return []


def _publications(world: World) -> list[Work]:
    return [
        *publishing(world, entries=MILLION, name="revoke_publish", times=3),
        *publishing(world, entries=100 * MILLION, name="revoke_publish_1e8", times=1),
    ]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=41, help="interleaved rounds (default 41)")
    parser.add_argument(
        "--only",
        choices=("crypto", *WHOLE),
        help="this part only; bench/latest.json stays. crypto is the part of micro that signs and verifies,"
        " without the peers: a few seconds",
    )
    return parser.parse_args()


def _progress(part: str) -> None:
    """The whole takes some ten minutes: one line on standard error for whoever waits."""
    sys.stderr.write(f"measuring {part} …\n")
    sys.stderr.flush()


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
