"""What a row gets: a scratch folder, databases, a town, and a tally that survives an interruption."""

import contextlib
import json
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chassis.migrations import migrate
from soak.crew import free_port
from soak.postgres import Postgres, drop_database, make_database, set_isolation
from soak.world import World, make_world

STORE = "verifier.store"
STATE = Path("var/soak")


@dataclass
class Tally:
    """Figures of one row: those that add up, and those that are the last seen."""

    name: str
    figures: dict[str, Any] = field(default_factory=dict)
    folder: Path | None = None

    @classmethod
    def kept(cls, name: str, folder: Path | None) -> "Tally":
        """Go on where an earlier run stopped; without a folder nothing is kept."""
        file = folder / f"{name}.json" if folder else None
        figures = json.loads(file.read_text()) if file and file.is_file() else {}
        return cls(name, figures, folder)

    def __getitem__(self, name: str) -> int:
        return int(self.figures.get(name, 0))

    def add(self, **counts: int) -> None:
        """Add to what was counted before."""
        for name, count in counts.items():
            self.figures[name] = self[name] + count

    def note(self, **seen: Any) -> None:
        """Remember a figure that does not add up, such as a time."""
        self.figures.update(seen)

    def fault(self, what: str) -> None:
        """A broken promise, in words; the first twenty are kept."""
        self.add(faults=1)
        kept: list[str] = self.figures.setdefault("what", [])
        if len(kept) < 20:
            kept.append(what)

    def save(self) -> None:
        """Written aside and renamed, so that a kill of the trial loses at most one batch."""
        if self.folder is None:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        beside = self.folder / f"{self.name}.json.new"
        beside.write_text(json.dumps(self.figures, indent=1, ensure_ascii=False))
        beside.rename(self.folder / f"{self.name}.json")


@dataclass
class Stage:
    """The place of one run; everything that it starts ends with it."""

    folder: Path
    stack: ExitStack
    short: bool = False
    server: str | None = None
    _made: int = 0
    _postgres: Postgres | None = None

    def say(self, text: str) -> None:
        """One line for whoever waits."""
        sys.stderr.write(text + "\n")
        sys.stderr.flush()

    def own_postgres(self) -> Postgres:
        """A server that this run may stop; raises NoPostgres."""
        if self._postgres is None:
            self._postgres = self.stack.enter_context(Postgres(self.folder / "postgres"))
        return self._postgres

    @contextlib.contextmanager
    def database(self, dialect: str) -> Iterator[str]:
        """The URL of a fresh one at the newest schema; `serializable` is PostgreSQL at that level."""
        self._made += 1
        if dialect == "sqlite":
            path = self.folder / f"base-{self._made}" / "verifier.db"
            url = f"sqlite:///{path}"
            migrate(url, STORE)
            yield url
            shutil.rmtree(path.parent, ignore_errors=True)
            return
        url = self._new_postgresql()
        migrate(url, STORE)
        if dialect == "serializable":
            set_isolation(url, dialect)
        yield url
        drop_database(url)

    def _new_postgresql(self) -> str:
        if self.server is None:
            return self.own_postgres().new()
        name = f"{self.folder.name.lower().replace('-', '_')}_{self._made}"
        make_database(self.server, name)
        return f"{self.server}/{name}"

    def world(self, *, ttl: int = 900) -> World:
        """A new town at two free ports."""
        folder = Path(tempfile.mkdtemp(prefix="town-", dir=self.folder))
        own, issuer = (f"http://localhost:{free_port()}" for _ in range(2))
        return make_world(folder, own=own, issuer=issuer, ttl=ttl)


@contextlib.contextmanager
def open_stage(*, short: bool, server: str | None = None) -> Iterator[Stage]:
    """A scratch folder that is gone afterwards."""
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="eenmalig-soak-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        yield Stage(folder, stack, short=short, server=server)
