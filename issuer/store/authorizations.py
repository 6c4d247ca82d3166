"""Authorizations: from the pushed request over the browser to the code and its one use."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from chassis.database import Database
from issuer.domain.authorization import Agreed, Asked, AuthorizationId, Begun, Browser
from issuer.domain.grant import Grant, TokenHashes
from issuer.store.tables import authorizations, offers, tokens
from issuer.store.tokens import keep_grant, revoke_grant

CAPACITY = 20_000
"""Authorizations that are kept at one moment, over all tenants."""

KEPT_AFTERWARDS = timedelta(hours=1)
"""How long a code that comes back is still recognised, so that its tokens can be revoked."""


@dataclass(frozen=True, slots=True)
class AuthorizationTable:
    """Verbs on authorizations; each is one transaction."""

    database: Database

    def push(
        self, id: AuthorizationId, asked: Asked, *, request_hash: str, expires_at: datetime, now: datetime
    ) -> bool:
        """Sweeps what is long over; False when too many are under way, and then nothing is kept."""
        with self.database.begin() as connection:
            connection.execute(
                delete(authorizations).where(authorizations.c.expires_at <= now - KEPT_AFTERWARDS)
            )
            counted = connection.execute(select(func.count()).select_from(authorizations)).scalar_one()
            if counted >= CAPACITY:
                return False
            connection.execute(
                insert(authorizations).values(
                    id=id, request_hash=request_hash, expires_at=expires_at, **_columns(asked)
                )
            )
        return True

    def begin(
        self, request_hash: str, *, client_id: str, organisation: str, browser: Browser, now: datetime
    ) -> bool:
        """Of all browsers exactly one gets True; late, elsewhere or for another client nobody does."""
        statement = (
            update(authorizations)
            .where(
                authorizations.c.request_hash == request_hash,
                authorizations.c.client_id == client_id,
                authorizations.c.organisation == organisation,
                authorizations.c.browser_hash.is_(None),
                authorizations.c.expires_at > now,
            )
            .values(browser_hash=browser.hash, expires_at=browser.until)
        )
        with self.database.begin() as connection:
            return connection.execute(statement).rowcount == 1

    def begun(self, browser_hash: str, *, organisation: str, now: datetime) -> Begun | None:
        """What this browser has not decided yet; reading decides nothing."""
        statement = select(authorizations).where(
            authorizations.c.browser_hash == browser_hash,
            authorizations.c.organisation == organisation,
            *_undecided(now),
        )
        with self.database.read() as connection:
            row = connection.execute(statement).one_or_none()
        return None if row is None else Begun(AuthorizationId(row.id), _asked(row))

    def agree(self, agreed: Agreed, *, code_hash: str, expires_at: datetime, now: datetime) -> bool:
        """Exactly one decision; the offer behind it is collected with it, or nothing happens at all."""
        decide = (
            update(authorizations)
            .where(authorizations.c.id == agreed.id, *_undecided(now))
            .values(
                decided_at=now,
                persona=agreed.persona,
                code_hash=code_hash,
                expires_at=expires_at,
                configuration_ids=json.dumps(agreed.asked.configuration_ids),
            )
        )
        with self.database.begin() as connection:
            if connection.execute(decide).rowcount != 1:
                return False
            if agreed.asked.offer_id is not None and not _collect(connection, agreed.asked.offer_id, now):
                connection.rollback()
                return False
        return True

    def decline(self, id: AuthorizationId, *, now: datetime) -> bool:
        """Exactly one decision; no code will come of it."""
        statement = (
            update(authorizations).where(authorizations.c.id == id, *_undecided(now)).values(decided_at=now)
        )
        with self.database.begin() as connection:
            return connection.execute(statement).rowcount == 1

    def agreed(self, code_hash: str, *, organisation: str) -> Agreed | None:
        """Spent and late ones too: redeem and burn decide, by their own condition."""
        statement = select(authorizations).where(
            authorizations.c.code_hash == code_hash, authorizations.c.organisation == organisation
        )
        with self.database.read() as connection:
            row = connection.execute(statement).one_or_none()
        return None if row is None else Agreed(AuthorizationId(row.id), _asked(row), row.persona)

    def redeem(self, id: AuthorizationId, grant: Grant, *, hashes: TokenHashes, now: datetime) -> bool:
        """Of all callers exactly one gets True and tokens; each later one revokes them (RFC 6749, 4.1.2)."""
        with self.database.begin() as connection:
            if not _spend(connection, id, now):
                return False
            keep_grant(connection, grant, hashes, authorization_id=id)
        return True

    def burn(self, id: AuthorizationId, *, now: datetime) -> None:
        """A code that was shown with the wrong proof is spent all the same."""
        with self.database.begin() as connection:
            _spend(connection, id, now)


def _spend(connection: Connection, id: AuthorizationId, now: datetime) -> bool:
    statement = (
        update(authorizations)
        .where(
            authorizations.c.id == id, authorizations.c.spent_at.is_(None), authorizations.c.expires_at > now
        )
        .values(spent_at=now)
    )
    if connection.execute(statement).rowcount == 1:
        return True
    revoke_grant(connection, tokens.c.authorization_id == id, now=now)
    return False


def _collect(connection: Connection, offer_id: str, now: datetime) -> bool:
    """Once begun in time, an offer may be collected on although its ten minutes are over meanwhile."""
    statement = (
        update(offers).where(offers.c.id == offer_id, offers.c.redeemed_at.is_(None)).values(redeemed_at=now)
    )
    return connection.execute(statement).rowcount == 1


def _undecided(now: datetime) -> tuple[Any, ...]:
    return (authorizations.c.decided_at.is_(None), authorizations.c.expires_at > now)


def _columns(asked: Asked) -> dict[str, Any]:
    return {
        "organisation": asked.organisation,
        "client_id": asked.client_id,
        "redirect_uri": asked.redirect_uri,
        "code_challenge": asked.code_challenge,
        "state": asked.state,
        "configuration_ids": json.dumps(asked.configuration_ids),
        "by_identifier": asked.by_identifier,
        "deferred": asked.deferred,
        "offer_id": asked.offer_id,
        "expected_persona": asked.expected_persona,
        "instance": asked.instance,
        "dpop": asked.dpop,
    }


def _asked(row: Row[Any]) -> Asked:
    return Asked(
        organisation=row.organisation,
        client_id=row.client_id,
        redirect_uri=row.redirect_uri,
        code_challenge=row.code_challenge,
        state=row.state,
        configuration_ids=tuple(json.loads(row.configuration_ids)),
        by_identifier=row.by_identifier,
        deferred=row.deferred,
        offer_id=row.offer_id,
        expected_persona=row.expected_persona,
        instance=row.instance,
        dpop=row.dpop,
    )
