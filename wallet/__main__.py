"""`python -m wallet serve|migrate`."""

import argparse
import os
import sys

from chassis.config import ConfigError, load_config
from chassis.database import DatabaseRefused
from chassis.migrations import migrate
from chassis.serve import serve
from wallet.app import STORE
from wallet.config import Config


def main(arguments: list[str]) -> None:
    """Run one command; a ConfigError or DatabaseRefused ends with its message and no stack trace."""
    parser = argparse.ArgumentParser(prog="python -m wallet", description=__doc__)
    parser.add_argument("command", choices=("serve", "migrate"))
    command = parser.parse_args(arguments).command
    try:
        run(command, load_config(Config, os.environ, prefix="WALLET"))
    except (ConfigError, DatabaseRefused) as refused:
        sys.exit(str(refused))


def run(command: str, config: Config) -> None:
    """Serve until told to stop, or bring the schema up to date."""
    if command == "serve":
        serve("wallet.wsgi:app", config)
    else:
        migrate(config.database_url, STORE)


if __name__ == "__main__":
    main(sys.argv[1:])
