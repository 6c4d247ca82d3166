"""What the hub can touch outside itself."""

from dataclasses import dataclass

from chassis.clock import Clock
from demo.config import Config
from demo.library import Library
from demo.store.plays import Plays


@dataclass(frozen=True, slots=True)
class Ports:
    """Clock, settings, the files with scenarios, and the memory of plays."""

    clock: Clock
    config: Config
    library: Library
    plays: Plays
