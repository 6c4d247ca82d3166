"""Two processes at the register, one of them killed with SIGKILL in the middle; then all is tried again.

What the processes write was verified beforehand: only the deciding verb of the store is left, so that the
kill falls inside the transaction and not inside a signature check.
"""

import os
import secrets
import select
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from soak.citizen import Call, Citizen, Opened, Said, use
from soak.inside import Inside, Prepared, inside
from soak.register import Told, examine, states
from soak.stage import Stage, Tally
from soak.world import World
from verifier.domain.records import StoredAnswer

MANDATES = 3
BATCH = 100
SLOWEST = 0.5


@dataclass(frozen=True, slots=True)
class Act:
    """One deciding verb on one mandate."""

    kind: str
    mandate_id: str
    prepared: Prepared


def run(stage: Stage, tally: Tally, rounds: int, dialect: str) -> None:
    """Batches of rounds, each batch on a database of its own."""
    while tally["rounds"] < rounds:
        count = min(BATCH, rounds - tally["rounds"])
        world = stage.world()
        with stage.database(dialect) as url:
            told = Told()
            quick = inside(world, world.config(url))
            bench = _Bench(world, quick, Citizen(world), tally, told)
            for _ in range((count + 1) // 2):
                bench.grant_round()
            quick.close()
            flaws = examine(url, told)
            left = sum(state in ("proposed", "granted") for state in states(url).values())
        tally.add(**flaws.counts())
        for what in flaws.what:
            tally.fault(what)
        if left:
            tally.fault(f"{left} mandates did not come to their end")
        tally.save()
        stage.say(f"{tally.name}: {tally['rounds']} of {rounds} rounds")


@dataclass
class _Bench:
    """Two rounds with the same mandates: one while they are granted, one while they are used or withdrawn."""

    world: World
    quick: Inside
    citizen: Citizen
    tally: Tally
    told: Told
    pace: float = 0.02

    def grant_round(self) -> None:
        """Both processes bring the same answers; then one uses what the other withdraws."""
        opened = [self.citizen.opens(self.quick.send) for _ in range(MANDATES)]
        calls = [self.citizen.signs(self.quick.send, one) for one in opened]
        acts = [self._held("granted", one, call) for one, call in zip(opened, calls, strict=True)]
        self._round(acts, acts)
        for one, call in zip(opened, calls, strict=True):
            self._claim(one, self.quick.send(call))
        uses = [self._held("used", one, use(one.mandate_id, one.id)) for one in opened]
        ends = [self._held("revoked", one, self.citizen.withdraws(one)) for one in opened]
        self._round(uses, ends[::-1])

    def _claim(self, opened: Opened, said: Said) -> None:
        if said.status != 200:
            self.tally.fault(f"the same answer again was refused with {said.status} {said.code}")
            return
        self.quick.send(self.citizen.claims(opened, said))

    def _held(self, kind: str, opened: Opened, call: Call) -> Act:
        with self.quick.without_writing():
            try:
                said = self.quick.send(call)
            except Prepared as prepared:
                return Act(kind, opened.mandate_id, prepared)
        raise AssertionError(f"{kind} was not prepared: {said.status} {said.code}")

    def _round(self, mine: Sequence[Act], theirs: Sequence[Act]) -> None:
        """Kill one of two at a random moment; whoever was told something was told the truth."""
        self.quick.close()
        workers = [_Worker(acts) for acts in (mine, theirs)]
        started = time.monotonic()
        time.sleep(self.pace * secrets.randbelow(1000) / 1000)
        killed = secrets.choice(workers).kill()
        for worker in workers:
            for at, answer in worker.acknowledged():
                self._tell(worker.acts[at], answer)
        self.tally.add(rounds=int(killed), too_late=int(not killed))
        took = time.monotonic() - started
        self.pace = min(SLOWEST, 0.9 * self.pace + 0.1 * took * 1.5)
        for act in (*mine, *theirs):
            self._tell(act, _answer_of(act))

    def _tell(self, act: Act, answer: bytes) -> None:
        """Nothing in the answer means that the verb said: not by me."""
        if not answer:
            return
        tell: Callable[..., Any] = getattr(self.told, act.kind)
        tell(act.mandate_id, answer) if act.kind == "used" else tell(act.mandate_id)


def _answer_of(act: Act) -> bytes:
    done = act.prepared.do()
    if isinstance(done, StoredAnswer):
        return done.answer
    return b"yes" if done else b""


class _Worker:
    """A process that does its acts one after the other and says so after each."""

    def __init__(self, acts: Sequence[Act]) -> None:
        self.acts = acts
        self._pipe, told = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            try:
                os.write(told, b"ready\n")
                for at, act in enumerate(acts):
                    os.write(told, str(at).encode() + b" " + _answer_of(act).replace(b"\n", b" ") + b"\n")
            finally:
                os._exit(0)
        os.close(told)
        select.select([self._pipe], [], [], SLOWEST)

    def kill(self) -> bool:
        """SIGKILL; false when it had come to its end before."""
        found, _ = os.waitpid(self._pid, os.WNOHANG)
        if found:
            self._pid = 0
            return False
        os.kill(self._pid, signal.SIGKILL)
        return True

    def acknowledged(self) -> list[tuple[int, bytes]]:
        """What it said before its end."""
        with os.fdopen(self._pipe, "rb") as pipe:
            lines = pipe.read().split(b"\n")
        if self._pid:
            os.waitpid(self._pid, 0)
        whole = [line for line in lines[:-1] if line != b"ready"]
        return [(int(at), answer) for at, _, answer in (line.partition(b" ") for line in whole)]
