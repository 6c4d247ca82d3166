"""A desk on one database, and the same desk on both."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from chassis.migrations import migrate
from openid4vc.jose.keys import SigningKey
from tests.verifier.helpers.desk import Desk, build_desk
from tests.verifier.helpers.pki import Pki
from tests.verifier.helpers.plain import Forge, Question

STORE = "verifier.store"


@pytest.fixture(scope="session")
def pki() -> Pki:
    """Certificates for the whole run."""
    return Pki.new()


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One empty database at the newest schema, to copy."""
    path = tmp_path_factory.mktemp("verifier") / "empty.db"
    migrate(f"sqlite:///{path}", STORE)
    return path


@pytest.fixture
def desk_settings() -> dict[str, Any]:
    """What a module wants set otherwise than by default."""
    return {}


@pytest.fixture
def desk(tmp_path: Path, pki: Pki, migrated_file: Path, desk_settings: dict[str, Any]) -> Iterator[Desk]:
    """On SQLite: for rules that the database does not decide."""
    path = shutil.copy(migrated_file, tmp_path / "verifier.db")
    desk = build_desk(tmp_path, f"sqlite:///{path}", pki, **desk_settings)
    yield desk
    desk.app.extensions["ports"].store.register.database.dispose()


@pytest.fixture
def question(desk: Desk) -> Question:
    """A plain question that a wallet has fetched."""
    return Question.asked(desk)


@pytest.fixture
def forge(pki: Pki) -> Forge:
    """The municipality, with an unsteady hand."""
    return Forge(pki.issuers["municipality"], SigningKey.generate())


@pytest.fixture
def any_desk(
    tmp_path: Path, pki: Pki, migrated_url: Callable[[str], str], desk_settings: dict[str, Any]
) -> Iterator[Desk]:
    """On SQLite and on PostgreSQL: for what the database decides."""
    desk = build_desk(tmp_path, migrated_url(STORE), pki, **desk_settings)
    yield desk
    desk.app.extensions["ports"].store.register.database.dispose()
