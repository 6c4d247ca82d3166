"""The fields of a card one by one, and which of them a selection makes visible."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, TypeAlias

from openid4vc.dcql.path import ClaimPath, covers
from openid4vc.jose.strict_json import Json
from openid4vc.sdjwt.vc import NEVER_DISCLOSABLE

Place: TypeAlias = tuple[str | int, ...]
# They say what the card is and whether it is valid; they are about the card and not about the citizen.
ABOUT_THE_CARD = NEVER_DISCLOSABLE | {"iat"}


def leaves(claims: Mapping[str, Any]) -> Iterator[tuple[Place, Json]]:
    """Every field with its value: lists and objects are taken apart, empty ones are a field."""
    for name, value in claims.items():
        if name not in ABOUT_THE_CARD:
            yield from _leaves((name,), value)


def is_visible(place: Place, disclosable: Collection[ClaimPath], opened: Collection[ClaimPath]) -> bool:
    """Whether every hidden place on the way is opened; what was never hidden is always visible."""
    return all(
        not _is_hidden(place[:length], disclosable) or _is_opened(place[:length], opened)
        for length in range(1, len(place) + 1)
    )


def _is_hidden(place: Place, disclosable: Collection[ClaimPath]) -> bool:
    return any(covers(path, place) for path in disclosable)


def _is_opened(place: Place, opened: Collection[ClaimPath]) -> bool:
    """Opening a place opens its parents, and nothing inside it."""
    return any(covers(path[: len(place)], place) for path in opened)


def _leaves(place: Place, value: Json) -> Iterator[tuple[Place, Json]]:
    if isinstance(value, Mapping) and value:
        for name, member in value.items():
            yield from _leaves((*place, name), member)
    elif isinstance(value, list | tuple) and value:
        for index, element in enumerate(value):
            yield from _leaves((*place, index), element)
    else:
        yield place, value
