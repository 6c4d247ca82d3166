"""Full disks, databases that are gone, wrong clocks, bad peers: clear answers, nothing lost, and back."""

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from chassis.migrations import migrate
from soak.caller import Caller, Cut
from soak.citizen import Call, Citizen, Opened, Said, use
from soak.crew import Crew, free_port
from soak.inside import inside
from soak.peers import Gate, Issuer
from soak.register import Told, examine
from soak.stage import STORE, Stage, Tally
from soak.world import World

MANDATES = 4
BACK_SECONDS = 20
DAY = 86400


@dataclass
class Scene:
    """One verifier with granted mandates, in reach of whatever goes wrong."""

    stage: Stage
    world: World
    url: str
    issuer: Issuer
    crew: Crew
    granted: list[Opened]
    clock: Path
    port: int
    told: Told = field(default_factory=Told)
    answers: list[str] = field(default_factory=list)

    @property
    def caller(self) -> Caller:
        """A new one, with new connections."""
        return Caller(self.world.own, (self.port,), timeout=25)


Wreck = Callable[[Scene], Callable[[], None]]


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


def run(stage: Stage, tally: Tally, scenes: int) -> None:
    """Each fault once, in its own town; those that earlier runs saw kept are left out."""
    for fault in FAULTS[:scenes] if stage.short else FAULTS:
        if tally.figures.get(fault.name, "").startswith("kept"):
            continue
        if fault.needs_root and os.getuid() != 0:
            tally.note(**{fault.name: "not tried: needs root to mount"})
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
        crew = stack.enter_context(Crew(world, url, clock=clock, **settings))
        if fault.gated:
            GATES[gate] = stack.enter_context(Gate(gate, port))
        quick = inside(world, world.config(url))
        granted = [Citizen(world).grants(quick.send) for _ in range(MANDATES)]
        quick.close()
        crew.start(port, workers=2)
        crew.wait(port)
        yield Scene(stage, world, url, issuer, crew, granted, clock, port)
        GATES.clear()


GATES: dict[int, Gate] = {}


@contextmanager
def _small_disk(world: World) -> Iterator[str]:
    """Four megabytes that nobody else uses."""
    folder = world.folder / "small"
    folder.mkdir()
    _system("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder))
    try:
        url = f"sqlite:///{folder / 'verifier.db'}"
        migrate(url, STORE)
        yield url
    finally:
        _system("umount", "-l", str(folder))


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


def _fill(scene: Scene) -> Callable[[], None]:
    ballast = Path(scene.url.removeprefix("sqlite:///")).parent / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 512)
        except OSError:
            pass
    return ballast.unlink


def _mounted_read_only(scene: Scene) -> Callable[[], None]:
    """The servers start on a disk that is read-only, as after an error of the file system."""
    folder = str(Path(scene.url.removeprefix("sqlite:///")).parent)
    scene.crew.kill(scene.port)
    _until_mounted(folder, "ro")
    scene.crew.start(scene.port, workers=2)
    scene.crew.wait(scene.port)
    return lambda: _until_mounted(folder, "rw")


def _until_mounted(folder: str, how: str) -> None:
    for _ in range(50):
        try:
            _system("mount", "-o", f"remount,{how}", folder)
            return
        except subprocess.CalledProcessError:
            time.sleep(0.1)
    raise RuntimeError(f"{folder} does not become {how}")


def _moved_away(scene: Scene) -> Callable[[], None]:
    path = Path(scene.url.removeprefix("sqlite:///"))
    path.rename(path.with_suffix(".away"))

    def mend() -> None:
        path.with_suffix(".away").rename(path)

    return mend


def _standby(scene: Scene) -> Callable[[], None]:
    """As after a fail-over to the wrong side."""
    postgres = scene.stage.own_postgres()
    postgres.restart_as_standby(True)
    return lambda: postgres.restart_as_standby(False)


def _without_connections(scene: Scene) -> Callable[[], None]:
    """The database lets nobody in."""
    _letting_in(scene.url, "false")
    return lambda: _letting_in(scene.url, "true")


def _letting_in(url: str, how: str) -> None:
    server, _, name = url.rpartition("/")
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'ALTER DATABASE "{name}" WITH ALLOW_CONNECTIONS {how}'.encode())
        if how == "false":
            ending = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
            connection.execute(ending, (name,))


def _clock_by(seconds: int) -> Wreck:
    def wreck(scene: Scene) -> Callable[[], None]:
        scene.clock.write_text(str(seconds))

        def mend() -> None:
            scene.clock.write_text("0")

        return mend

    return wreck


def _issuer(manner: str) -> Wreck:
    def wreck(scene: Scene) -> Callable[[], None]:
        time.sleep(2.5)
        scene.issuer.manner = manner

        def mend() -> None:
            scene.issuer.manner = "well"

        return mend

    return wreck


def _authority(manner: str) -> Wreck:
    def wreck(scene: Scene) -> Callable[[], None]:
        (gate,) = GATES.values()
        gate.manner = manner

        def mend() -> None:
            gate.manner = "well"

        return mend

    return wreck


def _system(*words: str) -> None:
    subprocess.run(words, check=True, capture_output=True)  # noqa: S603  # our own words


JSON = {"Content-Type": "application/json"}
EVIDENCE = frozenset(["evidence_rejected"])
FAULTS = (
    Fault("database gone, SQLite", "sqlite", _moved_away),
    Fault("authority cut off", "sqlite", _authority("cut"), gated=True),
    Fault("clock a day back", "sqlite", _clock_by(-DAY), EVIDENCE),
    Fault("clock a day forward", "sqlite", _clock_by(DAY), EVIDENCE),
    Fault("database gone, PostgreSQL", "postgresql", _without_connections),
    Fault("read-only, PostgreSQL", "postgresql", _standby),
    Fault("disk full, SQLite", "sqlite", _fill, small=True, needs_root=True),
    Fault("read-only disk, SQLite", "sqlite", _mounted_read_only, small=True, needs_root=True),
    Fault("authority slow", "sqlite", _authority("slow"), gated=True),
    Fault("authority silent", "sqlite", _authority("silent"), gated=True),
    Fault("status list slow", "sqlite", _issuer("slow"), EVIDENCE, ttl=1),
    Fault("status list silent", "sqlite", _issuer("silent"), EVIDENCE, ttl=1),
    Fault("status list cut off", "sqlite", _issuer("cut"), EVIDENCE, ttl=1),
)
