"""What can be asked on the command line."""

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from chassis.arguments import Commands, add_commands


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


PLAIN = {
    "serve": "answer requests until told to stop",
    "migrate": "bring the database to the newest schema",
    "forget": "erase values past their date",
    "deliver": "tell others what happened, all that is due, and stop",
    "sweep": "mark mandates that expired and erase values past their date",
}


def read_command_line(arguments: list[str], *, environ: Mapping[str, str]) -> Asked:
    """Parse, or end with the usage; what an auditor would name may come from the settings."""
    parser = argparse.ArgumentParser(
        prog="python -m verifier",
        description="The desk, the authority and the register of mandates.",
        epilog="lint, ledger verify and evidence verify need no settings. For the others they are "
        "environment variables VERIFIER_…: see docs/operating.md. Within the demonstration "
        "'python -m demo run verifier COMMAND' fills them in.",
    )
    commands = add_commands(parser, PLAIN)
    lint = commands.add_parser("lint", help="judge a question against its purpose; exit 1 if it goes too far")
    lint.add_argument("file", type=Path, metavar="FILE", help="a DCQL query or a request in JSON")
    lint.add_argument(
        "--service", default="averaging", metavar="NAME", help="whose purpose counts (default: averaging)"
    )
    _add_ledger(commands, environ.get("VERIFIER_DATABASE_URL", ""))
    _add_evidence(commands, environ.get("VERIFIER_TRUST_DIR", "trust"))
    found = vars(parser.parse_args(arguments))
    if (part := found.pop("part", None)) is not None:
        found["command"] += f" {part}"
    return Asked(**found)


def _add_ledger(commands: Commands, database: str) -> None:
    parts = commands.add_parser("ledger", help="the ledger of the register").add_subparsers(
        dest="part", required=True, metavar="COMMAND", title="commands"
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
    show.add_argument("mandate", metavar="MANDATE", help="the reference of the mandate")


def _add_evidence(commands: Commands, trust: str) -> None:
    parts = commands.add_parser("evidence", help="what proves a grant").add_subparsers(
        dest="part", required=True, metavar="COMMAND", title="commands"
    )
    export = parts.add_parser("export", help="write the evidence of a mandate to the standard output")
    export.add_argument("mandate", metavar="MANDATE", help="the reference of the mandate")
    verify = parts.add_parser("verify", help="judge a file offline, check by check; exit 1 if one fails")
    verify.add_argument("file", type=Path, metavar="FILE", help="what 'evidence export' wrote")
    verify.add_argument(
        "--at",
        type=_moment,
        required=True,
        metavar="TIME",
        help="as of when, such as 2031-01-01T00:00:00Z; no time zone means UTC",
    )
    verify.add_argument(
        "--trust-dir",
        type=Path,
        default=Path(trust),
        metavar="FOLDER",
        help="with access-anchors.pem, and issuers.json or trust-list-signer.pem; in the demonstration "
        f"var/trust (default: {trust})",
    )


def _database(text: str) -> str:
    """A file is SQLite's."""
    return text if "://" in text else f"sqlite:///{Path(text).resolve()}"


def _moment(text: str) -> datetime:
    """ISO 8601; without a time zone it is UTC."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is no time such as 2031-01-01T00:00:00Z") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
