"""Writes the configuration table of docs/operating.md and .env.example from the services' dataclasses.

`python -m tools.settings_tables` rewrites both files; a test compares them with what this module would write.
"""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import demo.config
import issuer.config
import verifier.config
import wallet.config
from chassis.config import ServiceConfig

ROOT = Path(__file__).resolve().parents[1]
CONFIGS: dict[str, type[ServiceConfig]] = {
    "HUB": demo.config.Config,
    "ISSUER": issuer.config.Config,
    "WALLET": wallet.config.Config,
    "VERIFIER": verifier.config.Config,
}
BEGIN, END = "<!-- settings: begin -->", "<!-- settings: end -->"
ENV_INTRO = """\
# Settings of the four services. `make demo` needs none of them.
# docker compose reads this file when it is called .env.
# What is commented out is the default. Required settings are without a default.
"""
COMPOSE_DATABASES = """
# PostgreSQL instead of SQLite with docker compose --profile postgres:
"""


def table() -> str:
    """The Markdown table: settings that all services share first, then each service's own."""
    lines = ["| variable | meaning | default |", "|---|---|---|"]
    lines += [_row("…_", field) for field in dataclasses.fields(ServiceConfig)]
    for prefix, config in CONFIGS.items():
        lines += [_row(f"{prefix}_", field) for field in _own(config)]
    return "\n".join(lines)


def env_example() -> str:
    """The text of .env.example."""
    blocks = [ENV_INTRO]
    for prefix, config in CONFIGS.items():
        blocks.append(f"\n# {prefix.lower()}\n")
        blocks += [_env_line(prefix, field) for field in dataclasses.fields(config)]
    blocks.append(COMPOSE_DATABASES)
    for prefix in CONFIGS:
        url = f"postgresql://eenmalig:for-the-demonstration-only@postgres/{prefix.lower()}"
        blocks.append(f"#{prefix}_DATABASE_URL={url}\n")
    return "".join(blocks)


def _own(config: type[ServiceConfig]) -> Iterator[dataclasses.Field[Any]]:
    shared = {field.name for field in dataclasses.fields(ServiceConfig)}
    return (field for field in dataclasses.fields(config) if field.name not in shared)


def _default(field: dataclasses.Field[Any]) -> str | None:
    value = field.default
    if value is dataclasses.MISSING and field.default_factory is not dataclasses.MISSING:
        value = field.default_factory()
    if value is dataclasses.MISSING:
        return None
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    return (
        "" if value is None or value == {} else str(value).lower() if isinstance(value, bool) else str(value)
    )


def _row(prefix: str, field: dataclasses.Field[Any]) -> str:
    default = _default(field)
    shown = "*required*" if default is None else f"`{default}`" if default else ""
    return f"| `{prefix}{field.name.upper()}` | {field.metadata['help']} | {shown} |"


def _env_line(prefix: str, field: dataclasses.Field[Any]) -> str:
    default = _default(field)
    comment = f"# {field.metadata['help']}\n"
    name = f"{prefix}_{field.name.upper()}"
    return comment + (f"{name}=\n" if default is None else f"#{name}={default}\n")


def with_table(document: str) -> str:
    """The document with the table between its markers made anew."""
    before, rest = document.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


def main() -> None:
    """Write both."""
    argparse.ArgumentParser(prog="python -m tools.settings_tables", description=__doc__).parse_args()
    document = ROOT / "docs" / "operating.md"
    document.write_text(with_table(document.read_text(encoding="utf-8")), encoding="utf-8")
    (ROOT / ".env.example").write_text(env_example(), encoding="utf-8")


if __name__ == "__main__":
    main()
