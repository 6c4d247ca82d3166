"""What can be asked on the command line."""

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Asked:
    """One command with its arguments."""

    command: str
    mandate: str = ""
    file: Path = Path()
    at: datetime | None = None
    trust_dir: Path = Path()
    service: str = ""
    database: str | None = None


def read_command_line(arguments: list[str], *, environ: Mapping[str, str]) -> Asked:
    """Parse, or end with the usage; what an auditor would name may come from the settings."""
    parser = argparse.ArgumentParser(prog="python -m verifier")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, text in (
        ("serve", "answer requests until told to stop"),
        ("migrate", "bring the database to the newest schema"),
        ("forget", "erase values past their date"),
        ("deliver", "tell others what happened, all that is due, and stop"),
        ("sweep", "mark mandates that expired and erase values past their date"),
    ):
        commands.add_parser(name, help=text)
    lint = commands.add_parser("lint", help="judge a question against its purpose; exit 1 if it goes too far")
    lint.add_argument("file", type=Path)
    lint.add_argument("--service", default="averaging", help="whose purpose counts")
    _add_ledger(commands, environ.get("VERIFIER_DATABASE_URL", ""))
    _add_evidence(commands, environ.get("VERIFIER_TRUST_DIR", "trust"))
    found = vars(parser.parse_args(arguments))
    if (part := found.pop("part", None)) is not None:
        found["command"] += f" {part}"
    return Asked(**found)


def _add_ledger(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", database: str) -> None:
    parts = commands.add_parser("ledger", help="the ledger of the register").add_subparsers(
        dest="part", required=True
    )
    verify = parts.add_parser("verify", help="name deleted, reordered and altered lines; exit 1 if any")
    verify.add_argument(
        "--database",
        type=_database,
        default=database or None,
        metavar="FILE_OR_URL",
        help="also of a copy (default: VERIFIER_DATABASE_URL)",
    )
    show = parts.add_parser("show", help="the lines of one mandate")
    show.add_argument("mandate")


def _add_evidence(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", trust: str) -> None:
    parts = commands.add_parser("evidence", help="what proves a grant").add_subparsers(
        dest="part", required=True
    )
    export = parts.add_parser("export", help="write the evidence of a mandate to the standard output")
    export.add_argument("mandate")
    verify = parts.add_parser("verify", help="judge a file offline, check by check; exit 1 if one fails")
    verify.add_argument("file", type=Path)
    verify.add_argument("--at", type=_moment, required=True, help="a time such as 2031-01-01T00:00:00Z")
    verify.add_argument(
        "--trust-dir", type=Path, default=Path(trust), help="access-anchors.pem, issuers.json"
    )


def _database(text: str) -> str:
    """A file is SQLite's."""
    return text if "://" in text else f"sqlite:///{Path(text).resolve()}"


def _moment(text: str) -> datetime:
    """ISO 8601; without a time zone it is UTC."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
