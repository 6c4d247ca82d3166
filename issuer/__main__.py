"""`python -m issuer serve|migrate|seed|sweep`."""

import argparse
import os
import sys

from chassis.clock import clock_for
from chassis.config import ConfigError, load_config
from chassis.database import Database, DatabaseRefused
from chassis.migrations import migrate
from chassis.serve import serve
from issuer.app import MIGRATIONS, make_ports
from issuer.config import Config
from issuer.ports import Ports
from issuer.usecases.open_status_lists import open_status_lists
from issuer.usecases.sweep import sweep


def main(arguments: list[str]) -> None:
    """Run one command; a ConfigError or DatabaseRefused ends with its message and no stack trace."""
    parser = argparse.ArgumentParser(prog="python -m issuer", description=__doc__)
    parser.add_argument("command", choices=("serve", "migrate", "seed", "sweep"))
    command = parser.parse_args(arguments).command
    try:
        run(command, load_config(Config, os.environ, prefix="ISSUER"))
    except (ConfigError, DatabaseRefused) as refused:
        sys.exit(str(refused))


def run(command: str, config: Config) -> None:
    """Serve until told to stop, bring the schema up to date, publish first lists, or forget what is over."""
    if command == "serve":
        serve("issuer.wsgi:app", config)
    elif command == "migrate":
        migrate(config.database_url, MIGRATIONS)
    elif command == "seed":
        open_status_lists(ports=_ports(config))
    else:
        swept = sweep(ports=_ports(config))
        sys.stdout.write("".join(f"{table}: {count}\n" for table, count in swept.items()))


def _ports(config: Config) -> Ports:
    return make_ports(config, Database(config.database_url), clock=clock_for(config))


if __name__ == "__main__":
    main(sys.argv[1:])
