"""Grants with their access token and their refresh tokens."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from chassis.database import Database
from issuer.domain.caller import Known
from issuer.domain.grant import Grant, TokenHashes, TokenId
from issuer.store.known_grants import KnownGrants
from issuer.store.tables import refresh_tokens, tokens


@dataclass(frozen=True, slots=True)
class TokenTable:
    """Verbs on tokens; each is one transaction."""

    database: Database
    known: KnownGrants = field(default_factory=KnownGrants)

    def known_grant(self, access_hash: str, *, organisation: str, now: datetime) -> Grant | None:
        """What the token was given for, maybe from memory: only a verb that asks whether it lives decides."""
        found = self.known.get(access_hash, organisation=organisation, now=now)
        if found is None:
            found = self.live_grant(access_hash, organisation=organisation, now=now)
            if found is not None:
                self.known.keep(access_hash, found)
        return found

    def remember(self, access_hash: str, grant: Grant) -> None:
        """The wallet that just got this token comes back with it at once."""
        self.known.keep(access_hash, grant)

    def live_grant(self, access_hash: str, *, organisation: str, now: datetime) -> Grant | None:
        """None is one answer for unknown, expired, revoked and of another organisation."""
        statement = select(tokens).where(
            tokens.c.token_hash == access_hash,
            tokens.c.organisation == organisation,
            tokens.c.expires_at > now,
            tokens.c.revoked_at.is_(None),
        )
        with self.database.read() as connection:
            row = connection.execute(statement).one_or_none()
        return None if row is None else _grant(row)

    def grant_by_refresh(self, refresh_hash: str, *, organisation: str) -> Grant | None:
        """Reading decides nothing: refresh does, by its own condition."""
        statement = (
            select(tokens)
            .join(refresh_tokens, refresh_tokens.c.token_id == tokens.c.id)
            .where(refresh_tokens.c.token_hash == refresh_hash, tokens.c.organisation == organisation)
        )
        with self.database.read() as connection:
            row = connection.execute(statement).one_or_none()
        return None if row is None else _grant(row)

    def refresh(self, used_hash: str, grant: Grant, *, hashes: TokenHashes, now: datetime) -> bool:
        """Of all callers exactly one gets True; each later one revokes the grant, in one transaction."""
        spend = (
            update(refresh_tokens)
            .where(
                refresh_tokens.c.token_hash == used_hash,
                refresh_tokens.c.used_at.is_(None),
                refresh_tokens.c.expires_at > now,
                refresh_tokens.c.token_id.in_(
                    select(tokens.c.id).where(tokens.c.id == grant.token_id, tokens.c.revoked_at.is_(None))
                ),
            )
            .values(used_at=now)
        )
        renew = (
            update(tokens)
            .where(tokens.c.id == grant.token_id)
            .values(token_hash=hashes.access, expires_at=grant.expires_at, requests=0)
        )
        with self.database.begin() as connection:
            if connection.execute(spend).rowcount != 1:
                revoke_grant(connection, tokens.c.id == grant.token_id, now=now)
                return False
            connection.execute(renew)
            _keep_refresh_token(connection, grant, hashes)
        return True


def keep_grant(connection: Connection, grant: Grant, hashes: TokenHashes, **source: str) -> None:
    """Part of the transaction that spends the code; `source` is offer_id or authorization_id."""
    connection.execute(
        insert(tokens).values(
            id=grant.token_id,
            token_hash=hashes.access,
            organisation=grant.organisation,
            persona=grant.persona,
            configuration_ids=json.dumps(grant.configuration_ids),
            expires_at=grant.expires_at,
            client_id=grant.holder.client_id,
            instance=grant.holder.instance,
            dpop=grant.holder.dpop,
            by_identifier=grant.by_identifier,
            deferred=grant.deferred,
            **source,
        )
    )
    _keep_refresh_token(connection, grant, hashes)


def revoke_grant(connection: Connection, condition: Any, *, now: datetime) -> None:
    """Final: neither its access token nor any refresh token of it works any more."""
    connection.execute(update(tokens).where(condition, tokens.c.revoked_at.is_(None)).values(revoked_at=now))


def _keep_refresh_token(connection: Connection, grant: Grant, hashes: TokenHashes) -> None:
    if hashes.refresh is not None:
        connection.execute(
            insert(refresh_tokens).values(
                token_hash=hashes.refresh, token_id=grant.token_id, expires_at=hashes.refresh_until
            )
        )


def _grant(row: Row[Any]) -> Grant:
    return Grant(
        token_id=TokenId(row.id),
        organisation=row.organisation,
        persona=row.persona,
        configuration_ids=tuple(json.loads(row.configuration_ids)),
        expires_at=row.expires_at,
        holder=Known(client_id=row.client_id, instance=row.instance, dpop=row.dpop),
        by_identifier=row.by_identifier,
        deferred=row.deferred,
    )
