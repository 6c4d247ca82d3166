"""`python -m verifier serve|migrate|forget|sweep|deliver|ledger|evidence|lint`."""

import os
import sys

from chassis.config import load_config
from chassis.endings import one_sentence
from chassis.migrations import migrate
from chassis.serve import serve
from verifier import commands
from verifier.app import STORE
from verifier.command_line import Asked, read_command_line
from verifier.config import Config


def main(arguments: list[str]) -> None:
    """Run one command."""
    asked = read_command_line(arguments, environ=os.environ)
    with one_sentence():
        sys.exit(run(asked))


def run(asked: Asked) -> int:
    """Judging a file needs no settings; everything else is told by the environment."""
    offline = commands.OFFLINE.get(asked.command)
    if offline is not None:
        return offline(asked, sys.stdout.buffer)
    config = load_config(Config, os.environ, prefix="VERIFIER")
    if asked.command == "serve":
        serve("verifier.wsgi:app", config)
    elif asked.command == "migrate":
        migrate(config.database_url, STORE)
    else:
        return commands.WITH_STORE[asked.command](asked, config, sys.stdout.buffer)
    return 0


if __name__ == "__main__":
    main(sys.argv[1:])
