"""Names the cause when the demonstration does not start or does not work."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from demo.processes import prepare_folders, refuse_taken_ports
from demo.say import say
from demo.start import running_pid
from demo.town import SERVICES, Town
from demo.trouble import Trouble
from demo.web_client import is_ready
from demo.whole import require_whole, what_it_lacks

NEEDED = ("flask", "sqlalchemy", "alembic", "granian", "cryptography", "jwt", "pydantic", "argon2", "segno")
LEAST_FREE_BYTES = 200 * 1024 * 1024

Check = Callable[[Town], str]


def examine(town: Town) -> int:
    """Run every check, say one line for each; exit status 1 when one failed."""
    failed = 0
    for check in CHECKS:
        name = check.__name__.removeprefix("_").replace("_", " ")
        try:
            say(f"ok      {name}: {check(town)}")
        except Trouble as trouble:
            failed += 1
            say(f"FAILED  {name}: {trouble}")
    say(
        "Everything is in order."
        if not failed
        else f"{failed} of {len(CHECKS)} checks failed; mend the first one first."
    )
    return 1 if failed else 0


def _python(_town: Town) -> str:
    return ".".join(map(str, sys.version_info[:3]))


def _libraries(_town: Town) -> str:
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise Trouble(f"missing: {', '.join(missing)}. Run 'make demo' once, or use .venv/bin/python.")
    return f"{len(NEEDED)} found"


def _catalogues(_town: Town) -> str:
    sources = [
        source
        for source in Path().glob("*/**/translations/*/LC_MESSAGES/*.po")
        if ".venv" not in source.parts
    ]
    stale = [source for source in sources if not source.with_suffix(".mo").exists()]
    if not sources:
        raise Trouble("no translations found: run this from the project's own folder.")
    if stale:
        raise Trouble(f"{len(stale)} not compiled. Run: python -m chassis.catalogues compile")
    return f"{len(sources)} compiled"


def _folder(town: Town) -> str:
    prepare_folders(town)
    free = shutil.disk_usage(town.var).free
    if free < LEAST_FREE_BYTES:
        raise Trouble(f"only {free // 2**20} MB free where {town.var} lies. Free some space.")
    return f"{town.var.resolve()} can be written, {free // 2**20} MB free"


def _keys(town: Town) -> str:
    remembered = town.remembered()
    if remembered is None:
        return "none yet; the first start makes them"
    if remembered != town.urls():
        raise Trouble(
            f"made for {remembered['hub']}, not for {town.url('hub')}. Run 'make reset', or use those ports."
        )
    require_whole(town)
    return f"made for {town.url('hub')}. {what_it_lacks(town)}".removesuffix(". ")


def _ports(town: Town) -> str:
    if running_pid(town) is not None:
        return "held by this demonstration"
    refuse_taken_ports(town)
    return f"{town.port('hub')} to {town.port('verifier')} are free"


def _services(town: Town) -> str:
    if running_pid(town) is None:
        return "not started; start with 'make demo'"
    silent = [service.name for service in SERVICES if not is_ready(town.port(service.name), root=town.root)]
    if silent:
        raise Trouble(f"not ready: {', '.join(silent)}. Look in {town.logs}.")
    return "all four are ready"


CHECKS: tuple[Check, ...] = (_python, _libraries, _catalogues, _folder, _keys, _ports, _services)
