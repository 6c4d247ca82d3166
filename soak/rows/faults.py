"""Full disks, databases that are gone, wrong clocks, bad peers: clear answers, nothing lost, and back."""

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from chassis.database import Database
from chassis.migrations import migrate
from soak import wrecks
from soak.caller import Cut
from soak.citizen import Call, Citizen, Said, use
from soak.crew import Crew, free_port
from soak.inside import inside
from soak.peers import Gate, Issuer, Receiver
from soak.register import examine
from soak.stage import STORE, Stage, Tally
from soak.world import World
from soak.wrecks import GATES, Scene, Wreck
from verifier.store.outbox import Outbox

MANDATES = 4
BACK_SECONDS = 20
DAY = 86400


@dataclass(frozen=True, slots=True)
class Fault:
    """How it is broken; what is given back mends it. `codes` are the refusals that may be told meanwhile."""

    name: str
    dialect: str
    wreck: Wreck
    codes: frozenset[str] = frozenset()
    ttl: int = 900
    small: bool = False
    gated: bool = False
    needs_root: bool = False
    told: bool = False


def run(stage: Stage, tally: Tally, scenes: int) -> None:
    """Each fault once, in its own town; those that earlier runs saw kept are left out."""
    for fault in FAULTS[:scenes] if stage.short else FAULTS:
        if tally.figures.get(fault.name, "").startswith("kept"):
            continue
        if fault.needs_root and os.getuid() != 0:
            tally.note(**{fault.name: "not tried: needs root to mount"})
            tally.add(scenes=1)
            continue
        _try(stage, tally, fault)
        tally.save()
        stage.say(f"{fault.name}: {tally.figures[fault.name]}")


def _try(stage: Stage, tally: Tally, fault: Fault) -> None:
    before = tally["faults"]
    with _scene(stage, fault) as scene:
        mend = fault.wreck(scene)
        _meanwhile(scene, fault, tally)
        mend()
        back = _afterwards(scene, tally, fault)
        if fault.told:
            _require_told(scene, tally, fault)
        flaws = examine(scene.url, scene.told)
    tally.add(scenes=1, **flaws.counts())
    for what in flaws.what:
        tally.fault(f"{fault.name}: {what}")
    verdict = "kept" if tally["faults"] == before else "BROKEN"
    seen = ", ".join(sorted(set(scene.answers)))
    tally.note(**{fault.name: f"{verdict}: meanwhile {seen}; back after {back:.1f} s"})


@contextmanager
def _scene(stage: Stage, fault: Fault) -> Iterator[Scene]:
    world = stage.world(ttl=fault.ttl)
    clock = world.folder / "clock"
    clock.write_text("0")
    with ExitStack() as stack:
        url = stack.enter_context(_small_disk(world) if fault.small else stage.database(fault.dialect))
        issuer = stack.enter_context(Issuer(world))
        port, gate = free_port(), free_port()
        settings = {"routes": f"{world.own}=http://127.0.0.1:{gate}"} if fault.gated else {}
        receiver = Receiver(free_port())
        if fault.told:
            stack.callback(receiver.close)
            origin = receiver.url.removesuffix("/notices")
            settings = {"webhook_url": receiver.url, "http_origins": f"{world.own},{world.issuer},{origin}"}
        crew = stack.enter_context(Crew(world, url, clock=clock, **settings))
        if fault.gated:
            GATES[gate] = stack.enter_context(Gate(gate, port))
        quick = inside(world, world.config(url))
        granted = [Citizen(world).grants(quick.send) for _ in range(MANDATES)]
        quick.close()
        crew.start(port, workers=2)
        crew.wait(port)
        yield Scene(stage, world, url, issuer, crew, granted, clock, port, receiver=receiver)
        GATES.clear()


@contextmanager
def _small_disk(world: World) -> Iterator[str]:
    """Four megabytes that nobody else uses."""
    folder = world.folder / "small"
    folder.mkdir()
    wrecks.system("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder))
    try:
        url = f"sqlite:///{folder / 'verifier.db'}"
        migrate(url, STORE)
        yield url
    finally:
        wrecks.system("umount", "-l", str(folder))


def _meanwhile(scene: Scene, fault: Fault, tally: Tally) -> None:
    """Half of the mandates are used and one request is begun, each once; no answer may be unclear."""
    half = scene.granted[: MANDATES // 2]
    calls = [(one, use(one.mandate_id, one.id)) for one in half]
    opening = Call("POST", "/api/v1/mandate-requests", b'{"service":"averaging"}', JSON)
    for one, call in [*calls, (None, opening)]:
        try:
            said = scene.caller.send(call)
        except Cut as cut:
            tally.fault(f"{fault.name}: no answer at all: {cut}")
            continue
        scene.answers.append(f"{said.status} {said.code}".strip())
        if said.status == 200 and one is not None:
            scene.told.used(one.mandate_id, said.body)
        elif not _is_clear(said, fault):
            tally.fault(f"{fault.name}: {said.status} {said.code} Retry-After={said.retry_after}")


def _is_clear(said: Said, fault: Fault) -> bool:
    """Done, not now, or a refusal that this fault may lead to."""
    if said.status == 503:
        return said.retry_after.isdigit()
    return said.status in (200, 201) or said.code in fault.codes


def _afterwards(scene: Scene, tally: Tally, fault: Fault) -> float:
    """Every mandate is used once, with the keys of before, and no server was restarted for it."""
    started = time.monotonic()
    for one in scene.granted:
        call = use(one.mandate_id, one.id)
        said = _in_time(scene, call, fault, started)
        if said is not None and said.status == 200:
            scene.told.used(one.mandate_id, said.body)
        else:
            told = f"{said.status} {said.code}" if said else "no answer"
            tally.fault(f"{fault.name}: after {BACK_SECONDS} s still {told}")
    return time.monotonic() - started


def _in_time(scene: Scene, call: Call, fault: Fault, started: float) -> Said | None:
    said: Said | None = None
    while time.monotonic() - started < BACK_SECONDS:
        try:
            said = scene.caller.insist(call, seconds=BACK_SECONDS)
        except Cut:
            return None
        if said.code not in fault.codes:
            break
        time.sleep(0.2)
    return said


def _require_told(scene: Scene, tally: Tally, fault: Fault) -> None:
    """Every notice that was written arrives, if need be more than once."""
    database = Database(scene.url)
    until = time.monotonic() + BACK_SECONDS
    try:
        while (waiting := Outbox(database).waiting()) and time.monotonic() < until:
            time.sleep(0.2)
    finally:
        database.dispose()
    arrived = scene.receiver.keys if scene.receiver else {}
    scene.answers.append(f"{len(arrived)} notices arrived")
    if waiting or len(arrived) < MANDATES:
        tally.fault(f"{fault.name}: {len(arrived)} notices arrived, {waiting} wait")


JSON = {"Content-Type": "application/json"}
EVIDENCE = frozenset(["evidence_rejected"])
FAULTS = (
    Fault("database gone, SQLite", "sqlite", wrecks.moved_away),
    Fault("authority cut off", "sqlite", wrecks.authority("cut"), gated=True),
    Fault("clock a day back", "sqlite", wrecks.clock_by(-DAY), EVIDENCE),
    Fault("clock a day forward", "sqlite", wrecks.clock_by(DAY), EVIDENCE),
    Fault("database gone, PostgreSQL", "postgresql", wrecks.without_connections),
    Fault("read-only, PostgreSQL", "postgresql", wrecks.standby),
    Fault("disk full, SQLite", "sqlite", wrecks.fill, small=True, needs_root=True),
    Fault("read-only disk, SQLite", "sqlite", wrecks.mounted_read_only, small=True, needs_root=True),
    Fault("outbox target down for an hour", "sqlite", wrecks.nobody_to_tell, told=True),
    Fault("authority slow", "sqlite", wrecks.authority("slow"), gated=True),
    Fault("authority silent", "sqlite", wrecks.authority("silent"), gated=True),
    Fault("status list slow", "sqlite", wrecks.issuer("slow"), EVIDENCE, ttl=1),
    Fault("status list silent", "sqlite", wrecks.issuer("silent"), EVIDENCE, ttl=1),
    Fault("status list cut off", "sqlite", wrecks.issuer("cut"), EVIDENCE, ttl=1),
)
