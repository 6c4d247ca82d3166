"""What the citizen keeps of a consent: names of fields and hashes, never a value."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Annotated, Final, Literal

from pydantic import Field, ValidationError

from consent.plain_text import FrozenModel
from consent.screen import Asker, ConsentScreen, SharedCard
from consent.wording import Bilingual, path_name
from openid4vc.errors import Malformed
from openid4vc.jose import base64url, strict_json
from openid4vc.jose.numeric_date import to_numeric_date

RECEIPT_TYPE: Final = "urn:eenmalig:consent-receipt:1"


class ReceiptField(FrozenModel):
    """A field that was shared, by path and by the issuer's label."""

    path: str
    label: Bilingual


class ReceiptCard(FrozenModel):
    """Which fields of one card were shared, and the hash of the bytes that were sent."""

    query: str
    vct: str
    name: Bilingual
    fields: tuple[ReceiptField, ...]
    presentation_sha256: str
    retention: str | None


class ConsentReceipt(FrozenModel):
    """Who got what, for what, when; enough to recognise the exchange later, nothing to read it from."""

    type: Literal["urn:eenmalig:consent-receipt:1"]
    receipt_id: Annotated[str, Field(min_length=1, max_length=128)]
    shared_at: int
    asker: Asker
    purpose: Bilingual | None
    legal_basis: str | None
    cards: tuple[ReceiptCard, ...]
    mandate_id: str | None
    mandate_text_sha256: str | None
    screen_sha256: str
    request_sha256: str

    @classmethod
    def of(
        cls,
        screen: ConsentScreen,
        *,
        receipt_id: str,
        at: datetime,
        presentations: Mapping[tuple[str, str], str],
    ) -> "ConsentReceipt":
        """Of the approved screen and what was sent, by query and card id; ValueError if they do not match."""
        if set(presentations) != {(card.query_id, card.card_id) for card in screen.shared}:
            raise ValueError("a receipt is of exactly what was shown and sent")
        mandate = screen.mandate
        return cls(
            type=RECEIPT_TYPE,
            receipt_id=receipt_id,
            shared_at=to_numeric_date(at),
            asker=screen.asker,
            purpose=screen.purpose,
            legal_basis=screen.legal_basis,
            cards=tuple(
                _card(card, presentations[card.query_id, card.card_id], screen) for card in screen.shared
            ),
            mandate_id=None if mandate is None else mandate.mandate_id,
            mandate_text_sha256=None if mandate is None else mandate.text_sha256,
            screen_sha256=screen.digest(),
            request_sha256=screen.request_sha256,
        )

    def to_json(self) -> bytes:
        """Compact JSON, the form in which the citizen keeps and exports it."""
        return self.model_dump_json().encode("utf-8")

    @classmethod
    def from_json(cls, data: bytes | str) -> "ConsentReceipt":
        """Read what `to_json` wrote; anything else is Malformed."""
        strict_json.loads_object(data)
        try:
            return cls.model_validate_json(data)
        except ValidationError as cause:
            raise Malformed("not a consent receipt") from cause


def _card(card: SharedCard, presentation: str, screen: ConsentScreen) -> ReceiptCard:
    scopes = () if screen.mandate is None else screen.mandate.data
    return ReceiptCard(
        query=card.query_id,
        vct=card.vct,
        name=card.name,
        fields=tuple(ReceiptField(path=path_name(row.path), label=row.label) for row in card.rows),
        presentation_sha256=base64url.encode(sha256(presentation.encode("utf-8")).digest()),
        retention=next((scope.retention for scope in scopes if scope.query == card.query_id), None),
    )
