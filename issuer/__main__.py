"""`python -m issuer serve|migrate|seed|sweep`."""

import os
import sys

from chassis.arguments import chosen_command
from chassis.clock import clock_for
from chassis.config import load_config
from chassis.database import Database
from chassis.endings import one_sentence
from chassis.migrations import migrate
from chassis.serve import serve
from issuer.app import MIGRATIONS, make_ports
from issuer.config import Config
from issuer.ports import Ports
from issuer.usecases.open_status_lists import open_status_lists
from issuer.usecases.sweep import sweep

COMMANDS = {
    "serve": "answer requests until told to stop",
    "migrate": "bring the database to the newest schema",
    "seed": "publish the first status lists",
    "sweep": "forget codes, nonces and tokens that are over, and print how many",
}


def main(arguments: list[str]) -> None:
    """Run one command."""
    command = chosen_command("issuer", "The organisations that give cards.", COMMANDS, arguments)
    with one_sentence():
        run(command, load_config(Config, os.environ, prefix="ISSUER"))


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
