"""What the tables guarantee, on both databases."""

from __future__ import annotations

import itertools
import secrets
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from chassis.database import Database
from chassis.migrations import current, differences, downgrade, heads, migrate
from issuer.domain.authorization import Agreed, Asked, AuthorizationId, Browser
from issuer.domain.caller import Known
from issuer.domain.grant import Grant, TokenHashes, TokenId
from issuer.domain.issuance import (
    DpopProofUsed,
    Intent,
    KeyOfSomebodyElse,
    NonceUsed,
    TokenGone,
    TooManyRequests,
    Uses,
)
from issuer.domain.offer import REQUESTS_PER_TOKEN, Offer, OfferId
from issuer.domain.status import LIST_ENTRIES
from issuer.store.authorizations import AuthorizationTable
from issuer.store.issuances import IssuanceTable
from issuer.store.nonces import NonceTable
from issuer.store.offers import OfferTable
from issuer.store.spent import SpentTable
from issuer.store.tables import tokens
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
    table, found, offer = OfferTable(database), TokenTable(database), _offer()
    table.add(offer, code_hash="code")

    first = table.redeem(offer.id, _grant(offer), hashes=TokenHashes("one"), now=NOON)
    second = table.redeem(offer.id, _grant(offer, "other"), hashes=TokenHashes("two"), now=NOON)

    assert (first, second) == (True, False)
    assert found.live_grant("one", organisation="bank", now=NOON) == _grant(offer)
    assert found.live_grant("two", organisation="bank", now=NOON) is None
    assert found.live_grant("one", organisation="bank", now=LATER) is None


def test_an_offer_that_is_late_or_dead_is_not_redeemed(database):
    table = OfferTable(database)
    late, dead = _offer(), _offer(id=OfferId("dead"))
    table.add(late, code_hash="code")
    table.add(dead, code_hash="other")
    for _ in range(5):
        table.count_wrong_tx_code(dead.id, now=NOON)

    assert not table.redeem(late.id, _grant(late), hashes=TokenHashes("one"), now=LATER)
    assert not table.redeem(dead.id, _grant(dead, "other"), hashes=TokenHashes("two"), now=NOON)


def test_a_nonce_is_spent_once_in_time_and_at_home(database):
    table, issuances = NonceTable(database), IssuanceTable(database)
    for name in ("good", "late", "foreign"):
        assert table.add(name, organisation="bank", expires_at=LATER, now=NOON)

    for uses, now in (
        (_uses(nonce_hash="foreign", organisation="municipality"), NOON),
        (_uses(nonce_hash="late"), LATER),
        (_uses(nonce_hash="never"), NOON),
    ):
        with pytest.raises(NonceUsed):
            issuances.forfeit(uses, now=now)
    issuances.forfeit(_uses(nonce_hash="good"), now=NOON)
    with pytest.raises(NonceUsed):
        issuances.forfeit(_uses(nonce_hash="good"), now=NOON)


def test_a_proof_that_comes_again_spends_no_nonce(database):
    table, issuances = NonceTable(database), IssuanceTable(database)
    table.add("good", organisation="bank", expires_at=LATER, now=NOON)
    issuances.forfeit(_uses(mark="proof", mark_until=LATER), now=NOON)

    with pytest.raises(DpopProofUsed):
        issuances.forfeit(_uses(mark="proof", mark_until=LATER, nonce_hash="good"), now=NOON)

    issuances.forfeit(_uses(nonce_hash="good"), now=NOON)


def test_a_place_that_is_taken_is_drawn_again(database):
    issuances = _collecting(database)
    drawn = iter([0, 7, 7, 7, 9])

    places = issuances.intend(_uses(), _intent("a", ("k1", "k2")), draw=lambda _: next(drawn), now=NOON)

    assert [(each.list_number, each.idx) for each in places] == [(1, 7), (1, 9)]


def test_a_list_that_is_half_full_is_passed_over(database, monkeypatch):
    monkeypatch.setattr("issuer.store.claims.FILL_LIMIT", 3)
    issuances, places = _collecting(database), itertools.count()

    found = [
        issuances.intend(
            _uses(),
            _intent(name, (f"{name}1", f"{name}2")),
            draw=lambda most: next(places) if most == LIST_ENTRIES else 0,
            now=NOON,
        )
        for name in ("a", "b", "c")
    ]

    assert [each[0].list_number for each in found] == [1, 3, 5]


def test_what_refuses_an_issuance_leaves_nothing_of_it_behind(database):
    issuances, nonces = _collecting(database), NonceTable(database)
    issuances.intend(_uses(), _intent("a", ("mine",)), draw=_draw, now=NOON)
    nonces.add("nonce", organisation="bank", expires_at=LATER, now=NOON)
    uses, theirs = _uses(nonce_hash="nonce"), replace(_intent("b", ("new", "mine")), persona="sem")

    with pytest.raises(KeyOfSomebodyElse):
        issuances.intend(uses, theirs, draw=_draw, now=NOON)

    issuances.intend(uses, _intent("c", ("new",)), draw=_draw, now=NOON)


@pytest.mark.parametrize("why", ["revoked", "refreshed", "late", "elsewhere"])
def test_a_token_that_is_gone_is_noticed_when_it_is_used_up(database, why):
    issuances, uses, now = _collecting(database), _uses(), NOON
    with database.begin() as connection:
        if why == "revoked":
            connection.execute(update(tokens).values(revoked_at=NOON))
        if why == "refreshed":
            connection.execute(update(tokens).values(token_hash="newer"))
    if why == "late":
        now = LATER
    if why == "elsewhere":
        uses = _uses(organisation="municipality")

    with pytest.raises(TokenGone):
        issuances.intend(uses, _intent("a", ("k1",)), draw=_draw, now=now)


def test_a_token_is_good_for_so_many_requests(database):
    issuances = _collecting(database)
    for number in range(REQUESTS_PER_TOKEN):
        issuances.intend(_uses(), _intent(f"{number}", (f"k{number}",)), draw=_draw, now=NOON)

    with pytest.raises(TooManyRequests):
        issuances.intend(_uses(), _intent("one more", ("k",)), draw=_draw, now=NOON)


def test_a_grant_is_remembered_to_the_end_of_its_token_and_no_more_than_so_many(database, monkeypatch):
    monkeypatch.setattr("issuer.store.known_grants.MOST", 2)
    table, grant = TokenTable(database), _grant(_offer())

    for name in ("a", "b", "c"):
        table.remember(name, grant)

    assert table.known_grant("c", organisation="bank", now=NOON) == grant
    assert table.known_grant("c", organisation="municipality", now=NOON) is None
    assert table.known_grant("c", organisation="bank", now=grant.expires_at) is None
    assert table.known_grant("a", organisation="bank", now=NOON) is None


def test_marks_are_spent_once_until_they_end(database):
    table = SpentTable(database)

    assert table.spend(["a", "b"], expires_at=LATER, now=NOON) is None
    assert table.spend(["c", "b"], expires_at=LATER, now=NOON) == "b"
    assert table.spend(["a"], expires_at=LATER + timedelta(minutes=5), now=LATER) is None


def test_a_full_store_of_marks_spends_nothing(database, monkeypatch):
    monkeypatch.setattr("issuer.store.spent.CAPACITY", 2)
    table = SpentTable(database)
    table.spend(["a", "b", "c"], expires_at=LATER, now=NOON)

    with pytest.raises(OverflowError):
        table.spend(["d"], expires_at=LATER, now=NOON)

    assert table.spend(["d"], expires_at=LATER + timedelta(minutes=5), now=LATER) is None


def _asked(**changes):
    values = {
        "organisation": "bank",
        "client_id": "wallet",
        "redirect_uri": "https://wallet.example/cb",
        "code_challenge": "c" * 43,
        "state": None,
        "configuration_ids": ("account-holder",),
        "by_identifier": True,
        "instance": "i" * 43,
        "dpop": "d" * 43,
    }
    return Asked(**(values | changes))


def _begun(table, asked, name="one"):
    table.push(AuthorizationId(name), asked, request_hash=name, expires_at=LATER, now=NOON)
    table.begin(
        name, client_id="wallet", organisation="bank", browser=Browser(f"{name} browser", LATER), now=NOON
    )
    return table.begun(f"{name} browser", organisation="bank", now=NOON)


def test_an_authorization_comes_back_as_it_was_asked_for(database):
    table, asked = AuthorizationTable(database), _asked()

    begun = _begun(table, asked)
    table.agree(Agreed(begun.id, asked, "noor"), code_hash="code", expires_at=LATER, now=NOON)

    assert begun.asked == asked
    assert table.agreed("code", organisation="bank") == Agreed(begun.id, asked, "noor")
    assert table.agreed("code", organisation="municipality") is None
    assert table.begun("one browser", organisation="bank", now=NOON) is None


def test_a_question_is_decided_once(database):
    table, asked = AuthorizationTable(database), _asked()
    yes, no = _begun(table, asked), _begun(table, asked, "two")

    assert table.agree(Agreed(yes.id, asked, "noor"), code_hash="code", expires_at=LATER, now=NOON)
    assert not table.decline(yes.id, now=NOON)
    assert table.decline(no.id, now=NOON)
    assert not table.agree(Agreed(no.id, asked, "noor"), code_hash="other", expires_at=LATER, now=NOON)


def test_of_two_questions_behind_one_offer_one_is_agreed_to(database):
    offers, table = OfferTable(database), AuthorizationTable(database)
    offers.add(_offer(flow="code", needs_tx_code=False), code_hash="state")
    asked = _asked(offer_id="offer", expected_persona="noor")
    first, second = _begun(table, asked), _begun(table, asked, "two")

    agreed = table.agree(Agreed(first.id, asked, "noor"), code_hash="code", expires_at=LATER, now=NOON)
    again = table.agree(Agreed(second.id, asked, "noor"), code_hash="other", expires_at=LATER, now=NOON)

    assert (agreed, again) == (True, False)
    assert table.begun("two browser", organisation="bank", now=NOON) == second
    assert table.agreed("other", organisation="bank") is None


def test_what_is_long_over_is_swept(database, monkeypatch):
    monkeypatch.setattr("issuer.store.authorizations.CAPACITY", 1)
    table = AuthorizationTable(database)
    new = {"expires_at": LATER + timedelta(hours=2)}

    assert table.push(AuthorizationId("a"), _asked(), request_hash="a", expires_at=LATER, now=NOON)
    assert not table.push(AuthorizationId("b"), _asked(), request_hash="b", **new, now=LATER)
    assert table.push(AuthorizationId("b"), _asked(), request_hash="b", **new, now=LATER + timedelta(hours=1))


def test_grants_survive_going_back_only_if_they_came_by_an_offer(database_url):
    migrate(database_url, "issuer.store")
    database = Database(database_url)
    offers, table = OfferTable(database), AuthorizationTable(database)
    offer, asked = _offer(), _asked()
    offers.add(offer, code_hash="code")
    offers.redeem(offer.id, _grant(offer), hashes=TokenHashes("one"), now=NOON)
    begun = _begun(table, asked)
    agreed = Agreed(begun.id, asked, "noor")
    table.agree(agreed, code_hash="code", expires_at=LATER, now=NOON)
    grant = Grant.from_authorization(agreed, token_id=TokenId("two"), now=NOON, holder=Known(dpop="d"))
    table.redeem(begun.id, grant, hashes=TokenHashes("two", "refresh", LATER), now=NOON)

    database.dispose()
    downgrade(database_url, "issuer.store", "0001")
    migrate(database_url, "issuer.store")

    table = TokenTable(Database(database_url))
    assert table.live_grant("one", organisation="bank", now=NOON) == _grant(offer)
    assert table.live_grant("two", organisation="bank", now=NOON) is None
    table.database.dispose()


def _collecting(database):
    """A token is there, as of an offer that was redeemed."""
    offers, offer = OfferTable(database), _offer()
    offers.add(offer, code_hash="code")
    offers.redeem(offer.id, _grant(offer), hashes=TokenHashes("one"), now=NOON)
    return IssuanceTable(database)


def _uses(**changes):
    return Uses(**({"access_hash": "one", "organisation": "bank"} | changes))


def _draw(most):
    return secrets.randbelow(most)


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
