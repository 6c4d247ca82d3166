"""Write and read the wallet's own documents before sealing and after unsealing."""

from functools import cache
from typing import Any, TypeVar

from pydantic import TypeAdapter

Document = TypeVar("Document")


def dump(document: object) -> bytes:
    """Return the document as JSON bytes."""
    return _adapter(type(document)).dump_json(document)


def load(kind: type[Document], data: bytes) -> Document:
    """Return the document that dump() wrote; ValidationError means that the wallet changed its shape."""
    document: Document = _adapter(kind).validate_json(data)
    return document


@cache
def _adapter_of(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _adapter(kind: Any) -> TypeAdapter[Any]:
    return _adapter_of(kind)
