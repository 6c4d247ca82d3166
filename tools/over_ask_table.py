"""Writes docs/over-ask.md: every example request of the over-ask check with what it finds too much, and why.

`python -m tools.over_ask_table` rewrites it; a test fails while it is out of date.
"""

from __future__ import annotations

import argparse
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from consent.inference import RULES
from consent.over_ask import OverAskReport, check_question
from consent.purpose import Purpose, load_purpose
from openid4vc.dcql.query import parse_dcql

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "tests" / "consent" / "data"
PAGE = ROOT / "docs" / "over-ask.md"
ISSUER = "{issuer}"


def purposes() -> dict[str, Purpose]:
    """The purposes that the examples are held against."""
    averaging = ROOT / "verifier" / "data" / "purposes" / "averaging.toml"
    return {
        "averaging": load_purpose(averaging.read_bytes()),
        "permit": load_purpose((DATA / "permit.toml").read_bytes()),
    }


def examples() -> list[dict[str, Any]]:
    """Every example request."""
    found: list[dict[str, Any]] = tomllib.loads((DATA / "requests.toml").read_text(encoding="utf-8"))[
        "request"
    ]
    return found


def query_of(said: dict[str, Any], purpose: Purpose) -> dict[str, Any]:
    """The question as a verifier would write it."""
    cards = purpose.dcql(str).to_json()["credentials"] if said.get("base") else []
    cards += [_card(one) for one in said.get("cards", ())]
    for text in said.get("leave_out", ()):
        query, _, field = text.partition(".")
        cards = [card for card in cards if field or card["id"] != query]
        for card in cards:
            if card["id"] == query:
                card["claims"] = [one for one in card["claims"] if one["path"] != _path(field)]
    for text in said.get("add", ()):
        query, _, field = text.partition(".")
        next(card for card in cards if card["id"] == query)["claims"].append(_claim(field))
    return {"credentials": cards}


def report_of(said: dict[str, Any]) -> OverAskReport:
    """What the check says of an example."""
    purpose = purposes()[said["purpose"]]
    return check_question(parse_dcql(query_of(said, purpose)), purpose=purpose)


def page() -> str:
    """The whole page."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    reports = [(said, report_of(said)) for said in examples()]
    greedy = sum(not report.passed for _, report in reports)
    yield "# The over-ask check by example"
    yield ""
    yield "Written by `python -m tools.over_ask_table` from `tests/consent/data/requests.toml`."
    yield f"{len(reports)} requests: {len(reports) - greedy} ask what is needed, {greedy} ask too much."
    yield "Each of them runs as a test: no miss, no false alarm, and one field more turns the verdict."
    yield ""
    yield "| request | purpose | verdict | too much, and by which rule |"
    yield "|---|---|---|---|"
    for said, report in reports:
        found = "<br>".join(_found(report)) or "nothing"
        verdict = "good" if report.passed else "**too much**"
        yield f"| {said['name']} | {said['purpose']} | {verdict} | {found} |"
    yield ""
    yield "## What could be worked out"
    yield ""
    yield "The rules behind the second column of the consent screen, from `consent/data/inference.toml`."
    yield ""
    yield "| when this is shared | this follows | because |"
    yield "|---|---|---|"
    for rule in RULES:
        follows = [f"`{one}`" for one in rule.gives] + ([rule.tells.en] if rule.tells else [])
        yield f"| {', '.join(f'`{one}`' for one in rule.source)} | {', '.join(follows)} | {rule.reason.en} |"


def _found(report: OverAskReport) -> Iterator[str]:
    for one in report.too_much:
        name = ".".join(["*" if part is None else str(part) for part in (one.query_id, *one.path)])
        yield f"`{name}` {one.verdict}: {one.reason.en} ({one.rule})"


def _path(text: str) -> list[str | int | None]:
    return [None if part == "*" else int(part) if part.isdigit() else part for part in text.split(".")]


def _claim(text: str) -> dict[str, Any]:
    path, _, values = text.partition("=")
    asked: dict[str, Any] = {"path": _path(path)}
    return asked | ({"values": [int(value) for value in values.split("|")]} if values else {})


def _card(said: dict[str, Any]) -> dict[str, Any]:
    claims = [_claim(text) for text in said["fields"]]
    card = {"id": said["id"], "format": "dc+sd-jwt", "meta": {"vct_values": [f"{ISSUER}/{said['vct']}"]}}
    return (
        card | ({"claims": claims} if claims else {}) | ({"multiple": True} if said.get("multiple") else {})
    )


def main() -> None:
    """Write it anew."""
    argparse.ArgumentParser(prog="python -m tools.over_ask_table", description=__doc__).parse_args()
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
