"""An issuer in one process, with keys of its own, a movable clock and a wallet's side of the protocol."""

from __future__ import annotations

import shutil

import pytest

from chassis.migrations import migrate
from tests.issuer.place import make_keys, make_place
from tests.issuer.wallet import Wallet


@pytest.fixture(scope="session")
def keys(tmp_path_factory):
    """Keys and chains of every tenant, and their root."""
    return make_keys(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="session")
def _empty_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("issuer") / "empty.db"
    migrate(f"sqlite:///{path}", "issuer.store")
    return path


@pytest.fixture
def issuer(tmp_path, keys, _empty_file):
    """An issuer on SQLite: for everything that does not depend on the database."""
    path = tmp_path / "issuer.db"
    shutil.copy(_empty_file, path)
    place = make_place(tmp_path, keys, f"sqlite:///{path}")
    yield place
    place.database.dispose()


@pytest.fixture
def issuer_on_both(tmp_path, keys, migrated_url):
    """An issuer on SQLite and on PostgreSQL: for every guarantee of the store."""
    place = make_place(tmp_path, keys, migrated_url("issuer.store"))
    yield place
    place.database.dispose()


@pytest.fixture
def wallet(issuer):
    """An attested wallet with a DPoP key, at the municipality, for Noor."""
    return Wallet(issuer)


@pytest.fixture
def wallet_on_both(issuer_on_both):
    """The same on SQLite and on PostgreSQL."""
    return Wallet(issuer_on_both)
