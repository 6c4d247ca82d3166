"""What the tables guarantee, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chassis.migrations import current, differences, downgrade, heads, migrate
from issuer.domain.grant import Grant, TokenHashes, TokenId
from issuer.domain.issuance import Intent
from issuer.domain.offer import Offer, OfferId
from issuer.store.issuances import IssuanceTable
from issuer.store.nonces import NonceTable
from issuer.store.offers import OfferTable
from issuer.store.tokens import TokenTable
from tests.issuer.place import NOON

LATER = NOON + timedelta(minutes=5)


@pytest.fixture
def database(migrated_database):
    """An empty database at the newest schema."""
    return migrated_database("issuer.store")


def _offer(**changes):
    values = {
        "id": OfferId("offer"),
        "organisation": "bank",
        "persona": "noor",
        "configuration_ids": ("account-holder",),
        "needs_tx_code": True,
        "expires_at": LATER,
    }
    return Offer(**(values | changes))


def _grant(offer, token="token"):
    return Grant.from_offer(offer, token_id=TokenId(token), now=NOON)


def test_the_migrations_give_the_tables_of_the_code(database):
    assert current(database) == heads("issuer.store")
    assert differences(database, "issuer.store") == []


def test_the_migrations_can_be_taken_back(database_url):
    migrate(database_url, "issuer.store")

    downgrade(database_url, "issuer.store", "base")
    migrate(database_url, "issuer.store")


def test_an_offer_comes_back_as_it_was_while_it_is_open(database):
    table = OfferTable(database)
    table.add(_offer(), code_hash="code")

    assert table.open_offer("offer", organisation="bank", now=NOON) == _offer()
    assert table.open_offer_by_code("code", flow="pre", organisation="bank", now=NOON) == _offer()
    assert table.open_offer("offer", organisation="municipality", now=NOON) is None
    assert table.open_offer("offer", organisation="bank", now=LATER) is None


def test_a_redeemed_offer_gives_no_second_token(database):
    table, tokens, offer = OfferTable(database), TokenTable(database), _offer()
    table.add(offer, code_hash="code")

    first = table.redeem(offer.id, _grant(offer), hashes=TokenHashes("one"), now=NOON)
    second = table.redeem(offer.id, _grant(offer, "other"), hashes=TokenHashes("two"), now=NOON)

    assert (first, second) == (True, False)
    assert tokens.live_grant("one", organisation="bank", now=NOON) == _grant(offer)
    assert tokens.live_grant("two", organisation="bank", now=NOON) is None
    assert tokens.live_grant("one", organisation="bank", now=LATER) is None


def test_an_offer_that_is_late_or_dead_is_not_redeemed(database):
    table = OfferTable(database)
    late, dead = _offer(), _offer(id=OfferId("dead"))
    table.add(late, code_hash="code")
    table.add(dead, code_hash="other")
    for _ in range(5):
        table.count_wrong_tx_code(dead.id, now=NOON)

    assert not table.redeem(late.id, _grant(late), hashes=TokenHashes("one"), now=LATER)
    assert not table.redeem(dead.id, _grant(dead, "other"), hashes=TokenHashes("two"), now=NOON)


def test_a_nonce_is_consumed_once_in_time_and_at_home(database):
    table = NonceTable(database)
    for name in ("good", "late", "foreign"):
        assert table.add(name, organisation="bank", expires_at=LATER, now=NOON)

    assert not table.consume("foreign", organisation="municipality", now=NOON)
    assert not table.consume("late", organisation="bank", now=LATER)
    assert table.consume("good", organisation="bank", now=NOON)
    assert not table.consume("good", organisation="bank", now=NOON)


def test_a_place_that_is_taken_is_drawn_again(database):
    offers, issuances = OfferTable(database), IssuanceTable(database)
    offer = _offer()
    offers.add(offer, code_hash="code")
    offers.redeem(offer.id, _grant(offer), hashes=TokenHashes("one"), now=NOON)
    drawn = iter([0, 7, 7, 7, 9])

    places = issuances.intend(_intent("a", ("k1", "k2")), draw=lambda _: next(drawn), now=NOON)

    assert [(each.list_number, each.idx) for each in places] == [(1, 7), (1, 9)]


def _intent(name, keys):
    return Intent(
        id=name,
        token_id=TokenId("token"),
        organisation="bank",
        persona="noor",
        configuration_id="account-holder",
        notification_hash=name,
        key_thumbprints=keys,
    )
