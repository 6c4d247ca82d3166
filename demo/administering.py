"""One command of one service, with the settings that it has in this town."""

import subprocess
import sys
from collections.abc import Mapping, Sequence

from demo.processes import environment_of
from demo.town import SERVICES, Town


def administer(town: Town, name: str, words: Sequence[str], *, environment: Mapping[str, str]) -> int:
    """Run `python -m SERVICE WORDS…`, so that nobody need write its twelve variables; return its status."""
    package = next(service.package for service in SERVICES if service.name == name)
    command = [sys.executable, "-m", package, *words]
    return subprocess.run(  # noqa: S603 - our own modules, no shell
        command, env=environment_of(town, name, environment), check=False
    ).returncode
