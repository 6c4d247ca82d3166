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
from demo.administering import administer
from demo.arguments import parser
from demo.developer import anchors, offer, request, result, wallet_answer, wallet_collect, wallet_list
from demo.doctor import examine
from demo.lan import lan_address
from demo.play import as_text, play
from demo.preparing import prepare
from demo.processes import prepare_folders
from demo.say import complain, say
from demo.start import refuse_second_start, reset, running_pid, start, start_detached, stop
from demo.town import DEFAULT_BASE_PORT, THIS_MACHINE, Town
from demo.trouble import Trouble
from demo.web_client import Refused, is_ready

Command = Callable[[argparse.Namespace, Town, Mapping[str, str]], int]


def main(arguments: list[str], *, environment: Mapping[str, str]) -> int:
    """Exit status of one command; every foreseeable trouble is one sentence on standard error."""
    chosen = parser(environment).parse_args(arguments)
    try:
        town = _town(chosen)
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
        plain, secure = plain.where_it_was(), secure.where_it_was()
    if chosen.lan is None:
        return plain, secure
    if chosen.tls:
        raise Trouble("LAN and TLS do not go together: phones do not trust our root. Leave one of them out.")
    return replace(plain, host=lan_address(chosen.lan)), secure


def _town(chosen: argparse.Namespace) -> Town:
    """The town that was asked for; without --tls, the TLS one when that is what runs in this folder."""
    plain, secure = _towns(chosen)
    if chosen.tls or (running_pid(secure) is not None and chosen.command != "start"):
        return secure
    return plain


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
    arguments += ["--lan", town.host] if town.host != THIS_MACHINE else []
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


def _run(chosen: argparse.Namespace, town: Town, environment: Mapping[str, str]) -> int:
    return administer(town, chosen.service, chosen.words or ["--help"], environment=environment)


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
    "run": _run,
    "serve": _serve,
    "migrate": _migrate,
}
