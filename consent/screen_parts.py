"""What a consent screen is made of: cards with their fields, each in one of three columns."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from consent.card_fields import Place
from consent.field_verdict import ALLOWED, FieldVerdict
from consent.wording import Bilingual, path_name
from openid4vc.dcql.path import ClaimPath, covers
from openid4vc.jose.strict_json import Json


class HeldCard(Protocol):
    """What the screen must know of every card in the wallet, used or not."""

    @property
    def id(self) -> str: ...
    @property
    def vct(self) -> str: ...
    @property
    def claims(self) -> Mapping[str, Any]: ...
    @property
    def disclosable(self) -> Collection[ClaimPath]: ...


@dataclass(frozen=True, slots=True)
class CardWords:
    """The names that the issuer, never the verifier, gave to a type of card and its fields."""

    name: Bilingual
    fields: Mapping[ClaimPath, Bilingual]

    def label(self, place: Place) -> Bilingual:
        """The label of this field, or of what it lies in with the rest of its path, or just its path."""
        for length in range(len(place), 0, -1):
            label = self._exact(place[:length])
            if label is not None:
                rest = f" ({path_name(place[length:])})" if length < len(place) else ""
                return Bilingual(label.nl + rest, label.en + rest)
        return Bilingual(path_name(place), path_name(place))

    def _exact(self, place: Place) -> Bilingual | None:
        return next((label for path, label in self.fields.items() if covers(path, place)), None)


@dataclass(frozen=True, slots=True)
class Row:
    """One field with the value that will be sent, and what the over-ask check says of it.

    `judged` is None where nothing is known to compare with, and for what nobody asked but cannot be hidden.
    """

    path: Place
    label: Bilingual
    value: Json
    judged: FieldVerdict | None = None

    @property
    def surplus(self) -> bool:
        """Whether it is sent only because of a question that goes too far (RPRC_21)."""
        return self.judged is not None and self.judged.verdict not in ALLOWED

    @property
    def forbidden(self) -> bool:
        """Whether the purpose itself says that this is never asked."""
        return self.judged is not None and self.judged.verdict == "forbidden"


@dataclass(frozen=True, slots=True)
class SharedCard:
    """What one card gives in answer to one query."""

    query_id: str
    card_id: str
    vct: str
    name: Bilingual
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class NotShared:
    """One field that stays in the wallet."""

    card_id: str
    vct: str
    card_name: Bilingual
    path: Place
    label: Bilingual


@dataclass(frozen=True, slots=True)
class WorkedOut:
    """One field that is not sent, but follows from what is; by which rule, and why."""

    card_id: str
    vct: str
    card_name: Bilingual
    path: Place
    label: Bilingual
    rule: str
    reason: Bilingual


def words_for(card_id: str, vct: str, words: Mapping[str, CardWords]) -> CardWords:
    """The issuer's words for this card, else for its kind, or the bare type where it gave none."""
    return words.get(card_id) or words.get(vct) or CardWords(Bilingual(vct, vct), {})
