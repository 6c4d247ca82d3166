"""Seal what passed all checks, ready for the store verb that keeps it in one go."""

from collections.abc import Sequence
from datetime import datetime

from openid4vc.jose import base64url
from wallet.domain.access import AccessId
from wallet.domain.card import Card, CardId, Organisation, SealedCard, SealedCopy
from wallet.domain.deferred import DeferredCard, DeferredId, SealedDeferred, WaitingKey, pause
from wallet.domain.documents import dump
from wallet.domain.fresh import FreshCopy, HolderKey, card_of
from wallet.domain.history import Happening, HistoryKind, HistoryNote, NamedFields, SealedLine
from wallet.domain.sealing import Viewer
from wallet.ports import Ports
from wallet.usecases.chance import new_id
from wallet.usecases.request_card import Batch
from wallet.usecases.write_history import sealed_line

CARD, COPY, PROMISE = "card", "copy", "promise"


def card_from(batch: Batch, *, issuer: Organisation, id: CardId, now: datetime) -> Card:
    """The card that the copies of a batch are copies of."""
    return card_of(batch.copies, id=id, issuer=issuer, card=batch.card, now=now)


def sealed_card(card: Card, *, access_id: AccessId | None, viewer: Viewer) -> SealedCard:
    """Seal a card under the view key."""
    return SealedCard(
        id=card.id,
        account_id=viewer.account_id,
        sealed=viewer.seal(dump(card), kind=CARD, id=card.id),
        created_at=card.collected_at,
        access_id=access_id,
    )


def sealed_copies(copies: Sequence[FreshCopy], card_id: CardId, *, viewer: Viewer) -> tuple[SealedCopy, ...]:
    """Seal the issuer's bytes; the holder keys were sealed under the PIN when they were made."""
    return tuple(
        SealedCopy(
            id=copy.key.copy_id,
            card_id=card_id,
            account_id=viewer.account_id,
            sealed_sd_jwt=viewer.seal(copy.sd_jwt.encode(), kind=COPY, id=copy.key.copy_id),
            sealed_key=copy.key.sealed,
        )
        for copy in copies
    )


def sealed_promise(
    batch: Batch, *, issuer: Organisation, access_id: AccessId, viewer: Viewer, ports: Ports
) -> tuple[DeferredCard, SealedDeferred]:
    """Seal what was promised, together with the keys that it will be bound to."""
    if batch.promise is None:
        raise ValueError("nothing was promised")
    now, id = ports.clock(), DeferredId(new_id(ports))
    promised = DeferredCard(
        id=id,
        issuer=issuer,
        card=batch.card,
        transaction_id=batch.promise.transaction_id,
        keys=tuple(_waiting(key) for key in batch.keys),
        promised_at=now,
    )
    return promised, SealedDeferred(
        id=id,
        account_id=viewer.account_id,
        access_id=access_id,
        sealed=viewer.seal(dump(promised), kind=PROMISE, id=id),
        created_at=now,
        ready_at=now + pause(batch.promise.interval),
    )


def line_about(
    cards: Sequence[Card],
    *,
    issuer: Organisation,
    kind: HistoryKind,
    outcome: str,
    viewer: Viewer,
    ports: Ports,
) -> SealedLine:
    """The line of the citizen's log: who gave which fields of which cards."""
    note = HistoryNote(
        who=issuer.name,
        who_id=issuer.id,
        fields=tuple(NamedFields(card.name, tuple(field.label for field in card.fields)) for card in cards),
    )
    return sealed_line(note, Happening(kind, outcome), viewer=viewer, at=ports.clock(), ports=ports)


def _waiting(key: HolderKey) -> WaitingKey:
    return WaitingKey(key.copy_id, key.public.jwk(), base64url.encode(key.sealed))
