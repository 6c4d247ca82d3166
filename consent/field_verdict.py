"""The verdict on one asked field, and the words in which it is given."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from consent.plain_text import LocalText
from consent.wording import Bilingual
from openid4vc.dcql.path import ClaimPath
from openid4vc.dcql.query import CredentialQuery

Verdict: TypeAlias = Literal["needed", "optional", "surplus", "forbidden"]
ALLOWED: Final = frozenset({"needed", "optional"})
MINIMISATION: Final = "AVG 5(1)(c)"
NOT_LISTED: Final = Bilingual(
    "Dit doel heeft dit gegeven niet nodig.", "This purpose does not need this field."
)
OTHER_CARD: Final = Bilingual(
    "Voor dit doel is deze kaart niet nodig.", "This purpose does not need this card."
)
SEVERAL: Final = Bilingual("Eén kaart is genoeg.", "One card is enough.")
NOT_REGISTERED: Final = Bilingual(
    "Wie dit vraagt, is daarvoor niet geregistreerd.", "Who asks this is not registered for it."
)
REGISTERED: Final = Bilingual(
    "Dit gegeven staat in de registratie van wie het vraagt.",
    "This field is in the registration of who asks it.",
)
CHOICE: Final = Bilingual("U hoeft dit niet te delen.", "You do not have to share this.")
LEAVE_OUT: Final = Bilingual("Vraag dit niet.", "Do not ask this.")


@dataclass(frozen=True, slots=True)
class FieldVerdict:
    """What the check says of one field; the empty path stands for the card itself."""

    query_id: str
    vct: str
    path: ClaimPath
    verdict: Verdict
    rule: str
    reason: Bilingual
    milder: Bilingual | None


def types_asked(wanted: CredentialQuery) -> tuple[str, ...]:
    """The types that would do; of a format without any, its document type."""
    return wanted.vct_values or ((wanted.meta.doctype_value or ""),)


def fields_asked(wanted: CredentialQuery) -> Iterator[ClaimPath]:
    """The card itself, then each field of it, every alternative included."""
    yield ()
    yield from dict.fromkeys(claim.path for claim in wanted.claims or ())


def too_much(
    wanted: CredentialQuery, vct: str, path: ClaimPath, verdict: Verdict, rule: str | None, reason: Bilingual
) -> FieldVerdict:
    """A verdict of surplus or forbidden; the way out is to leave it out."""
    return FieldVerdict(wanted.id, vct, path, verdict, rule or MINIMISATION, reason, LEAVE_OUT)


def words_of(text: LocalText) -> Bilingual:
    """A text of the register as words to show."""
    return Bilingual(text.nl, text.en)
