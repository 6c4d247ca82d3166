"""An open request is found by its id, its state or the name of its key: statements of the hot path."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, Text, bindparam, select

from chassis.prepared import Prepared
from openid4vc.jose.jwe import DecryptionKey
from verifier.domain.mandate import MandateId
from verifier.domain.presentation import Manner, PresentationId, ReplyKey, Requested
from verifier.store.sealing import Seal
from verifier.store.tables import presentation

_FOUND = presentation.c
_COLUMNS = (
    *(_FOUND.id, _FOUND.mandate_id, _FOUND.prefix, _FOUND.response_mode, _FOUND.same_device),
    *(_FOUND.reply_kid, _FOUND.sealed_reply_key, _FOUND.state, _FOUND.nonce, _FOUND.dcql_query),
    *(_FOUND.issued_at, _FOUND.expires_at, _FOUND.service, _FOUND.transaction_data, _FOUND.request_object),
    _FOUND.purpose,
)


def _open_with(name: Column[Any]) -> Prepared:
    named = name == bindparam("p_named", type_=Text())
    return Prepared(lambda _: select(*_COLUMNS).where(named, presentation.c.status == "requested"))


BY_ID = _open_with(presentation.c.id)
BY_STATE = _open_with(presentation.c.state)
BY_KEY = _open_with(presentation.c.reply_kid)


def read_requested(row: Sequence[Any], seal: Seal) -> Requested:
    """A row of one of these, as the driver gave it, with its key opened."""
    found = dict(zip((column.name for column in _COLUMNS), row, strict=True))
    request_id, mandate_id = PresentationId(found.pop("id")), found.pop("mandate_id")
    manner = Manner(found.pop("prefix"), found.pop("response_mode"), bool(found.pop("same_device")))
    return Requested(
        id=request_id,
        mandate_id=None if mandate_id is None else MandateId(mandate_id),
        manner=manner,
        reply_key=_reply_key(request_id, found.pop("reply_kid"), found.pop("sealed_reply_key"), seal),
        issued_at=_instant(found.pop("issued_at")),
        expires_at=_instant(found.pop("expires_at")),
        **found,
    )


def place_of_key(request_id: str) -> str:
    """Where a sealed key belongs."""
    return f"reply_key/{request_id}"


def _reply_key(request_id: str, kid: str, sealed: bytes | None, seal: Seal) -> ReplyKey | None:
    if sealed is None:
        return None
    return ReplyKey(kid, DecryptionKey.from_der(seal.open(sealed, place=place_of_key(request_id))))


def _instant(value: datetime | str) -> datetime:
    """SQLite keeps text of one width that ends in Z, PostgreSQL a moment in some zone."""
    return datetime.fromisoformat(value) if isinstance(value, str) else value.astimezone(UTC)
