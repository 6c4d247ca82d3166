"""What may be said on the command line, and the help that explains it."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any

CREDENTIALS = (
    "identity, income-assessment-2022 (-2023, -2024), account-holder or balance-statement; "
    "several at once only from one organisation"
)
OPERATED = ("issuer", "wallet", "verifier")
PERSONAS = ("noor", "henk", "sam")
EXAMPLES = """\
a first try, with the demonstration running ('make demo DETACH=1'):
  python -m demo offer identity              gives an offer for your wallet, or for ours:
  python -m demo wallet collect OFFER        ours takes it
  python -m demo request                     gives a request for your wallet, or for ours:
  python -m demo wallet answer REQUEST_URI   ours answers it
  python -m demo result ID                   what the verifier made of the answer

Answers are JSON on standard output. A refusal is one line on standard error, with exit status 1.
'python -m demo COMMAND --help' explains one command.
"""


def parser(environment: Mapping[str, str]) -> argparse.ArgumentParser:
    """Everything that `python -m demo` understands."""
    made = argparse.ArgumentParser(
        prog="python -m demo",
        description="Runs the demonstration on this machine, and lets you use it without a browser.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    _add_options(made, environment)
    commands = made.add_subparsers(dest="command", required=True, metavar="COMMAND", title="commands")
    _add_running(commands)
    _add_developer(commands)
    _add_wallet(commands)
    _add_operator(commands)
    _add_parts(commands)
    return made


def _add_options(made: argparse.ArgumentParser, environment: Mapping[str, str]) -> None:
    made.add_argument("--var", metavar="FOLDER", default="var", help="folder for all state (default: var)")
    made.add_argument(
        "--base-port",
        metavar="PORT",
        type=_first_port,
        default=environment.get("BASE_PORT") or None,
        help="first of four ports in a row (default: BASE_PORT, else those of the last start, else 8000)",
    )
    made.add_argument(
        "--tls",
        action="store_true",
        default=environment.get("TLS", "") in {"1", "true"},
        help="https with a certificate of the demonstration's own root (or TLS=1); start only",
    )
    made.add_argument(
        "--lan",
        metavar="ADDRESS",
        default=environment.get("LAN") or None,
        help="let phones on this network in, at this address of ours; 1 finds it (or LAN=1); start only",
    )
    made.add_argument(
        "--trust",
        metavar="FILE",
        action="append",
        default=[],
        help="root certificate in PEM of somebody to believe as issuer, verifier and wallet provider; "
        "may be repeated; start only",
    )
    made.add_argument(
        "--origin",
        metavar="URL",
        action="append",
        default=[],
        help="address of theirs that our services may call; may be repeated; start only",
    )


def _first_port(said: str) -> int:
    if not said.isdecimal() or not 1024 <= int(said) <= 65532:
        raise argparse.ArgumentTypeError(f"{said} is no port from 1024 to 65532, such as 9000")
    return int(said)


def _add_running(commands: Any) -> None:
    begin = commands.add_parser("start", help="start the four services, and stop them with Ctrl-C")
    begin.add_argument("--detach", action="store_true", help="return when everything is ready")
    commands.add_parser("stop", help="stop what runs in the background")
    commands.add_parser("reset", help="forget all state: accounts, cards, mandates, keys")
    commands.add_parser("doctor", help="name the cause when something does not start")
    playing = commands.add_parser("play", help="walk a whole scenario without a browser")
    playing.add_argument("scenario", choices=["averaging"], help="which scenario")
    playing.add_argument("--persona", choices=PERSONAS, default="noor", help="who plays it (default: noor)")
    playing.add_argument("--json", action="store_true", help="one JSON object on standard output")


def _add_developer(commands: Any) -> None:
    offering = commands.add_parser("offer", help="make a credential offer for any wallet")
    offering.add_argument("credentials", nargs="+", metavar="CREDENTIAL", help=CREDENTIALS)
    offering.add_argument(
        "--persona", choices=PERSONAS, default="noor", help="about whom they are (default: noor)"
    )
    offering.add_argument(
        "--grant",
        choices=["pre", "code"],
        default="pre",
        help="pre: pre-authorized code; code: authorization code, with a sign-in (default: pre)",
    )
    offering.add_argument(
        "--by-reference", action="store_true", help="credential_offer_uri instead of the whole offer"
    )
    offering.add_argument("--tx-code", action="store_true", help="ask for a transaction code too")
    _add_request(commands)
    commands.add_parser("result", help="what became of a request").add_argument(
        "id", metavar="ID", help="the id that 'request' printed"
    )
    commands.add_parser("anchors", help="print the roots that strangers must trust, as PEM")


def _add_request(commands: Any) -> None:
    asking = commands.add_parser("request", help="make a presentation request for any wallet")
    asking.add_argument(
        "--query", metavar="FILE", help="DCQL query as JSON (default: the names on the identity card)"
    )
    asking.add_argument("--purpose", metavar="NAME", help="a purpose of the desk that must cover the query")
    asking.add_argument(
        "--mandate", action="store_true", help="ask for the averaging mandate, with its own query"
    )
    asking.add_argument(
        "--mode",
        choices=["direct_post", "direct_post.jwt"],
        default="direct_post.jwt",
        help="how the answer comes: plain, or encrypted (default: direct_post.jwt)",
    )
    asking.add_argument(
        "--method", choices=["get", "post"], default="post", help="request_uri_method (default: post)"
    )
    asking.add_argument(
        "--prefix",
        choices=["x509_hash", "x509_san_dns"],
        default="x509_hash",
        help="client identifier prefix (default: x509_hash)",
    )


def _add_wallet(commands: Any) -> None:
    holding = commands.add_parser("wallet", help="let our wallet collect, answer, or list").add_subparsers(
        dest="verb", required=True, metavar="COMMAND", title="commands"
    )
    collecting = holding.add_parser("collect", help="take an offer")
    collecting.add_argument(
        "offer", metavar="OFFER", help="the whole offer link, in quotes; from our issuer or yours"
    )
    collecting.add_argument("--tx-code", metavar="N", help="the transaction code, when the offer wants one")
    collecting.add_argument(
        "--login", metavar="USER", help="who signs in at the issuer, for an authorization code"
    )
    answering = holding.add_parser("answer", help="answer a presentation request")
    answering.add_argument(
        "request_uri", metavar="REQUEST_URI", help="the whole link, in quotes; from our verifier or yours"
    )
    answering.add_argument("--decline", action="store_true", help="say no, as a citizen does")
    answering.add_argument(
        "--accept-surplus", action="store_true", help="also share what the sender is not registered to ask"
    )
    holding.add_parser("list", help="the cards that it holds")


def _add_operator(commands: Any) -> None:
    """An operator's command of one service, such as an audit, with the settings of this town."""
    running = commands.add_parser(
        "run",
        help="run a command of one service, with its settings: run verifier ledger verify",
        description="Runs 'python -m SERVICE WORD…' with the settings that the service has here.",
    )
    running.add_argument("service", metavar="SERVICE", choices=OPERATED, help=" or ".join(OPERATED))
    running.add_argument(
        "words", metavar="WORD", nargs=argparse.REMAINDER, help="none, or --help: what the service can do"
    )


def _add_parts(commands: Any) -> None:
    """What containers and the start itself call."""
    commands.add_parser("prepare", help="for containers: make keys and lists, and start nothing")
    probing = commands.add_parser("probe", help="for containers: exit 0 when the service on a port is ready")
    probing.add_argument("port", metavar="PORT", type=int, help="port on this machine")
    commands.add_parser("serve", help="for containers: run the hub alone, told by HUB_… variables")
    commands.add_parser("migrate", help="for containers: bring the hub's database up to date")
