"""One stage for all tests of this folder: starting eight processes takes longer than any test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.interop.stage import Stage, require_node, set_stage


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "interop: drives strangers' software, needs node")


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    require_node()
    with set_stage(tmp_path_factory.mktemp("interop")) as running:
        yield running
