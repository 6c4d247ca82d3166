"""Servers killed with SIGKILL while citizens grant, use and withdraw over HTTP; every caller tries again."""

import secrets
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from soak.caller import Caller
from soak.citizen import Call, Citizen, Opened, Said, use
from soak.crew import Crew, free_port
from soak.inside import Inside, inside
from soak.peers import Issuer
from soak.register import Told, examine, states
from soak.stage import Stage, Tally

BATCH = 50
SOME = 2
ALREADY = {"revoked": "mandate_already_used", "used": "mandate_revoked"}


@dataclass(frozen=True, slots=True)
class Deed:
    """One call of a round, and what it brings about when it is answered with 200."""

    kind: str
    opened: Opened
    call: Call
    contested: bool = False


def run(stage: Stage, tally: Tally, rounds: int, dialect: str) -> None:
    """Batches of rounds, each batch on a database of its own."""
    while tally["rounds"] < rounds:
        world, told = stage.world(), Told()
        ports = (free_port(), free_port())
        with stage.database(dialect) as url, Issuer(world), Crew(world, url) as crew:
            for port in ports:
                crew.start(port)
            quick = inside(world, world.config(url))
            bench = _Bench(crew, ports, quick, tally, told)
            for _ in range(min(BATCH, rounds - tally["rounds"])):
                bench.round()
            quick.close()
            flaws = examine(url, told)
            left = sum(state == "proposed" for state in states(url).values())
        tally.add(**flaws.counts())
        for what in (*flaws.what, *([f"{left} grants did not come to an end"] if left else ())):
            tally.fault(what)
        tally.save()
        stage.say(f"{tally.name}: {tally['rounds']} of {rounds} rounds")


@dataclass
class _Bench:
    """Two servers over one database; one of them dies in every round and is back in the next."""

    crew: Crew
    ports: tuple[int, int]
    quick: Inside
    tally: Tally
    told: Told
    pace: float = 0.05

    def __post_init__(self) -> None:
        self.citizen = Citizen(self.crew.world)
        self.caller = Caller(self.crew.world.own, self.ports, timeout=20)
        self.pool = ThreadPoolExecutor(8)

    def round(self) -> None:
        """Prepare, call from all sides at once, kill, and see every caller to the end of its deed."""
        deeds = self._deeds()
        for port in self.ports:
            self.crew.wait(port)
        started = time.monotonic()
        answers = [self.pool.submit(self.caller.insist, deed.call) for deed in deeds]
        time.sleep(self.pace * secrets.randbelow(1000) / 1000)
        done = all(answer.done() for answer in answers)
        port = secrets.choice(self.ports)
        self.crew.kill(port)
        self.crew.start(port)
        self._hear(deeds, answers)
        took = min(time.monotonic() - started, 1)
        self.pace = 0.9 * self.pace + 0.1 * took
        self.tally.add(rounds=int(not done), too_late=int(done))

    def _deeds(self) -> list[Deed]:
        """Grants, uses, and mandates that one caller uses while another withdraws them."""
        send = self.quick.send
        asked = [self.citizen.opens(send) for _ in range(SOME)]
        given = [self.citizen.grants(send) for _ in range(SOME)]
        contested = self.citizen.grants(send)
        deeds = [Deed("granted", one, self.citizen.signs(send, one)) for one in asked]
        deeds += [Deed("used", one, use(one.mandate_id, one.id)) for one in given]
        deeds.append(Deed("used", contested, use(contested.mandate_id, contested.id), contested=True))
        deeds.append(Deed("revoked", contested, self.citizen.withdraws(contested), contested=True))
        return deeds

    def _hear(self, deeds: Sequence[Deed], answers: Sequence[Future[Said]]) -> None:
        ends: dict[str, list[int]] = {}
        for deed, answer in zip(deeds, answers, strict=True):
            said = answer.result()
            ends.setdefault(deed.opened.mandate_id, []).append(said.status)
            if said.status == 200:
                self._tell(deed, said)
            elif not (deed.contested and said.code == ALREADY[deed.kind]):
                self.tally.fault(f"{deed.kind}: {said.status} {said.code}")
        for statuses in ends.values():
            if len(statuses) == 2 and statuses.count(200) != 1:
                self.tally.fault(f"use and withdrawal both ended with {statuses}")

    def _tell(self, deed: Deed, said: Said) -> None:
        if deed.kind == "used":
            self.told.used(deed.opened.mandate_id, said.body)
        elif deed.kind == "revoked":
            self.told.revoked(deed.opened.mandate_id)
        else:
            self.told.granted(deed.opened.mandate_id)
            self.quick.send(self.citizen.claims(deed.opened, said))
