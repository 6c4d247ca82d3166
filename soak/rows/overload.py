"""Three times the load that can be served: what is accepted stays quick, the rest is told to come back."""

import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from soak.caller import Caller, Cut
from soak.citizen import Citizen, Opened, use
from soak.crew import Crew, free_port
from soak.inside import inside
from soak.peers import Issuer
from soak.register import Told, examine
from soak.stage import Stage, Tally

CALLERS = 16
OPEN_CALLERS = 300
TIMES = 3


@dataclass(frozen=True, slots=True)
class Heard:
    """One call: what was answered after how many seconds."""

    mandate_id: str
    status: int
    seconds: float
    body: bytes = b""
    comes_back: bool = True


def run(stage: Stage, tally: Tally, seconds: int) -> None:
    """Measure what two workers serve, then offer three times as many uses a second, each of a new mandate."""
    if tally["seconds under load"] >= seconds:
        return
    tally.figures.clear()
    world, told, port = stage.world(), Told(), free_port()
    with stage.database("sqlite") as url, Issuer(world), Crew(world, url) as crew:
        crew.start(port, workers=2)
        crew.wait(port)
        caller = Caller(world.own, (port,), timeout=30)
        measured = 2 if stage.short else 10
        granted = _granted(stage, world_citizen=Citizen(world), url=url, count=60 * measured)
        capacity = _capacity(caller, granted, measured, told)
        offered = TIMES * capacity
        fresh = _granted(stage, world_citizen=Citizen(world), url=url, count=int(offered * seconds))
        heard = _offer(caller, fresh, offered)
        for one in heard:
            if one.status == 200:
                told.used(one.mandate_id, one.body)
        flaws = examine(url, told)
    goodput, p99 = _figures(tally, heard, capacity, seconds)
    if not stage.short and goodput < 0.8 * capacity:
        tally.fault(f"goodput {goodput:.0f}/s of {capacity:.0f}/s")
    if not stage.short and p99 > 1:
        tally.fault(f"p99 of accepted {p99:.2f} s")
    tally.add(**flaws.counts())


def _granted(stage: Stage, *, world_citizen: Citizen, url: str, count: int) -> list[Opened]:
    world = world_citizen.world
    quick = inside(world, world.config(url))
    stage.say(f"overload: {count} mandates are granted first")
    granted = [world_citizen.grants(quick.send) for _ in range(count)]
    quick.close()
    return granted


def _capacity(caller: Caller, granted: Sequence[Opened], seconds: int, told: Told) -> float:
    """Uses a second when each caller waits for its answer before the next."""
    waiting = iter(granted)
    lock = threading.Lock()
    until = time.monotonic() + seconds

    def work(_: int) -> int:
        done = 0
        while time.monotonic() < until:
            with lock:
                one = next(waiting, None)
            if one is None:
                return done
            said = caller.insist(use(one.mandate_id, one.id))
            told.used(one.mandate_id, said.body)
            done += 1
        return done

    started = time.monotonic()
    with ThreadPoolExecutor(CALLERS) as pool:
        done = sum(pool.map(work, range(CALLERS)))
    return done / (time.monotonic() - started)


def _offer(caller: Caller, granted: Sequence[Opened], rate: float) -> list[Heard]:
    """At fixed moments, whether or not the earlier calls were answered."""
    with ThreadPoolExecutor(OPEN_CALLERS) as pool:
        return [answer.result() for answer in list(_submitted(pool, caller, granted, rate))]


def _submitted(
    pool: ThreadPoolExecutor, caller: Caller, granted: Sequence[Opened], rate: float
) -> Iterator[Future[Heard]]:
    start = time.monotonic()
    for number, one in enumerate(granted):
        due = start + number / rate
        time.sleep(max(0, due - time.monotonic()))
        yield pool.submit(_call, caller, one, due)


def _call(caller: Caller, one: Opened, due: float) -> Heard:
    """The time counts from the moment at which the call was due."""
    try:
        said = caller.send(use(one.mandate_id, one.id))
    except Cut:
        return Heard(one.mandate_id, 0, time.monotonic() - due)
    comes_back = said.status != 503 or said.retry_after.isdigit()
    return Heard(one.mandate_id, said.status, time.monotonic() - due, said.body, comes_back)


def _figures(tally: Tally, heard: Sequence[Heard], capacity: float, seconds: int) -> tuple[float, float]:
    """Goodput and p99; two seconds of the short form are too few to judge them."""
    accepted = sorted(one.seconds for one in heard if one.status == 200)
    goodput = len(accepted) / seconds
    p99 = accepted[int(len(accepted) * 0.99) - 1] if accepted else float("inf")
    others = [one for one in heard if one.status not in (200, 503) or not one.comes_back]
    tally.add(**{"seconds under load": seconds})
    tally.note(
        capacity=f"{capacity:.0f}/s",
        offered=f"{len(heard) / seconds:.0f}/s",
        goodput=f"{goodput:.0f}/s = {100 * goodput / capacity:.0f} %",
        p50=f"{accepted[len(accepted) // 2] if accepted else 0:.2f} s",
        p99=f"{p99:.2f} s",
        turned_away=sum(one.status == 503 for one in heard),
        neither=len(others),
    )
    if others:
        tally.fault(f"{len(others)} calls got neither: {sorted({one.status for one in others})}")
    return goodput, p99
