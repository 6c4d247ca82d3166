"""How things are broken, and how they are mended again."""

import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from soak.caller import Caller
from soak.citizen import Opened
from soak.crew import Crew
from soak.peers import Gate, Issuer, Receiver
from soak.register import Told
from soak.stage import Stage
from soak.world import World

GATES: dict[int, Gate] = {}


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
    receiver: Receiver | None = None

    @property
    def caller(self) -> Caller:
        """A new one, with new connections."""
        return Caller(self.world.own, (self.port,), timeout=25)


Wreck = Callable[[Scene], Callable[[], None]]
"""Breaks something in a scene and gives back what mends it."""


def nobody_to_tell(scene: Scene) -> Callable[[], None]:
    """For an hour of the servers' clock nobody takes notices."""

    def mend() -> None:
        time.sleep(2)
        scene.clock.write_text("3600")
        if scene.receiver:
            scene.receiver.open()

    return mend


def fill(scene: Scene) -> Callable[[], None]:
    ballast = Path(scene.url.removeprefix("sqlite:///")).parent / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 512)
        except OSError:
            pass
    return ballast.unlink


def mounted_read_only(scene: Scene) -> Callable[[], None]:
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
            system("mount", "-o", f"remount,{how}", folder)
            return
        except subprocess.CalledProcessError:
            time.sleep(0.1)
    raise RuntimeError(f"{folder} does not become {how}")


def moved_away(scene: Scene) -> Callable[[], None]:
    path = Path(scene.url.removeprefix("sqlite:///"))
    path.rename(path.with_suffix(".away"))

    def mend() -> None:
        path.with_suffix(".away").rename(path)

    return mend


def standby(scene: Scene) -> Callable[[], None]:
    """As after a fail-over to the wrong side."""
    postgres = scene.stage.own_postgres()
    postgres.restart_as_standby(True)
    return lambda: postgres.restart_as_standby(False)


def without_connections(scene: Scene) -> Callable[[], None]:
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


def clock_by(seconds: int) -> Wreck:
    def wreck(scene: Scene) -> Callable[[], None]:
        scene.clock.write_text(str(seconds))

        def mend() -> None:
            scene.clock.write_text("0")

        return mend

    return wreck


def issuer(manner: str) -> Wreck:
    def wreck(scene: Scene) -> Callable[[], None]:
        time.sleep(2.5)
        scene.issuer.manner = manner

        def mend() -> None:
            scene.issuer.manner = "well"

        return mend

    return wreck


def authority(manner: str) -> Wreck:
    def wreck(scene: Scene) -> Callable[[], None]:
        (gate,) = GATES.values()
        gate.manner = manner

        def mend() -> None:
            gate.manner = "well"

        return mend

    return wreck


def system(*words: str) -> None:
    subprocess.run(words, check=True, capture_output=True)  # noqa: S603  # our own words
