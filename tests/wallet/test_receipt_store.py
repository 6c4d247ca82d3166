"""What the wallet's store promises about receipts, on both databases."""

from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from tests.wallet.test_store import (
    HENK,
    MANDATE,
    NOON,
    NOOR,
    REQUEST,
    collected,
    database,
    harvest,
    line,
    mandate,
    requested,
    sending,
)
from wallet.domain.card import CardId
from wallet.domain.offer import OfferId, OfferState, SealedOffer
from wallet.domain.request import RequestId
from wallet.store.cards import CardStore
from wallet.store.mandates import MandateStore
from wallet.store.offers import OfferStore

__all__ = ["database"]


@pytest.fixture
def given(database):
    """A database in which Noor gave a mandate."""
    collected(database)
    requested(database).begin_sending(sending("o0"), line("l", "r"), mandate())
    return database


def claimed(given, offer):
    offers = OfferStore(given)
    offers.keep(SealedOffer(OfferId(offer), NOOR, OfferState.OPEN, b"offer", NOON, NOON.replace(hour=13)))
    assert offers.claim(OfferId(offer), account_id=NOOR, now=NOON)


def kept(given):
    found = MandateStore(given).find(MANDATE, account_id=NOOR)
    assert found is not None
    return found


def test_a_receipt_and_its_mandate_are_linked_together(given):
    claimed(given, "receipt")

    assert CardStore(given).keep(replace(harvest("receipt"), receipt_of=MANDATE))

    assert kept(given).receipt_card_id == CardId("c-receipt")


def test_a_receipt_that_cannot_be_kept_is_not_linked(given):
    claimed(given, "receipt")
    broken = replace(harvest("receipt"), receipt_of=MANDATE)
    twice = replace(broken, copies=(broken.copies[0], broken.copies[0]))

    with pytest.raises(IntegrityError):
        CardStore(given).keep(twice)

    assert kept(given).receipt_card_id is None


def test_another_card_links_nothing(given):
    claimed(given, "card")

    assert CardStore(given).keep(harvest("card"))

    assert kept(given).receipt_card_id is None


def test_a_copy_can_be_shown_to_its_issuer_again(given):
    copy = CardStore(given).any_copy(CardId("c-o"), account_id=NOOR)

    assert copy is not None
    assert copy.sealed_key == b"key"
    assert CardStore(given).any_copy(CardId("c-o"), account_id=HENK) is None
    assert CardStore(given).any_copy(CardId("nothing"), account_id=NOOR) is None


def test_where_a_receipt_is_offered_is_kept_with_the_mandate_of_the_request(given):
    store = MandateStore(given)

    store.note_receipt_offer(REQUEST, b"offer", account_id=NOOR)
    store.note_receipt_offer(REQUEST, b"not hers", account_id=HENK)
    store.note_receipt_offer(RequestId("another"), b"another", account_id=NOOR)

    assert kept(given).sealed_receipt_offer == b"offer"


def test_the_first_receipt_of_a_use_stays(given):
    store = MandateStore(given)

    for receipt in (b"first", b"second"):
        store.note_use_receipt(MANDATE, receipt, account_id=NOOR)

    assert kept(given).sealed_use_receipt == b"first"
