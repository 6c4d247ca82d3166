"""Write each service's openapi.json from its openapi.yaml: `python -m tools.openapi`."""

import argparse
import json
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[1]
SERVICES = ("issuer", "wallet", "verifier")


def read_document(service: str) -> Any:
    """The document that comes first."""
    return yaml.safe_load((ROOT / service / "openapi.yaml").read_text(encoding="utf-8"))


def as_json(document: Any) -> str:
    """The same in JSON."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n"


def main() -> None:
    """Overwrite the three files."""
    argparse.ArgumentParser(prog="python -m tools.openapi", description=__doc__).parse_args()
    for service in SERVICES:
        (ROOT / service / "openapi.json").write_text(as_json(read_document(service)), encoding="utf-8")


if __name__ == "__main__":
    main()
