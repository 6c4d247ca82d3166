"""Offers in progress."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, insert, select, update

from chassis.database import Database
from wallet.domain.account import AccountId
from wallet.domain.offer import OfferId, OfferState, SealedOffer
from wallet.store.moments import moment, seconds
from wallet.store.tables import offers


@dataclass(frozen=True, slots=True)
class OfferStore:
    """An offer goes from open to collecting once; only a wrong code brings it back."""

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
        )

    def claim(self, id: OfferId, *, account_id: AccountId, now: datetime) -> bool:
        """Start collecting: one statement, so that of two tabs one wins."""
        return self._move(
            id, account_id, OfferState.OPEN, OfferState.COLLECTING, offers.c.expires_at > seconds(now)
        )

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
    ) -> bool:
        statement = (
            update(offers)
            .where(
                offers.c.id == id,
                offers.c.account_id == account_id,
                offers.c.state == old,
                *conditions,
            )
            .values(state=new)
        )
        with self.database.begin() as connection:
            return connection.execute(statement).rowcount == 1
