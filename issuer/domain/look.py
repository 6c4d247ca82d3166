"""How an organisation wants its cards to look: two colours and a small picture."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Look:
    """Colours as `#rrggbb`; the picture is SVG, so that it travels in the metadata and is fetched nowhere."""

    background: str
    text: str
    mark: str

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> "Look":
        """All three or none: a missing one is a KeyError at start."""
        return cls(table["background"], table["text"], table["mark"].strip())

    @property
    def logo(self) -> str:
        """The picture as an address that holds it (RFC 2397)."""
        return "data:image/svg+xml;base64," + base64.b64encode(self.mark.encode()).decode()
