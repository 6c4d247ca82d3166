"""One stage for all tests of this folder: starting eight processes takes longer than any test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.interop.stage import OFFERS, Stage, require_node, set_stage


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "interop: drives strangers' software, needs node")


@pytest.fixture(scope="session", params=["http", "https"])
def stage(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Every test twice: ours on plain http, and on https under the demonstration's own root."""
    require_node()
    with set_stage(tmp_path_factory.mktemp("interop"), tls=request.param == "https") as running:
        yield running


@pytest.fixture(scope="session")
def cards(stage: Stage) -> list[dict[str, Any]]:
    """Noor's five credentials, in a stranger's wallet."""
    found = []
    for credentials in OFFERS:
        offer = stage.offered(*credentials, tx_code=True)
        got = stage.holder(
            "collect", offer=offer["offer"], tx_code=offer["tx_code"], anchors=stage.issuer_anchors, copies=1
        )
        found += [card["copies"][0] for card in got["cards"]]
    return found
