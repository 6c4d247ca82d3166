"""The commands start, stop and reset."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from demo.preparing import prepare
from demo.processes import Children, prepare_folders, refuse_taken_ports, run_once, until_signalled
from demo.say import say
from demo.town import THIS_MACHINE, Town
from demo.trouble import Trouble
from demo.whole import require_whole, what_it_lacks

DETACHED_LIMIT_S = 75.0
FOR_EVERYBODY = (
    "\nEverybody on this network can open it, unencrypted. Phones must be on the same network; "
    "if none gets through, a firewall of this machine or of the network stands between."
)


def start(town: Town, *, environment: Mapping[str, str], now: datetime) -> None:
    """Run until Ctrl-C: prepare what is not there yet, start four services, print the addresses."""
    refuse_second_start(town)
    prepare_folders(town)
    refuse_taken_ports(town)
    require_whole(town)
    if prepare(town, now=now):
        say("Made this demonstration's own keys and certificates.")
    if lacks := what_it_lacks(town):
        say(lacks)
    run_once(town, environment, "migrate", "seed")
    town.pid_file.write_text(f"{os.getpid()}\n", encoding="utf-8")
    children = Children(town)
    try:
        with until_signalled() as stopping:
            children.start(environment)
            children.wait_until_ready()
            say(welcome(town))
            ended = children.watch(stopping)
    finally:
        children.stop()
        town.pid_file.unlink(missing_ok=True)
    if ended:
        raise Trouble(
            f"The {ended} ended by itself, so the others were stopped too. Its log: {town.logs / ended}.log"
        )
    say(f"Stopped. Everything is kept in {town.var}/ for the next start.")


def welcome(town: Town) -> str:
    """The addresses that the person must open."""
    return (
        "\nEenmalig is ready. Open this in your browser:\n\n"
        f"    {town.url('hub')}\n\n"
        "From there every step is a link. The three services behind it:\n"
        f"    issuer    {town.url('issuer')}    municipality, tax authority, bank\n"
        f"    wallet    {town.url('wallet')}    the citizen\n"
        f"    verifier  {town.url('verifier')}    the desk, the authority, the register\n\n"
        "Everything is made up: people, amounts, organisations. Stop with Ctrl-C, or with 'make stop'."
        + ("" if town.host == THIS_MACHINE else FOR_EVERYBODY)
        + (f"\nBrowsers and clients must trust this root: {town.tls_root.resolve()}" if town.tls else "")
        + "".join(f"\nBelieved besides our own: {path}" for path in town.trust_files)
        + "".join(f"\nOur services may call: {origin}" for origin in town.extra_origins)
    )


def start_detached(town: Town, *, arguments: list[str], environment: Mapping[str, str]) -> None:
    """Start in the background and return when every service is ready."""
    refuse_second_start(town)
    prepare_folders(town)
    log = town.logs / "demo.log"
    with log.open("wb") as out:
        supervisor = subprocess.Popen(  # noqa: S603 - our own module, no shell
            [sys.executable, "-m", "demo", *arguments, "start"],
            env=dict(environment),
            stdout=out,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
    limit = time.monotonic() + DETACHED_LIMIT_S
    while "Eenmalig is ready" not in (said := log.read_text(encoding="utf-8")):
        if supervisor.poll() is not None:
            raise Trouble(said.strip().splitlines()[-1] if said.strip() else f"It did not start; see {log}.")
        if time.monotonic() > limit:
            supervisor.terminate()
            raise Trouble(f"It did not start within {DETACHED_LIMIT_S:.0f} seconds; see {log}.")
        time.sleep(0.05)
    say(said.strip())


def running_pid(town: Town) -> int | None:
    """The supervisor's process number, if it is alive."""
    try:
        pid = int(town.pid_file.read_text(encoding="utf-8"))
        os.kill(pid, 0)
    except (OSError, ValueError):
        return None
    return pid


def refuse_second_start(town: Town) -> None:
    """One demonstration per folder."""
    if running_pid(town) is not None:
        running = town.where_it_was().url("hub")
        raise Trouble(f"It is running already: open {running}, or stop it first with 'make stop'.")


def stop(town: Town) -> None:
    """Ask the supervisor to stop, and wait until it has."""
    pid = running_pid(town)
    if pid is None:
        say("Nothing is running.")
        return
    os.kill(pid, signal.SIGTERM)
    limit = time.monotonic() + 15
    while running_pid(town) is not None:
        if time.monotonic() > limit:
            raise Trouble(f"Process {pid} does not stop. End it with: kill -9 {pid}")
        time.sleep(0.05)
    say(f"Stopped. Everything is kept in {town.var}/ for the next start.")


def reset(town: Town) -> None:
    """Forget every account, card, mandate and key of this demonstration."""
    if running_pid(town) is not None:
        raise Trouble("Stop it first with 'make stop'; then 'make reset' can forget everything.")
    if town.var.exists() and not _is_ours(town.var):
        raise Trouble(f"{town.var} holds files that this demonstration did not make. Remove it by hand.")
    shutil.rmtree(town.var, ignore_errors=True)
    say("Forgotten: accounts, cards, mandates and keys.")


def _is_ours(var: Path) -> bool:
    ours = {"keys", "trust", "log", "secrets", "town.json", "demo.pid", ".writable", "tls", "developer.json"}
    return all(entry.name in ours or ".db" in entry.name for entry in var.iterdir())
