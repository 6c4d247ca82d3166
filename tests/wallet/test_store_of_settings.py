"""Settings, looks at cards and passkeys keep their promises on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from chassis.database import Database
from tests.wallet.outside import NOON
from tests.wallet.test_store import HENK, NOOR, collected
from wallet.domain.account import Account, KeptSession, NameKey
from wallet.domain.card import CardId
from wallet.domain.history import HistoryKind, SealedLine
from wallet.domain.passkey import MOST_PASSKEYS, KeptPasskey
from wallet.store.accounts import AccountStore
from wallet.store.card_checks import CardCheckStore
from wallet.store.cards import CardStore
from wallet.store.passkeys import PasskeyStore
from wallet.store.sessions import SessionStore
from wallet.store.settings import SettingsStore

CARD = CardId("c-o")


@pytest.fixture
def database(migrated_url):
    """A wallet's database in which two people have an account."""
    opened = Database(migrated_url("wallet.store"))
    for id in (NOOR, HENK):
        AccountStore(opened).open(Account(id, NameKey(id), b"salt", b"wrapped", b"name", NOON))
    yield opened
    opened.dispose()


def passkey(id: str = "p", **changes) -> KeptPasskey:
    given = {"account_id": NOOR, "credential_id": id.encode(), "public_key": b"key", "sign_count": 0}
    return KeptPasskey(id=id, wrapped_view_key=b"wrapped", created_at=NOON, **(given | changes))


def test_of_many_first_changes_of_settings_one_is_made(database):
    store = SettingsStore(database)
    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(lambda n: store.change(NOOR, before=None, after=b"%d" % n, now=NOON), range(16)))

    assert done.count(True) == 1


def test_a_change_that_did_not_see_the_last_one_is_not_made(database):
    store = SettingsStore(database)
    store.change(NOOR, before=None, after=b"1", now=NOON)
    assert store.change(NOOR, before=b"1", after=b"2", now=NOON)

    assert not store.change(NOOR, before=b"1", after=b"3", now=NOON)
    assert (store.find(NOOR), store.find(HENK)) == (b"2", None)


def test_a_session_rests_as_long_as_was_set_and_no_longer(database):
    store = SessionStore(database, idle=timedelta(minutes=30), longest=timedelta(hours=8))
    for token, idle in (("short", 300), ("long", 18000), ("usual", None)):
        store.open(token, KeptSession(NOOR, b"key", idle), now=NOON)
    after = {token: store.seconds_left(token, now=NOON) for token in ("short", "long", "usual", "none")}

    assert after == {"short": 300, "long": 18000, "usual": 1800, "none": 0}
    assert store.use("short", now=NOON + timedelta(seconds=301)) is None
    assert store.use("long", now=NOON + timedelta(hours=4)) is not None


def test_a_look_goes_with_its_card_and_an_older_one_never_wins(database):
    collected(database)
    store = CardCheckStore(database)
    store.keep(CARD, b"new", account_id=NOOR, now=NOON)
    store.keep(CARD, b"old", account_id=NOOR, now=NOON - timedelta(minutes=1))
    store.keep(CardId("gone"), b"x", account_id=NOOR, now=NOON)
    assert store.all(account_id=NOOR) == {CARD: b"new"}

    store.keep(CARD, b"foreign", account_id=HENK, now=NOON + timedelta(minutes=1))
    assert store.all(account_id=NOOR) == {CARD: b"new"} and store.all(account_id=HENK) == {}

    CardStore(database).remove(CARD, SealedLine("l", NOOR, NOON, HistoryKind.CARD_DELETED, "deleted", b"s"))
    assert store.all(account_id=NOOR) == {}


def test_a_challenge_is_spent_once_however_many_try(database):
    store = PasskeyStore(database)
    store.ask("hash", expires_at=NOON + timedelta(minutes=5), now=NOON)
    with ThreadPoolExecutor(8) as pool:
        spent = list(pool.map(lambda _: store.spend("hash", now=NOON), range(16)))

    assert spent.count(True) == 1


def test_a_challenge_that_is_over_is_not_spent(database):
    store = PasskeyStore(database)
    store.ask("hash", expires_at=NOON + timedelta(minutes=5), now=NOON)

    assert not store.spend("hash", now=NOON + timedelta(minutes=5))


def test_of_many_new_passkeys_at_once_an_account_keeps_ten(database):
    store = PasskeyStore(database)
    with ThreadPoolExecutor(8) as pool:
        kept = list(pool.map(lambda n: store.keep(passkey(f"p{n}")), range(MOST_PASSKEYS + 6)))

    assert kept.count(True) == len(store.of(NOOR)) == MOST_PASSKEYS
    assert store.keep(passkey("other", account_id=HENK))


def test_of_many_uses_with_one_count_one_counts_and_no_count_goes_back(database):
    store = PasskeyStore(database)
    store.keep(passkey())
    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(lambda _: store.count_use("p", sign_count=4, now=NOON), range(8)))

    assert done.count(True) == 1
    assert not store.count_use("p", sign_count=3, now=NOON)
    assert not store.count_use("p", sign_count=0, now=NOON)
    assert not store.count_use("gone", sign_count=9, now=NOON)


def test_a_passkey_without_a_counter_stays_usable(database):
    store = PasskeyStore(database)
    store.keep(passkey())

    assert store.count_use("p", sign_count=0, now=NOON) and store.count_use("p", sign_count=0, now=NOON)
