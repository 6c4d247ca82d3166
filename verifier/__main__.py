"""`python -m verifier serve|migrate|forget`."""

import argparse
import os
import sys

from chassis.clock import clock_for
from chassis.config import ConfigError, load_config
from chassis.database import Database, DatabaseRefused
from chassis.migrations import migrate
from chassis.secret_file import read_secret
from chassis.serve import serve
from verifier.app import STORE
from verifier.config import Config
from verifier.store.door import Store


def main(arguments: list[str]) -> None:
    """Run one command; a ConfigError or DatabaseRefused ends with its message and no stack trace."""
    parser = argparse.ArgumentParser(prog="python -m verifier", description=__doc__)
    parser.add_argument("command", choices=("serve", "migrate", "forget"))
    command = parser.parse_args(arguments).command
    try:
        run(command, load_config(Config, os.environ, prefix="VERIFIER"))
    except (ConfigError, DatabaseRefused) as refused:
        sys.exit(str(refused))


def run(command: str, config: Config) -> None:
    """Serve until told to stop, bring the schema up to date, or erase values past their date."""
    if command == "serve":
        serve("verifier.wsgi:app", config)
    elif command == "migrate":
        migrate(config.database_url, STORE)
    else:
        store = Store.over(Database(config.database_url), secret=read_secret(config.secret_file))
        store.retention.erase_past(clock_for(config)())


if __name__ == "__main__":
    main(sys.argv[1:])
