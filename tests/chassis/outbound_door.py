"""Doors for the tests of outbound calls, and the hostile input they share."""

from pathlib import Path
from typing import Any

from chassis.outbound import Limits, Outbound
from tests.chassis.frame import config_in

HOSTILE = Path(__file__).parent / "hostile"


def lines(name: str) -> list[str]:
    """Return the lines of one list of hostile input."""
    return (HOSTILE / f"{name}.txt").read_text(encoding="utf-8").splitlines()


def door(folder: Path, addresses: list[str] | None = None, **settings: Any) -> Outbound:
    """Return an outbound door that finds every name at these addresses."""
    limits = Limits(total_seconds=0.8)
    return Outbound(
        config_in(folder, **settings), resolve=lambda host, port: addresses or ["127.0.0.1"], limits=limits
    )


def local(folder: Path, port: int) -> tuple[Outbound, str]:
    """Return a door that may call this one plain origin, and that origin."""
    origin = f"http://peer.test:{port}"
    return door(folder, http_origins=(origin,)), origin
