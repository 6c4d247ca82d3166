"""Offers: made, looked at, collected on."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, insert, select, update

from chassis.database import Database
from issuer.domain.grant import Grant, TokenHashes
from issuer.domain.offer import TX_CODE_TRIES, Flow, Offer, OfferId
from issuer.store.tables import offers
from issuer.store.tokens import keep_grant


@dataclass(frozen=True, slots=True)
class OfferTable:
    """Verbs on offers; each is one transaction."""

    database: Database

    def add(self, offer: Offer, *, code_hash: str) -> None:
        """The offer exists before anybody sees it."""
        with self.database.begin() as connection:
            connection.execute(
                insert(offers).values(
                    id=offer.id,
                    code_hash=code_hash,
                    organisation=offer.organisation,
                    persona=offer.persona,
                    configuration_ids=json.dumps(offer.configuration_ids),
                    needs_tx_code=offer.needs_tx_code,
                    expires_at=offer.expires_at,
                    flow=offer.flow,
                    deferred=offer.deferred,
                )
            )

    def open_offer(self, offer_id: str, *, organisation: str, now: datetime) -> Offer | None:
        """None is one answer for never existed, expired, used and dead."""
        return self._read(offers.c.id == offer_id, organisation=organisation, now=now)

    def open_offer_by_code(
        self, code_hash: str, *, flow: Flow, organisation: str, now: datetime
    ) -> Offer | None:
        """By pre-authorized code or by issuer_state; reading decides nothing."""
        condition = and_(offers.c.code_hash == code_hash, offers.c.flow == flow)
        return self._read(condition, organisation=organisation, now=now)

    def _read(self, condition: Any, *, organisation: str, now: datetime) -> Offer | None:
        statement = select(offers).where(condition, offers.c.organisation == organisation, *_still_open(now))
        with self.database.read() as connection:
            row = connection.execute(statement).one_or_none()
        return None if row is None else _offer(row)

    def count_wrong_tx_code(self, offer_id: OfferId, *, now: datetime) -> None:
        """Counts only while the offer is open; the fifth failure closes it, since redeem asks for fewer."""
        statement = (
            update(offers)
            .where(offers.c.id == offer_id, *_still_open(now))
            .values(tx_code_failures=offers.c.tx_code_failures + 1)
        )
        with self.database.begin() as connection:
            connection.execute(statement)

    def redeem(self, offer_id: OfferId, grant: Grant, *, hashes: TokenHashes, now: datetime) -> bool:
        """Of all callers exactly one gets True, and only then the tokens exist: one transaction for both."""
        spend = update(offers).where(offers.c.id == offer_id, *_still_open(now)).values(redeemed_at=now)
        with self.database.begin() as connection:
            if connection.execute(spend).rowcount != 1:
                return False
            keep_grant(connection, grant, hashes, offer_id=offer_id)
        return True


def _still_open(now: datetime) -> tuple[Any, ...]:
    return (
        offers.c.redeemed_at.is_(None),
        offers.c.tx_code_failures < TX_CODE_TRIES,
        offers.c.expires_at > now,
    )


def _offer(row: Row[Any]) -> Offer:
    return Offer(
        id=OfferId(row.id),
        organisation=row.organisation,
        persona=row.persona,
        configuration_ids=tuple(json.loads(row.configuration_ids)),
        needs_tx_code=row.needs_tx_code,
        expires_at=row.expires_at,
        flow=row.flow,
        deferred=row.deferred,
    )
