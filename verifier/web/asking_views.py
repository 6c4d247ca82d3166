"""What the pages of a plain question show."""

from typing import Any

import segno

from consent.plain_text import Lang
from consent.wording import claim_label
from openid4vc.dcql.path import ClaimPath
from verifier.domain.result import Standing
from verifier.ports import Ports
from verifier.usecases.start_presentation import Links
from verifier.web.labels import card_label
from verifier.web.told_words import told_words
from verifier.web.views import lang_of


def question(ports: Ports, code: str) -> dict[str, Any]:
    """The fields that are asked, by name."""
    return {"desk": ports.town.desk, "asked": _asked(ports, lang_of(code))}


def shown(standing: Standing, links: Links, ports: Ports, code: str) -> dict[str, Any]:
    """Where the question stands; the values only once they were claimed here."""
    state, lang = standing.state(now=ports.clock()), lang_of(code)
    return {
        "desk": ports.town.desk,
        "request_id": standing.id,
        "state": state,
        "told": told_words(standing.told),
        "claimed": standing.status == "released",
        "rows": _rows(standing, lang) if standing.status == "released" else [],
        "asked": _asked(ports, lang),
        "wallet_url": links.wallet_url,
        "picture": picture(links.wallet_url) if state == "requested" else "",
        "other_picture": picture(links.uri) if state == "requested" else "",
        "link": links.uri,
        "expires_at": standing.expires_at,
    }


def _asked(ports: Ports, lang: Lang) -> list[tuple[str, list[str]]]:
    return [
        (
            card_label([wanted.id]),
            [claim_label(claim.path, lang) for claim in wanted.claims or ()],
        )
        for wanted in ports.questions["name"].credentials
    ]


def _rows(standing: Standing, lang: Lang) -> list[tuple[str, str]]:
    return [
        (claim_label(path, lang), str(value))
        for found in standing.claims.values()
        for claims in found
        for path, value in _texts(claims)
    ]


def _texts(claims: dict[str, Any]) -> list[tuple[ClaimPath, str]]:
    return [((name,), value) for name, value in claims.items() if name in ("given_name", "family_name")]


def picture(text: str) -> str:
    """A QR code as a picture that needs no file and no script, dark on white in every theme."""
    uri: str = segno.make(text, error="m", micro=False).svg_data_uri(
        scale=4, border=4, dark="#000", light="#fff"
    )
    return uri
