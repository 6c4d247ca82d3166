"""Fifty callers at once for each mandate, over HTTP, against two workers: one effect each, never two."""

import threading
from concurrent.futures import ThreadPoolExecutor

from soak.caller import Caller
from soak.citizen import Citizen, Opened, Said, use
from soak.crew import Crew, free_port
from soak.inside import inside
from soak.peers import Issuer
from soak.register import Told, examine, states
from soak.stage import Stage, Tally

CALLERS = 50
BATCH = 50


def run(stage: Stage, tally: Tally, mandates: int, dialect: str) -> None:
    """Batches of mandates, each batch in a town and a database of its own."""
    while tally["mandates"] < mandates:
        count = min(BATCH, mandates - tally["mandates"])
        _batch(stage, tally, count, dialect)
        tally.save()
        stage.say(f"{tally.name}: {tally['mandates']} of {mandates} mandates")


def _batch(stage: Stage, tally: Tally, count: int, dialect: str) -> None:
    world = stage.world()
    port = free_port()
    with stage.database(dialect) as url, Issuer(world), Crew(world, url) as crew:
        crew.start(port, workers=2)
        quick = inside(world, world.config(url))
        granted = [Citizen(world).grants(quick.send) for _ in range(count)]
        quick.close()
        crew.wait(port)
        told = Told()
        with ThreadPoolExecutor(CALLERS) as pool:
            caller = Caller(world.own, (port,), timeout=60)
            for opened in granted:
                _race(tally, told, opened, caller, pool)
        flaws = examine(url, told)
        effects = sum(state == "used" for state in states(url).values())
    tally.add(mandates=count, effects=effects, **flaws.counts())
    for what in flaws.what:
        tally.fault(what)
    if effects != count:
        tally.fault(f"{effects} effects of {count} mandates")


def _race(tally: Tally, told: Told, opened: Opened, caller: Caller, pool: ThreadPoolExecutor) -> None:
    """All callers leave the line at the same moment, each with a key of its own."""
    line = threading.Barrier(CALLERS)

    def call(number: int) -> Said:
        line.wait()
        return caller.insist(use(opened.mandate_id, f"{opened.id}-{number}"))

    answers = list(pool.map(call, range(CALLERS)))
    for said in answers:
        if said.status == 200:
            told.used(opened.mandate_id, said.body)
        elif said.code != "mandate_already_used":
            tally.fault(f"a use was answered with {said.status} {said.code}")
    wins = sum(said.status == 200 for said in answers)
    tally.add(uses=CALLERS)
    if wins != 1:
        tally.fault(f"{wins} callers were told that they did it")
