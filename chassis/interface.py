"""The HTTP interface of a service as its own document says it: for tools, and as a page for people."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Response, current_app, render_template

METHODS = ("get", "post", "put", "patch", "delete")
YAML, JSON = "openapi.yaml", "openapi.json"
interface = Blueprint("interface", __name__)


@dataclass(frozen=True, slots=True)
class Operation:
    """One line of the page."""

    method: str
    path: str
    summary: str
    description: str
    statuses: tuple[str, ...]
    needs: tuple[str, ...]


def register_interface(app: Flask) -> None:
    """Serve the documents that lie beside the service; a service without them has no such pages."""
    if (Path(app.root_path) / YAML).is_file():
        app.register_blueprint(interface)


@interface.get(f"/{YAML}")
def as_yaml() -> Response:
    """The document itself (OpenAPI 3.1.0)."""
    return Response(_read(YAML), content_type="application/yaml")


@interface.get(f"/{JSON}")
def as_json() -> Response:
    """The same, for tools without a reader of YAML."""
    return Response(_read(JSON), content_type="application/json")


@interface.get("/docs")
def docs() -> str:
    """Every operation in the order of the document."""
    document = json.loads(_read(JSON))
    return render_template("docs.html", document=document, groups=groups_of(document))


def groups_of(document: Mapping[str, Any]) -> list[tuple[str, list[Operation]]]:
    """The operations under what the document says of their tag."""
    found = list(_operations(document))
    return [
        (tag["description"], [operation for name, operation in found if name == tag["name"]])
        for tag in document["tags"]
    ]


def _operations(document: Mapping[str, Any]) -> Iterator[tuple[str, Operation]]:
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield item[method]["tags"][0], _operation(method, path, item[method])


def _operation(method: str, path: str, said: Mapping[str, Any]) -> Operation:
    asked = [one["name"] for one in said.get("parameters", ()) if one["in"] != "path"]
    body = said.get("requestBody", {}).get("content", {})
    return Operation(
        method=method.upper(),
        path=path,
        summary=said["summary"],
        description=said.get("description", ""),
        statuses=tuple(said["responses"]),
        needs=(*asked, *body, *(name for one in said.get("security", ()) for name in one)),
    )


def _read(name: str) -> bytes:
    return (Path(current_app.root_path) / name).read_bytes()
