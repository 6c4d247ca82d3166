"""The table on standard output and the same numbers in bench/latest.json."""

import json
import os
import platform
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from cryptography.hazmat.backends.openssl import backend

from bench.measure import Timing

LATEST = Path(__file__).with_name("latest.json")
AT_MOST = {"issue": 2.2, "issue_with_proof": 1.8, "present": 1.5, "verify_known": 1.6, "verify_new": 2.0}
"""Times the raw signatures that the work cannot avoid."""
AT_MOST_US = {"status_lookup": 1.0, "revoke_publish": 3_000.0, "revoke_publish_1e8": 30_000.0}
MEMORY_AT_MOST = 1.10


@dataclass(frozen=True, slots=True)
class Row:
    """One line: a time, a ratio, what it must be, and whether it is."""

    name: str
    median_us: float | None = None
    x_limit: float | None = None
    at_most: str = ""
    met: bool | None = None
    note: str = ""

    def as_json(self) -> dict[str, Any]:
        """Rounded to what a measurement is worth."""
        return {
            "name": self.name,
            "median_us": None if self.median_us is None else round(self.median_us, 2),
            "x_limit": None if self.x_limit is None else round(self.x_limit, 3),
            "at_most": self.at_most,
            "met": self.met,
            "note": self.note,
        }


def micro_rows(timings: Mapping[str, Timing]) -> list[Row]:
    """A row for every work; those of a peer and of ours with the same limit stand together."""
    works = [name for name in timings if not name.startswith("limit:")]
    return [_row(name, timings) for name in sorted(works, key=lambda name: _order(name, works))]


def _order(name: str, works: list[str]) -> tuple[int, int]:
    base = name.partition("/")[0]
    return (works.index(base) if base in works else len(works)), works.index(name)


def _row(name: str, timings: Mapping[str, Timing]) -> Row:
    timing, base = timings[name], name.partition("/")[0]
    limit = timings.get(f"limit:{base}")
    ratio = None if limit is None else timing.times(limit)
    if name in AT_MOST and ratio is not None:
        return Row(name, timing.median_us, ratio, f"{AT_MOST[name]} x", ratio <= AT_MOST[name])
    if name in AT_MOST_US:
        met = timing.median_us <= AT_MOST_US[name]
        return Row(name, timing.median_us, None, f"{AT_MOST_US[name]:g} us", met)
    return Row(name, timing.median_us, ratio)


def memory_row(share: float) -> Row:
    """What a known status list takes, against its bits."""
    met = share <= MEMORY_AT_MOST
    return Row("status_memory", None, share, f"{MEMORY_AT_MOST} x bitmap", met, "known list of 10^6")


def write_latest(rows: Iterable[Row], *, notes: Iterable[str]) -> None:
    """Overwrite bench/latest.json."""
    content = {"rows": [row.as_json() for row in rows], "notes": list(notes), "machine": machine()}
    LATEST.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def machine() -> dict[str, Any]:
    """What the numbers depend on."""
    return {
        "python": platform.python_version(),
        "cryptography": version("cryptography"),
        "openssl": backend.openssl_version_text(),
        "processors": os.cpu_count(),
        "load": [round(one, 2) for one in os.getloadavg()],
    }


def table(rows: Iterable[Row]) -> str:
    """Aligned columns for people."""
    lines = [f"{'work':<34}{'median us':>12}{'x limit':>9}  {'must be at most':<18}{'':<6}"]
    for row in rows:
        median = "" if row.median_us is None else f"{row.median_us:,.2f}"
        ratio = "" if row.x_limit is None else f"{row.x_limit:.2f}"
        verdict = {None: "", True: "ok", False: "OVER"}[row.met]
        lines.append(
            f"{row.name:<34}{median:>12}{ratio:>9}  {row.at_most:<18}{verdict:<6}{row.note}".rstrip()
        )
    return "\n".join(lines)
