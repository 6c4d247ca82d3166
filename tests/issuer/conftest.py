"""An issuer in one process, with keys of its own, a movable clock and a wallet's side of the protocol."""

from __future__ import annotations

import pytest

from tests.issuer.place import make_place


@pytest.fixture
def issuer(tmp_path, migrated_url):
    """An issuer on each of the databases."""
    place = make_place(tmp_path, migrated_url("issuer.store"))
    yield place
    place.database.dispose()
