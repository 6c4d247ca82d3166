"""`python -m wallet serve|migrate`."""

import os
import sys

from chassis.arguments import chosen_command
from chassis.config import load_config
from chassis.endings import one_sentence
from chassis.migrations import migrate
from chassis.serve import serve
from wallet.app import STORE
from wallet.config import Config

COMMANDS = {
    "serve": "answer requests until told to stop",
    "migrate": "bring the database to the newest schema",
}


def main(arguments: list[str]) -> None:
    """Run one command."""
    command = chosen_command("wallet", "The wallet of the citizens.", COMMANDS, arguments)
    with one_sentence():
        run(command, load_config(Config, os.environ, prefix="WALLET"))


def run(command: str, config: Config) -> None:
    """Serve until told to stop, or bring the schema up to date."""
    if command == "serve":
        serve("wallet.wsgi:app", config)
    else:
        migrate(config.database_url, STORE)


if __name__ == "__main__":
    main(sys.argv[1:])
