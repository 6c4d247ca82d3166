"""Many granted mandates in little time: every processor grants its share."""

import json
import os
from collections.abc import Sequence
from dataclasses import astuple

from soak.citizen import Citizen, Opened
from soak.inside import inside
from soak.world import World


def grant_many(world: World, url: str, count: int) -> list[Opened]:
    """Real grants, each with its five signatures; only no HTTP lies between."""
    workers = os.cpu_count() or 1
    shares = [_Share(world, url, count // workers + (at < count % workers)) for at in range(workers)]
    return [opened for share in shares for opened in share.result()]


class _Share:
    """A forked process that grants and says what it granted, so that nothing of a connection is shared."""

    def __init__(self, world: World, url: str, count: int) -> None:
        self._pipe, told = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            granted: Sequence[Opened] = ()
            try:
                granted = _grant(world, url, count)
            finally:
                with os.fdopen(told, "wb") as pipe:
                    pipe.write(json.dumps([astuple(one) for one in granted]).encode())
                os._exit(0)
        os.close(told)

    def result(self) -> list[Opened]:
        """Wait for it; a process that failed granted nothing, and its caller sees too few."""
        with os.fdopen(self._pipe, "rb") as pipe:
            found = json.load(pipe)
        os.waitpid(self._pid, 0)
        return [Opened(*fields) for fields in found]


def _grant(world: World, url: str, count: int) -> list[Opened]:
    quick, citizen = inside(world, world.config(url)), Citizen(world)
    granted = [citizen.grants(quick.send) for _ in range(count)]
    quick.close()
    return granted
