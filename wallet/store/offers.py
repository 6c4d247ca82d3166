"""Offers in progress."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, select, update

from chassis.database import Database
from wallet.domain.account import AccountId
from wallet.domain.offer import OfferId, OfferState, SealedErrand, SealedOffer
from wallet.store.moments import moment, seconds
from wallet.store.tables import offers


@dataclass(frozen=True, slots=True)
class OfferStore:
    """An offer goes to collecting once; only a wrong code, or a sign-in that failed, brings it back."""

    database: Database

    def keep(self, offer: SealedOffer) -> None:
        """Keep a new offer, and forget those whose time is long over."""
        with self.database.begin() as connection:
            connection.execute(
                delete(offers).where(offers.c.expires_at < seconds(offer.created_at) - 24 * 3600)
            )
            connection.execute(
                insert(offers).values(
                    id=offer.id,
                    account_id=offer.account_id,
                    state=offer.state,
                    sealed=offer.sealed,
                    created_at=seconds(offer.created_at),
                    expires_at=seconds(offer.expires_at),
                )
            )

    def find(self, id: OfferId, *, account_id: AccountId) -> SealedOffer | None:
        """Find an offer of this account; somebody else's is unknown."""
        with self.database.read() as connection:
            row = connection.execute(
                select(offers).where(offers.c.id == id, offers.c.account_id == account_id)
            ).one_or_none()
        if row is None:
            return None
        return SealedOffer(
            id=OfferId(row.id),
            account_id=AccountId(row.account_id),
            state=OfferState(row.state),
            sealed=row.sealed,
            created_at=moment(row.created_at),
            expires_at=moment(row.expires_at),
            sealed_result=row.sealed_result,
            sealed_errand=row.sealed_errand,
            sealed_access=row.sealed_access,
        )

    def send_out(self, id: OfferId, errand: SealedErrand, *, account_id: AccountId, now: datetime) -> bool:
        """Begin to authorize, or begin anew: the state of an earlier errand is worth nothing from now on."""
        with self.database.begin() as connection:
            sent = connection.execute(
                update(offers)
                .where(offers.c.id == id, offers.c.account_id == account_id)
                .where(offers.c.state.in_([OfferState.OPEN, OfferState.AUTHORIZING]))
                .where(offers.c.expires_at > seconds(now))
                .values(
                    state=OfferState.AUTHORIZING,
                    state_hash=errand.state_hash,
                    session_hash=errand.session,
                    sealed_errand=errand.sealed,
                )
            )
        return sent.rowcount == 1

    def come_back(
        self, state_hash: str, *, session: str, account_id: AccountId, now: datetime
    ) -> SealedOffer | None:
        """Spend the state of an errand: one statement, once, for this account in this very session."""
        with self.database.begin() as connection:
            id = connection.execute(
                update(offers)
                .where(offers.c.state_hash == state_hash, offers.c.account_id == account_id)
                .where(offers.c.session_hash == session, offers.c.state == OfferState.AUTHORIZING)
                .where(offers.c.expires_at > seconds(now))
                .values(state=OfferState.REDEEMING, state_hash=None)
                .returning(offers.c.id)
            ).scalar_one_or_none()
        return None if id is None else self.find(OfferId(id), account_id=account_id)

    def keep_access(self, id: OfferId, sealed_access: bytes, *, account_id: AccountId) -> bool:
        """The code was redeemed: keep the token until the citizen gives the PIN."""
        return self._move(
            id,
            account_id,
            OfferState.REDEEMING,
            OfferState.AUTHORIZED,
            sealed_access=sealed_access,
            sealed_errand=None,
        )

    def forget_errand(self, id: OfferId, *, account_id: AccountId) -> bool:
        """The sign-in came to nothing; the citizen may begin once more."""
        return self._move(id, account_id, OfferState.REDEEMING, OfferState.OPEN, sealed_errand=None)

    def claim(self, id: OfferId, *, account_id: AccountId, now: datetime, authorized: bool = False) -> bool:
        """Start collecting: one statement, so that of two tabs one wins."""
        before = OfferState.AUTHORIZED if authorized else OfferState.OPEN
        return self._move(id, account_id, before, OfferState.COLLECTING, offers.c.expires_at > seconds(now))

    def release(self, id: OfferId, *, account_id: AccountId) -> bool:
        """Put an offer back after a wrong code."""
        return self._move(id, account_id, OfferState.COLLECTING, OfferState.OPEN)

    def fail(self, id: OfferId, *, account_id: AccountId) -> bool:
        """The code is spent and nothing came of it."""
        return self._move(id, account_id, OfferState.COLLECTING, OfferState.FAILED)

    def _move(
        self,
        id: OfferId,
        account_id: AccountId,
        old: OfferState,
        new: OfferState,
        *conditions: ColumnElement[bool],
        **values: Any,
    ) -> bool:
        statement = (
            update(offers)
            .where(
                offers.c.id == id,
                offers.c.account_id == account_id,
                offers.c.state == old,
                *conditions,
            )
            .values(state=new, **values)
        )
        with self.database.begin() as connection:
            return connection.execute(statement).rowcount == 1
