"""The command line of a service that has only plain commands."""

import argparse
from collections.abc import Mapping
from typing import TypeAlias

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def add_commands(parser: argparse.ArgumentParser, commands: Mapping[str, str]) -> Commands:
    """One plain command for each name, with what it does; gives what more may be added to."""
    added = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", title="commands")
    for name, does in commands.items():
        added.add_parser(name, help=does, description=f"{does[0].upper()}{does[1:]}.")
    return added


def chosen_command(package: str, says: str, commands: Mapping[str, str], arguments: list[str]) -> str:
    """The one that was asked for, or an end with the usage; settings come from the environment."""
    parser = argparse.ArgumentParser(
        prog=f"python -m {package}",
        description=says,
        epilog=f"Settings are environment variables {package.upper()}_…: see docs/operating.md. Within the "
        f"demonstration 'python -m demo run {package} COMMAND' fills them in.",
    )
    add_commands(parser, commands)
    command: str = parser.parse_args(arguments).command
    return command
