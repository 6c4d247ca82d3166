"""How an organisation wants its cards to look: two colours and a small picture."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

PNG = b"\x89PNG"


@dataclass(frozen=True, slots=True)
class Look:
    """Colours as `#rrggbb`; the picture is PNG in base64, travels in the metadata and is fetched nowhere.

    PNG since wallets are known that take no `+` in the media type of such an address.
    """

    background: str
    text: str
    mark: str

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> "Look":
        """All three or none: a missing one is a KeyError at start, a picture of another kind a ValueError."""
        mark = "".join(table["mark"].split())
        if not base64.b64decode(mark, validate=True).startswith(PNG):
            raise ValueError("the mark of an organisation is a PNG in base64")
        return cls(table["background"], table["text"], mark)

    @property
    def logo(self) -> str:
        """The picture as an address that holds it (RFC 2397)."""
        return f"data:image/png;base64,{self.mark}"
