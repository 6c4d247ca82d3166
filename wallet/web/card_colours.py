"""The colours of an issuer's card as a small stylesheet of our own: the policy allows nothing inline."""

import re

from flask import Blueprint, Response, abort

from wallet.domain.card_look import LEAST_CONTRAST, CardLook, contrast

card_colours = Blueprint("card_colours", __name__)
_PAIR = re.compile(r"([0-9a-f]{6})-([0-9a-f]{6})")


def colours_name(look: CardLook) -> str:
    """Return how a pair of colours is called in an address and on the page."""
    return f"{look.paper[1:]}-{look.ink[1:]}"


@card_colours.app_context_processor
def names() -> dict[str, object]:
    """What templates that show a card need."""
    return {"colours_name": colours_name}


@card_colours.get("/colours/<pair>.css")
def colours(pair: str) -> Response:
    """The address holds two colours and nothing else, so it tells nothing about anybody."""
    found = _PAIR.fullmatch(pair)
    if found is None or contrast(f"#{found[1]}", f"#{found[2]}") < LEAST_CONTRAST:
        abort(404)
    rule = f'[data-colours="{pair}"] {{ --face-paper: #{found[1]}; --face-ink: #{found[2]}; }}\n'
    return Response(rule, mimetype="text/css")
