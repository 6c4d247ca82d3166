"""How an issuer wants its card to look (OpenID4VCI 1.0, 12.2.4), as far as everybody can still read it.

A colour or a picture by address is never fetched: looking at a card must not tell the issuer so.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from openid4vc.vci.metadata import CredentialDisplay

LEAST_CONTRAST = 4.5
LONGEST_LOGO = 8192
WHITE, BLACK = "#ffffff", "#000000"
_COLOUR = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})")
_LOGO = re.compile(r"data:image/(?:svg\+xml|png);base64,[A-Za-z0-9+/]+={0,2}")


@dataclass(frozen=True, slots=True)
class CardLook:
    """Two colours that can be read on each other, written `#rrggbb`, and a picture that came along."""

    paper: str
    ink: str
    logo: str = ""


def card_look(displays: Sequence[CredentialDisplay]) -> CardLook | None:
    """Return the colours of the first display that has any; None where the theme must do."""
    for one in displays:
        paper, ink = _colour(one.background_color), _colour(one.text_color)
        if paper is None:
            continue
        ink = ink or max((WHITE, BLACK), key=lambda text: contrast(paper, text))
        if contrast(paper, ink) < LEAST_CONTRAST:
            return None
        return CardLook(paper, ink, logo=_logo(displays))
    return None


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours `#rrggbb`, between 1 and 21 (WCAG 2.2, 1.4.3)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _colour(text: str | None) -> str | None:
    """Names and functions of CSS are left out: only what can be measured counts."""
    plain = (text or "").strip().lower()
    if not _COLOUR.fullmatch(plain):
        return None
    return plain if len(plain) == 7 else "#" + "".join(digit * 2 for digit in plain[1:])


def _logo(displays: Sequence[CredentialDisplay]) -> str:
    """Only a picture within the address itself; an image never runs a script."""
    logos = (one.logo.uri for one in displays if one.logo is not None)
    return next((uri for uri in logos if len(uri) <= LONGEST_LOGO and _LOGO.fullmatch(uri)), "")
