"""PostgreSQL stopped as if the plug was pulled, again and again, while callers go on."""

import secrets
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from soak.caller import Caller, Cut
from soak.citizen import Call, Citizen, Opened, Unexpected, read, use
from soak.crew import Crew, free_port
from soak.peers import Issuer
from soak.postgres import Postgres
from soak.register import Told, examine, states
from soak.stage import Stage, Tally

CALLERS = 4
BATCH = 20
BACK_SECONDS = 5
_CHANCE = secrets.SystemRandom()


def run(stage: Stage, tally: Tally, cycles: int) -> None:
    """Batches of cycles, each on a database of its own behind two workers that live through all of it."""
    postgres = stage.own_postgres()
    while tally["cycles"] < cycles:
        world, told = stage.world(), Told()
        with stage.database("postgresql") as url, Issuer(world), Crew(world, url) as crew:
            port = free_port()
            crew.start(port, workers=2)
            crew.wait(port)
            crowd = Crowd(Citizen(world), Caller(world.own, (port,), timeout=60), tally, told)
            with ThreadPoolExecutor(CALLERS) as pool:
                working = [pool.submit(crowd.work) for _ in range(CALLERS)]
                for _ in range(min(BATCH, cycles - tally["cycles"])):
                    _cycle(postgres, crowd, tally)
                crowd.enough.set()
                for one in working:
                    one.result()
            flaws = _examined(url, told, tally)
        tally.add(**flaws)
        tally.save()
        stage.say(f"{tally.name}: {tally['cycles']} of {cycles} cycles")


def _cycle(postgres: Postgres, crowd: "Crowd", tally: Tally) -> None:
    """Stop under load, start, and see how soon somebody is served again."""
    time.sleep(0.2 + _CHANCE.random() * 0.6)
    postgres.stop_immediately()
    time.sleep(_CHANCE.random() * 0.3)
    postgres.start()
    started, before = time.monotonic(), crowd.done
    while crowd.done == before and time.monotonic() - started < 60:
        time.sleep(0.01)
    back = time.monotonic() - started
    tally.add(cycles=1, **{"back within 5 s": int(back <= BACK_SECONDS)})
    tally.note(slowest_back=round(max(back, float(tally.figures.get("slowest_back", 0))), 2))
    if back > BACK_SECONDS:
        tally.fault(f"after the start of the database it took {back:.1f} s until a caller was served")


def _examined(url: str, told: Told, tally: Tally) -> dict[str, int]:
    flaws = examine(url, told)
    for what in flaws.what:
        tally.fault(what)
    left = sum(states(url).get(mandate_id) == "granted" for mandate_id in told.states)
    if left:
        tally.fault(f"{left} mandates did not come to their end")
    return flaws.counts()


@dataclass
class Crowd:
    """Citizens one after the other, in several threads; each sees its own mandate to the end."""

    citizen: Citizen
    caller: Caller
    tally: Tally
    told: Told
    done: int = 0
    enough: threading.Event = field(default_factory=threading.Event)

    def work(self) -> None:
        """Until it is enough; a citizen who cannot begin tries again."""
        citizen = Citizen(self.citizen.world)
        while not self.enough.is_set():
            try:
                self._one(citizen)
            except (Cut, Unexpected) as broken:
                self.tally.fault(repr(broken))

    def _one(self, citizen: Citizen) -> None:
        opened = citizen.opens(self.caller.insist)
        answer = citizen.signs(self.caller.insist, opened)
        granted = self.caller.insist(answer)
        if granted.status != 200:
            raise Unexpected("grant", granted)
        self.told.granted(opened.mandate_id)
        self._claim(opened, citizen.claims(opened, granted))
        said = self.caller.insist(use(opened.mandate_id, opened.id))
        if said.status != 200:
            raise Unexpected("use", said)
        self.told.used(opened.mandate_id, said.body)
        self.tally.add(mandates=1)
        self.done += 1

    def _claim(self, opened: Opened, call: Call) -> None:
        """A claim whose answer was lost is not given again: the register says whether it was done."""
        said = self.caller.insist(call)
        if (
            said.status != 200
            and self.caller.insist(read(opened.mandate_id)).json().get("state") != "granted"
        ):
            raise Unexpected("complete", said)
