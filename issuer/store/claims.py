"""What a credential request uses up, and what is written down for it: the statements of one transaction."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update

from chassis.columns import UtcDateTime
from chassis.prepared import Prepared
from issuer.domain.credential import StatusPlace
from issuer.domain.issuance import (
    DpopProofUsed,
    Intent,
    KeyOfSomebodyElse,
    NonceUsed,
    TokenGone,
    TooManyRequests,
    Uses,
)
from issuer.domain.offer import REQUESTS_PER_TOKEN
from issuer.domain.status import FILL_LIMIT, LIST_ENTRIES, PARALLEL_LISTS
from issuer.store.spent import spend_marks
from issuer.store.tables import holder_keys, issuances, new_list, nonces, status_entries, status_lists, tokens
from openid4vc.errors import ProtocolError

Draw = Callable[[int], int]


def use_up(connection: Connection, uses: Uses, *, token_id: str, now: datetime) -> None:
    """All of it or nothing: raises DpopProofUsed, NonceUsed, TokenGone or TooManyRequests."""
    refusal = spend(connection, uses, now=now)
    if refusal is not None:
        raise refusal
    counted = _COUNT.changed(
        connection, p_id=token_id, p_hash=uses.access_hash, p_organisation=uses.organisation, p_now=now
    )
    if counted != 1:
        raise _why_not(connection, uses, now=now)


def spend(connection: Connection, uses: Uses, *, now: datetime) -> ProtocolError | None:
    """The DPoP proof, then the nonce; a proof that comes again spends nobody's nonce."""
    if uses.mark is not None and uses.mark_until is not None:
        used = spend_marks(connection, [uses.mark], expires_at=uses.mark_until, now=now)
        if used is not None:
            return DpopProofUsed()
    if uses.nonce_hash is not None and not consume_nonce(
        connection, uses.nonce_hash, organisation=uses.organisation, now=now
    ):
        return NonceUsed()
    return None


def consume_nonce(connection: Connection, nonce_hash: str, *, organisation: str, now: datetime) -> bool:
    """One statement: of all callers exactly one gets True; late or at another tenant nobody does."""
    return _CONSUME.changed(connection, p_hash=nonce_hash, p_organisation=organisation, p_now=now) == 1


def bind_keys(connection: Connection, intent: Intent) -> None:
    """To this person for ever; in one order, so that two requests never wait for each other."""
    for thumbprint in sorted(intent.key_thumbprints):
        if _BIND.changed(connection, thumbprint=thumbprint, persona=intent.persona) != 1:
            raise KeyOfSomebodyElse


def write_down(
    connection: Connection, intent: Intent, *, draw: Draw, now: datetime
) -> tuple[StatusPlace, ...]:
    """The intent, and one free random place for each key in one list."""
    _INTEND.changed(
        connection,
        id=intent.id,
        token_id=intent.token_id,
        notification_hash=intent.notification_hash,
        configuration_id=intent.configuration_id,
        copies=len(intent.key_thumbprints),
        intended_at=now,
    )
    number = _take_room(connection, intent, start=1 + draw(PARALLEL_LISTS))
    return tuple(
        StatusPlace(number, _take_place(connection, intent, number=number, draw=draw))
        for _ in intent.key_thumbprints
    )


def _why_not(connection: Connection, uses: Uses, *, now: datetime) -> ProtocolError:
    found = _ALIVE.first(connection, p_hash=uses.access_hash, p_organisation=uses.organisation, p_now=now)
    return TokenGone() if found is None else TooManyRequests()


def _take_room(connection: Connection, intent: Intent, *, start: int) -> int:
    """A list that is half full is passed over; it stays published for ever (Token Status List, 13.4)."""
    number, wanted = start, len(intent.key_thumbprints)
    while True:
        room = {
            "p_organisation": intent.organisation,
            "p_number": number,
            "p_wanted": wanted,
            "p_most": FILL_LIMIT,
        }
        if _ROOM.changed(connection, **room) == 1:
            return number
        _OPEN.changed(connection, **new_list(intent.organisation, number))
        if _ROOM.changed(connection, **room) == 1:
            return number
        number += PARALLEL_LISTS


def _take_place(connection: Connection, intent: Intent, *, number: int, draw: Draw) -> int:
    place = {"organisation": intent.organisation, "number": number, "issuance_id": intent.id}
    while True:
        idx = draw(LIST_ENTRIES)
        if _PLACE.changed(connection, **place, idx=idx) == 1:
            return idx


def _given(table: Any, *names: str) -> dict[str, Any]:
    return {name: bindparam(name, type_=table.c[name].type) for name in names}


_ALIVE_TOKEN = (
    tokens.c.token_hash == bindparam("p_hash"),
    tokens.c.organisation == bindparam("p_organisation"),
    tokens.c.expires_at > bindparam("p_now", type_=UtcDateTime()),
    tokens.c.revoked_at.is_(None),
)
_ALIVE = Prepared(lambda _: select(tokens.c.id).where(*_ALIVE_TOKEN))
_COUNT = Prepared(
    lambda _: (
        update(tokens)
        .where(*_ALIVE_TOKEN, tokens.c.id == bindparam("p_id"), tokens.c.requests < REQUESTS_PER_TOKEN)
        .values(requests=tokens.c.requests + 1)
    )
)
_CONSUME = Prepared(
    lambda _: delete(nonces).where(
        nonces.c.nonce_hash == bindparam("p_hash"),
        nonces.c.organisation == bindparam("p_organisation"),
        nonces.c.expires_at > bindparam("p_now", type_=UtcDateTime()),
    )
)
_BIND = Prepared(
    lambda insert: (
        insert(holder_keys)
        .values(_given(holder_keys, "thumbprint", "persona"))
        .on_conflict_do_update(
            index_elements=["thumbprint"],
            set_={"persona": holder_keys.c.persona},
            where=holder_keys.c.persona == bindparam("persona"),
        )
    )
)
"""Changes one row when the key is new or this person's, and none when it is somebody else's."""

_INTEND = Prepared(
    lambda insert: insert(issuances).values(
        _given(issuances, "id", "token_id", "notification_hash", "configuration_id", "copies", "intended_at")
    )
)
_OPEN = Prepared(
    lambda insert: (
        insert(status_lists)
        .values(_given(status_lists, "organisation", "number", "assigned", "revision"))
        .on_conflict_do_nothing()
    )
)
_ROOM = Prepared(
    lambda _: (
        update(status_lists)
        .where(
            status_lists.c.organisation == bindparam("p_organisation"),
            status_lists.c.number == bindparam("p_number"),
            status_lists.c.assigned + bindparam("p_wanted") <= bindparam("p_most"),
        )
        .values(assigned=status_lists.c.assigned + bindparam("p_wanted"))
    )
)
_PLACE = Prepared(
    lambda insert: (
        insert(status_entries)
        .values(_given(status_entries, "organisation", "number", "idx", "issuance_id"))
        .on_conflict_do_nothing()
    )
)
