"""Reads the command line and calls what it names."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from chassis.clock import system_clock
from chassis.outbound import PeerFailed
from demo.developer import anchors, offer, request, result, wallet_answer, wallet_collect, wallet_list
from demo.doctor import examine
from demo.play import as_text, play
from demo.preparing import prepare
from demo.processes import prepare_folders
from demo.say import complain, say
from demo.start import refuse_second_start, reset, running_pid, start, start_detached, stop
from demo.town import DEFAULT_BASE_PORT, Town
from demo.trouble import Trouble
from demo.web_client import Refused, is_ready

Command = Callable[[argparse.Namespace, Town, Mapping[str, str]], int]


def main(arguments: list[str], *, environment: Mapping[str, str]) -> int:
    """Exit status of one command; every foreseeable trouble is one sentence on standard error."""
    chosen = _parser(environment).parse_args(arguments)
    town = _town(chosen)
    try:
        return COMMANDS[chosen.command](chosen, town, environment)
    except (Trouble, Refused, PeerFailed) as trouble:
        complain(str(trouble))
        return 1


def _towns(chosen: argparse.Namespace) -> tuple[Town, Town]:
    """The plain one, and the TLS one below it, of which one runs at a time; the keys know their ports."""
    plain = Town(
        var=Path(chosen.var),
        base_port=chosen.base_port or DEFAULT_BASE_PORT,
        trust_files=tuple(map(Path, chosen.trust)),
        extra_origins=tuple(chosen.origin),
    )
    secure = replace(plain, var=plain.var / "tls", tls=True)
    if chosen.base_port is None:
        return plain.where_it_was(), secure.where_it_was()
    return plain, secure


def _town(chosen: argparse.Namespace) -> Town:
    """The town that was asked for; without --tls, the TLS one when that is what runs in this folder."""
    plain, secure = _towns(chosen)
    if chosen.tls or (running_pid(secure) is not None and chosen.command != "start"):
        return secure
    return plain


def _parser(environment: Mapping[str, str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m demo", description="The workshop stage of Eenmalig.")
    parser.add_argument("--var", default="var", help="folder for all state (default: var)")
    parser.add_argument(
        "--base-port",
        type=int,
        default=int(environment["BASE_PORT"]) if environment.get("BASE_PORT") else None,
        help="first of four consecutive ports (default: BASE_PORT, else those of the last start, else 8000)",
    )
    parser.add_argument(
        "--tls",
        action="store_true",
        default=environment.get("TLS", "") in {"1", "true"},
        help="https with a certificate of the demonstration's own root (or TLS=1)",
    )
    parser.add_argument(
        "--trust", action="append", default=[], help="PEM root of a stranger to trust; repeatable"
    )
    parser.add_argument(
        "--origin", action="append", default=[], help="address of a stranger that may be called"
    )
    commands = parser.add_subparsers(dest="command", required=True)
    begin = commands.add_parser("start", help="start the four services")
    begin.add_argument("--detach", action="store_true", help="return when everything is ready")
    commands.add_parser("stop", help="stop what start --detach started")
    commands.add_parser("reset", help="forget all state")
    commands.add_parser("doctor", help="name the cause when something does not start")
    commands.add_parser("prepare", help="make keys, certificates and trust lists, and start nothing")
    probing = commands.add_parser("probe", help="exit 0 when the service on a port is ready")
    probing.add_argument("port", type=int)
    commands.add_parser("serve", help="run the hub alone")
    commands.add_parser("migrate", help="bring the hub's database up to date")
    playing = commands.add_parser("play", help="walk a scenario without a browser")
    playing.add_argument("scenario", choices=["averaging"])
    playing.add_argument("--persona", default="noor", help="noor (default), henk or sam")
    playing.add_argument("--json", action="store_true", help="one JSON object on standard output")
    _add_developer_commands(commands)
    return parser


def _start(chosen: argparse.Namespace, town: Town, environment: Mapping[str, str]) -> int:
    for each in _towns(chosen):
        refuse_second_start(each)
    if chosen.detach:
        start_detached(town, arguments=_again(chosen, town), environment=environment)
    else:
        start(town, environment=environment, now=system_clock())
    return 0


def _again(chosen: argparse.Namespace, town: Town) -> list[str]:
    """The same choices as arguments for the process in the background."""
    arguments = ["--var", chosen.var, "--base-port", str(town.base_port)]
    arguments += ["--tls"] if chosen.tls else []
    arguments += [word for path in chosen.trust for word in ("--trust", path)]
    return arguments + [word for origin in chosen.origin for word in ("--origin", origin)]


def _prepare(_chosen: argparse.Namespace, town: Town, _environment: Mapping[str, str]) -> int:
    prepare_folders(town)
    made = prepare(town, now=system_clock())
    say("Made keys and certificates." if made else "Keys and certificates are there.")
    return 0


def _probe(chosen: argparse.Namespace, _town: Town, _environment: Mapping[str, str]) -> int:
    return 0 if is_ready(chosen.port) else 1


def _play(chosen: argparse.Namespace, town: Town, _environment: Mapping[str, str]) -> int:
    result = play(town, persona=chosen.persona)
    say(json.dumps(result, ensure_ascii=False, indent=1) if chosen.json else as_text(result))
    return 0


def _serve(_chosen: argparse.Namespace, _town: Town, environment: Mapping[str, str]) -> int:
    from chassis.serve import serve
    from demo.config import load

    serve("demo.wsgi:app", load(environment))
    return 0


def _migrate(_chosen: argparse.Namespace, _town: Town, environment: Mapping[str, str]) -> int:
    from chassis.migrations import migrate
    from demo.config import load

    migrate(load(environment).database_url, "demo.store")
    return 0


def _stop(_chosen: argparse.Namespace, town: Town, _environment: Mapping[str, str]) -> int:
    stop(town)
    return 0


def _reset(_chosen: argparse.Namespace, town: Town, _environment: Mapping[str, str]) -> int:
    reset(town)
    return 0


def _doctor(_chosen: argparse.Namespace, town: Town, _environment: Mapping[str, str]) -> int:
    return examine(town)


def _add_developer_commands(commands: Any) -> None:
    offering = commands.add_parser("offer", help="make a credential offer for any wallet")
    offering.add_argument("credentials", nargs="+", metavar="CREDENTIAL")
    offering.add_argument("--persona", default="noor")
    offering.add_argument("--grant", choices=["pre", "code"], default="pre")
    offering.add_argument("--by-reference", action="store_true")
    offering.add_argument("--tx-code", action="store_true")
    asking = commands.add_parser("request", help="make a presentation request for any wallet")
    asking.add_argument(
        "--query", metavar="FILE", help="DCQL query as JSON (default: name from the identity card)"
    )
    asking.add_argument("--mandate", action="store_true", help="ask for the averaging mandate")
    asking.add_argument("--mode", choices=["direct_post", "direct_post.jwt"], default="direct_post.jwt")
    asking.add_argument("--method", choices=["get", "post"], default="post")
    asking.add_argument("--prefix", choices=["x509_hash", "x509_san_dns"], default="x509_hash")
    commands.add_parser("result", help="what became of a request").add_argument("id")
    commands.add_parser("anchors", help="print the roots that strangers must trust")
    holding = commands.add_parser("wallet", help="let our wallet act").add_subparsers(
        dest="verb", required=True
    )
    collecting = holding.add_parser("collect", help="take an offer")
    collecting.add_argument("offer")
    collecting.add_argument("--tx-code")
    collecting.add_argument("--login", metavar="USER", help="who signs in at the issuer (code flow)")
    answering = holding.add_parser("answer", help="answer a presentation request")
    answering.add_argument("request_uri", metavar="REQUEST_URI")
    answering.add_argument("--decline", action="store_true")
    answering.add_argument(
        "--accept-surplus", action="store_true", help="also share what the sender is not registered to ask"
    )
    holding.add_parser("list", help="what it holds")


DEVELOPER: Mapping[str, Callable[[argparse.Namespace, Town], dict[str, Any]]] = {
    "offer": offer,
    "request": request,
    "result": result,
    "anchors": anchors,
    "wallet collect": wallet_collect,
    "wallet answer": wallet_answer,
    "wallet list": wallet_list,
}


def _develop(chosen: argparse.Namespace, town: Town, _environment: Mapping[str, str]) -> int:
    verb = f"{chosen.command} {chosen.verb}" if chosen.command == "wallet" else chosen.command
    say(json.dumps(DEVELOPER[verb](chosen, town), ensure_ascii=False, indent=1))
    return 0


COMMANDS: Mapping[str, Command] = {
    **dict.fromkeys(("offer", "request", "result", "anchors", "wallet"), _develop),
    "start": _start,
    "stop": _stop,
    "reset": _reset,
    "doctor": _doctor,
    "prepare": _prepare,
    "probe": _probe,
    "play": _play,
    "serve": _serve,
    "migrate": _migrate,
}
