"""Three times the load that can be served: what is accepted stays quick, the rest is told to come back."""

import time
from collections import deque
from dataclasses import dataclass, field
from math import ceil

from soak.arrivals import Arrivals, Heard
from soak.citizen import Call, Opened, use
from soak.crew import Crew, free_port
from soak.grants import grant_many
from soak.peers import Issuer
from soak.register import Told, examine
from soak.stage import Stage, Tally
from soak.world import World

CALLERS = 10
TIMES = 3
GUESS = 100
SPARE = 1.3
SECOND_LONG = 1.0
LEAST_GOODPUT = 0.8


@dataclass
class Town:
    """Granted mandates, each used once; who was told to come back does so later, as people do."""

    told: Told = field(default_factory=Told)
    waiting: deque[Opened] = field(default_factory=deque)
    sent: dict[str, Opened] = field(default_factory=dict)
    heard: list[Heard] = field(default_factory=list)

    def next_call(self) -> Call | None:
        """The use of whoever waits longest; None when nobody does."""
        if not self.waiting:
            return None
        one = self.waiting.popleft()
        call = use(one.mandate_id, one.id)
        self.sent[call.path] = one
        return call

    def hear(self, call: Call, heard: Heard) -> None:
        """Done, or back in the line; an answer that never came is asked again too, with the same key."""
        one = self.sent.pop(call.path)
        self.heard.append(heard)
        if heard.status == 200:
            self.told.used(one.mandate_id, heard.body)
        else:
            self.waiting.append(one)


def run(stage: Stage, tally: Tally, seconds: int) -> None:
    """Measure what two workers serve, then offer three times as many uses a second for so many seconds."""
    if tally["seconds under load"] >= seconds:
        return
    tally.figures.clear()
    world, town, port = stage.world(), Town(), free_port()
    with stage.database("sqlite") as url, Issuer(world), Crew(world, url) as crew:
        crew.start(port, workers=2)
        crew.wait(port)
        arrivals = Arrivals(world.own, port, next_call=town.next_call, hear=town.hear)
        measured = 2 if stage.short else 10
        _grant(stage, world, url, town, GUESS * (measured + 1))
        capacity = _capacity(arrivals, town, measured)
        _grant(stage, world, url, town, int(capacity * seconds * SPARE + TIMES * capacity))
        town.heard.clear()
        busy = time.process_time()
        took = arrivals.at_rate(TIMES * capacity, seconds=seconds)
        busy = (time.process_time() - busy) / took
        flaws = examine(url, town.told)
    if len(town.heard) < int(TIMES * capacity * seconds):
        tally.fault(f"after {len(town.heard)} calls there was no mandate left to use")
    tally.add(**{"seconds under load": seconds}, **flaws.counts())
    tally.note(callers=f"{100 * busy:.0f} % of one processor")
    for what in flaws.what:
        tally.fault(what)
    judge(tally, town.heard, capacity, took, strictly=not stage.short)


def _grant(stage: Stage, world: World, url: str, town: Town, count: int) -> None:
    started, wanted = time.monotonic(), max(0, count - len(town.waiting))
    granted = grant_many(world, url, wanted)
    if len(granted) < wanted:
        raise RuntimeError(f"of {wanted} mandates only {len(granted)} were granted")
    town.waiting.extend(granted)
    stage.say(f"overload: granted {wanted} mandates in {time.monotonic() - started:.0f} s")


def _capacity(arrivals: Arrivals, town: Town, seconds: int) -> float:
    """Uses a second when each caller waits for its answer before the next."""
    arrivals.in_turn(CALLERS, seconds=1)
    town.heard.clear()
    took = arrivals.in_turn(CALLERS, seconds=seconds)
    return sum(one.status == 200 for one in town.heard) / took


def judge(tally: Tally, heard: list[Heard], capacity: float, took: float, *, strictly: bool) -> None:
    """Goodput and p99; the short form is too short to judge them, but not what may be answered."""
    accepted = sorted(one.seconds for one in heard if one.status == 200)
    away = sorted(one.seconds for one in heard if one.status == 503 and one.comes_back)
    goodput = len(accepted) / took
    neither = [one for one in heard if one.status not in (200, 503) or not one.comes_back]
    tally.note(
        capacity=f"{capacity:.0f}/s",
        offered=f"{len(heard) / took:.0f}/s",
        goodput=f"{goodput:.0f}/s = {100 * goodput / capacity:.0f} %",
        p50=f"{_at(accepted, 0.5):.2f} s",
        p99=f"{_at(accepted, 0.99):.2f} s",
        turned_away=f"{len(away)}, p99 {_at(away, 0.99):.2f} s",
        neither=len(neither),
    )
    if neither:
        tally.fault(f"{len(neither)} calls got neither: {sorted({one.status for one in neither})}")
    if strictly and goodput < LEAST_GOODPUT * capacity:
        tally.fault(f"goodput {goodput:.0f}/s of {capacity:.0f}/s")
    for what, seconds in (("accepted", accepted), ("turned away", away)):
        if strictly and seconds and _at(seconds, 0.99) > SECOND_LONG:
            tally.fault(f"p99 of {what} {_at(seconds, 0.99):.2f} s")


def _at(sorted_seconds: list[float], part: float) -> float:
    """Of so many parts of all calls the slowest."""
    return sorted_seconds[ceil(len(sorted_seconds) * part) - 1] if sorted_seconds else float("inf")
