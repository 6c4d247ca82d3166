"""The town in one process."""

from __future__ import annotations

import pytest

from tests.town import build_town


@pytest.fixture
def town(tmp_path):
    """Four services, seeded and migrated, wired without sockets."""
    return build_town(tmp_path)
