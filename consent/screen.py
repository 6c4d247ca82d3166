"""The consent screen as a value: what the citizen sees is the very object whose digest is approved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, TypedDict, Unpack

from consent.advice import ADVICE_PURPOSE, Statement
from consent.asker import Asker, asker_of, requested_advice, requested_mandate
from consent.card_fields import Place, leaves
from consent.columns import columns
from consent.inference import Conclusion
from consent.judging import judge_of
from consent.mandate import Mandate, mandate_text
from consent.registered import Registered, registered_of
from consent.screen_parts import CardWords, HeldCard, NotShared, Row, SharedCard, WorkedOut
from consent.wording import Bilingual
from openid4vc.dcql.match import Match, Selection
from openid4vc.errors import AccessDenied, CheckFailed, InvalidRequest
from openid4vc.jose import base64url, strict_json
from openid4vc.jose.numeric_date import to_numeric_date
from openid4vc.jose.strict_json import Json
from openid4vc.sdjwt.present import HeldSdJwt
from openid4vc.trust.registration import VerifiedRegistration
from openid4vc.vp.sender import AnyRequest

__all__ = [
    "Asker",
    "CardWords",
    "ConsentScreen",
    "HeldCard",
    "NotShared",
    "Registered",
    "Row",
    "SharedCard",
    "WorkedOut",
    "consent_screen",
]
MOST_CARDS = 8


@dataclass(frozen=True, slots=True)
class ConsentScreen:
    """Everything the citizen decides on; law and text only where there is a mandate.

    A purpose is the mandate's, else the register's: what only the asker says of itself is none. `normal`
    says whether no more is asked than was registered, None where there is no register to ask.
    """

    asker: Asker
    purpose: Bilingual | None
    legal_basis: str | None
    shared: tuple[SharedCard, ...]
    not_shared: tuple[NotShared, ...]
    mandate: Mandate | None
    mandate_text: Bilingual | None
    request_sha256: str
    expires_at: datetime
    registered: Registered | None = None
    worked_out: tuple[WorkedOut, ...] = ()
    conclusions: tuple[Conclusion, ...] = ()
    normal: bool | None = None
    statement: Statement | None = None

    @property
    def surplus(self) -> tuple[Row, ...]:
        """Every field that is asked beyond what was registered."""
        return tuple(row for card in self.shared for row in card.rows if row.surplus)

    @property
    def forbidden(self) -> tuple[Row, ...]:
        """Every field that the purpose itself says is never asked; while there is one, nothing is sent."""
        return tuple(row for card in self.shared for row in card.rows if row.forbidden)

    def digest(self) -> str:
        """Base64url SHA-256 over canonical JSON of the whole screen; one other letter, another digest."""
        return base64url.encode(sha256(strict_json.dumps(_canonical(self))).digest())

    def check_selection(self, query_id: str, selection: str, *, card_id: str | None = None) -> None:
        """Hold `<jwt>~<disclosure>~…~` against the rows shown; CheckFailed screen_selection otherwise.

        `card_id` tells several cards of one query apart.
        """
        fitting = (card for card in self.shared if card.query_id == query_id)
        shown = next((card for card in fitting if card_id in (None, card.card_id)), None)
        if shown is None:
            raise CheckFailed("screen_selection", "nothing was shown for this query")
        sent = [_spoken(place, value) for place, value in leaves(HeldSdJwt(selection).payload)]
        if sorted(sent) != sorted(_spoken(row.path, row.value) for row in shown.rows):
            raise CheckFailed("screen_selection", "what would be sent is not what was shown")


class Circumstances(TypedDict, total=False):
    """A card id per query id where the citizen chose one; the registration of who asks, verified.

    `statement` is what the wallet worked out, where advice is asked.
    """

    choice: Mapping[str, str] | None
    registration: VerifiedRegistration | None
    statement: Statement | None


def consent_screen(
    asked: AnyRequest,
    match: Match,
    cards: Sequence[HeldCard],
    *,
    words: Mapping[str, CardWords],
    now: datetime,
    **circumstances: Unpack[Circumstances],
) -> ConsentScreen:
    """Lay out a request against the cards held; `words` by card or by vct.

    AccessDenied when nothing can be shared, InvalidRequest when the request has expired,
    InvalidTransactionData when its mandate cannot be shown truthfully.
    """
    if asked.request.expires_at <= now:
        raise InvalidRequest("the request has expired")
    if not match.complete:
        raise AccessDenied
    mandate = requested_mandate(asked, now=now)
    registration = circumstances.get("registration")
    registered = None if registration is None else registered_of(registration)
    used = _used(asked, match, circumstances.get("choice") or {})
    judge = judge_of(registration, asked.request.dcql_query)
    laid_out = columns(used, cards, words=words, judge=judge)
    return ConsentScreen(
        asker=asker_of(asked),
        purpose=purpose_of(asked, mandate, registered),
        legal_basis=None if mandate is None else mandate.legal_basis,
        shared=laid_out.shared,
        not_shared=laid_out.not_shared,
        mandate=mandate,
        mandate_text=None
        if mandate is None
        else Bilingual(mandate_text(mandate, "nl"), mandate_text(mandate, "en")),
        request_sha256=base64url.encode(sha256(asked.compact.encode("ascii")).digest()),
        expires_at=asked.request.expires_at,
        registered=registered,
        worked_out=laid_out.worked_out,
        conclusions=laid_out.conclusions,
        normal=judge.normal,
        statement=circumstances.get("statement") if requested_advice(asked) else None,
    )


def purpose_of(asked: AnyRequest, mandate: Mandate | None, registered: Registered | None) -> Bilingual | None:
    """What a request is for: the mandate's purpose, that of all advice, else the register's, else unknown."""
    if requested_advice(asked):
        return ADVICE_PURPOSE
    if mandate is not None:
        return Bilingual(mandate.purpose.text.nl, mandate.purpose.text.en)
    return None if registered is None else registered.purpose


def _used(asked: AnyRequest, match: Match, choice: Mapping[str, str]) -> list[tuple[str, Selection]]:
    """One card a query, the chosen or the first; all that fit where the query takes several (6.1)."""
    used: list[tuple[str, Selection]] = []
    for query_id, found in match.by_query.items():
        wanted = asked.request.dcql_query.query(query_id)
        several = wanted is not None and wanted.multiple and query_id not in choice
        chosen = found[:MOST_CARDS] if several else (_chosen(found, choice.get(query_id)),)
        used.extend((query_id, one) for one in chosen)
    return used


def _chosen(found: Sequence[Selection], card_id: str | None) -> Selection:
    if card_id is None:
        return found[0]
    chosen = next((one for one in found if one.candidate_id == card_id), None)
    if chosen is None:
        raise AccessDenied
    return chosen


def _canonical(value: Any) -> Json:
    """Dataclasses, models, moments and tuples as JSON with sorted names."""
    if isinstance(value, datetime):
        return to_numeric_date(value)
    if isinstance(value, Mandate):
        return value.encode()
    if isinstance(value, Statement):
        return value.model_dump(mode="json")
    if is_dataclass(value) and not isinstance(value, type):
        return _canonical({field.name: getattr(value, field.name) for field in fields(value)})
    if isinstance(value, Mapping):
        return {name: _canonical(value[name]) for name in sorted(value)}
    if isinstance(value, list | tuple):
        return [_canonical(element) for element in value]
    return value


def _spoken(place: Place, value: Json) -> bytes:
    """A field to compare; positions do not count, because hidden elements leave no gap (RFC 9901, 7.1)."""
    return strict_json.dumps([[None if isinstance(part, int) else part for part in place], _canonical(value)])
