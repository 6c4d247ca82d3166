"""The guarantees for presentations without a mandate, weaker grants and answers, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from chassis.database import Database
from chassis.migrations import differences, downgrade, migrate
from chassis.tokens import token_hash
from openid4vc.jose.jwe import DecryptionKey
from tests.verifier.helpers.pki import NOON
from verifier.domain.mandate import MandateId, Proposed
from verifier.domain.presentation import (
    NOT_SHARED,
    SHARED,
    Manner,
    PresentationId,
    ReplyKey,
    Requested,
)
from verifier.domain.records import CONFIRMED_AT_DESK, GrantValues, ResultValues
from verifier.store.door import Store
from verifier.store.tables import mandate, presentation, presentation_values

SECRET = bytes(range(32))
END = NOON + timedelta(days=14)
PLAIN = Requested(
    id=PresentationId("p-1"),
    state="state",
    nonce="nonce",
    dcql_query="{}",
    issued_at=NOON,
    expires_at=NOON + timedelta(minutes=3),
    manner=Manner("x509_san_dns", "direct_post.jwt", same_device=False),
    reply_key=ReplyKey("kid-1", DecryptionKey.generate()),
)
RESULT = b'{"claims":{"identity":[{"given_name":"Noor"}]},"checks":["query"]}'
KEPT = ResultValues(RESULT, NOON + timedelta(hours=1))


@pytest.fixture
def database(migrated_database):
    return migrated_database("verifier.store")


@pytest.fixture
def store(database):
    store = Store.over(database, secret=SECRET)
    assert store.presentations.ask(PLAIN, transaction_hash="t-1")
    return store


def answered(requested=PLAIN, outcome=SHARED, digest="bytes"):
    return requested.answered(at=NOON, response_code=f"code-{digest}", outcome=outcome, digest=digest)


def test_a_question_comes_back_as_it_was_stored(store):
    for found in (
        store.presentations.open_request("state"),
        store.presentations.open_request_of_key("kid-1"),
        store.presentations.find_open("p-1"),
    ):
        assert replace(found, reply_key=None) == replace(PLAIN, reply_key=None)
        assert found.reply_key.key.to_der() == PLAIN.reply_key.key.to_der()


def test_a_question_is_answered_once(store):
    assert store.answers.submit(answered(), KEPT)
    assert not store.answers.submit(answered(digest="others"), KEPT)
    assert not store.answers.decline(answered(outcome=NOT_SHARED, digest="no"), None, reason="access_denied")
    assert store.presentations.open_request_of_key("kid-1") is None


def test_of_many_answers_at_once_one_is_kept(store, database):
    with ThreadPoolExecutor(8) as pool:
        kept = list(pool.map(lambda n: store.answers.submit(answered(digest=f"b-{n}"), KEPT), range(8)))

    assert kept.count(True) == 1
    with database.read() as connection:
        assert len(connection.execute(select(presentation_values)).all()) == 1


def test_an_answer_is_repeated_until_it_is_claimed(store):
    done = answered()
    assert store.answers.repeated("bytes", now=NOON) is None
    assert store.answers.submit(done, KEPT)

    assert store.answers.repeated("bytes", now=NOON) == done
    assert store.answers.repeated("other", now=NOON) is None
    assert store.answers.repeated("bytes", now=NOON + timedelta(minutes=5)) is None
    assert store.results.release_here("t-1", now=NOON)
    assert store.answers.repeated("bytes", now=NOON) is None


def test_a_result_across_devices_is_released_once(store):
    assert store.results.release_here("t-1", now=NOON) is None
    assert store.answers.submit(answered(), KEPT)

    assert store.results.release_here("other", now=NOON) is None
    assert store.results.release_here("t-1", now=NOON + timedelta(minutes=5)) is None
    assert store.results.release_here("t-1", now=NOON).outcome == SHARED
    assert store.results.release_here("t-1", now=NOON) is None


def test_a_result_on_one_device_is_never_released_without_its_code(database):
    store = Store.over(database, secret=SECRET)
    same = replace(PLAIN, manner=Manner(), reply_key=None)
    assert store.presentations.ask(same, transaction_hash="t-1")
    assert store.answers.submit(answered(same), KEPT)

    assert store.results.release_here("t-1", now=NOON) is None
    assert store.results.release("t-1", code_hash=token_hash("code-bytes"), now=NOON).outcome == SHARED


def test_values_are_sealed_and_past_their_date_not_seen(store, database):
    assert store.answers.submit(answered(), KEPT)
    with database.read() as connection:
        sealed = connection.execute(select(presentation_values.c.sealed_result)).scalar_one()

    assert b"Noor" not in sealed
    assert store.results.standing("t-1", now=NOON).claims == {"identity": [{"given_name": "Noor"}]}
    assert store.results.standing("t-1", now=KEPT.retain_until).claims == {}
    assert store.retention.erase_past(KEPT.retain_until) == 1
    assert store.results.standing("t-1", now=NOON).claims == {}


def test_an_answer_in_another_browser_leaves_no_values(store, database):
    assert store.answers.submit(answered(), KEPT)

    assert store.results.reject_foreign(code_hash=token_hash("code-bytes"), now=NOON) == "p-1"
    assert store.results.standing("t-1", now=NOON).state(now=NOON) == "failed"
    with database.read() as connection:
        assert connection.execute(select(presentation_values)).all() == []


def propose_text(store):
    proposed = Proposed(MandateId("m-1"), NOON + timedelta(minutes=10), END)
    assert store.presentations.propose_text(proposed, text="text", service="averaging", at=NOON)
    second = replace(PLAIN, id=PresentationId("p-2"), state="s2", nonce="n2", reply_key=None)
    return replace(second, mandate_id=proposed.id)


def test_a_text_is_confirmed_once_and_in_time(store):
    asked = propose_text(store)
    late = replace(asked, issued_at=NOON + timedelta(minutes=10))

    assert not store.presentations.confirm(late, transaction_hash="t-2")
    assert store.presentations.confirm(asked, transaction_hash="t-2")
    assert not store.presentations.confirm(asked, transaction_hash="t-3")
    entry = store.register.find("m-1")
    assert (entry.kind, entry.confirmed_at, entry.signed) == (CONFIRMED_AT_DESK, NOON, False)


def test_a_weaker_grant_has_no_number_of_a_signature(store, database):
    asked = propose_text(store)
    assert store.presentations.confirm(asked, transaction_hash="t-2")
    proposed = Proposed(MandateId("m-1"), asked.expires_at, END)
    values = GrantValues("text", b"evidence", b"{}", "{}", None, END)

    assert not store.answers.grant(
        answered(asked), proposed.granted(at=NOON), replace(values, transaction_data="another"), KEPT
    )
    assert store.answers.grant(answered(asked), proposed.granted(at=NOON), values, KEPT)
    with database.read() as connection:
        assert connection.execute(select(mandate.c.key_binding_jti)).scalar_one() is None


def test_the_schema_goes_back_one_step_with_rows_in_it(database_url):
    migrate(database_url, "verifier.store")
    database = Database(database_url)
    store = Store.over(database, secret=SECRET)
    assert store.presentations.ask(PLAIN, transaction_hash="t-1")
    assert store.answers.submit(answered(), KEPT)
    assert store.presentations.confirm(propose_text(store), transaction_hash="t-2")
    database.dispose()

    downgrade(database_url, "verifier.store", "0001")
    migrate(database_url, "verifier.store")

    database = Database(database_url)
    assert differences(database, "verifier.store") == []
    with database.read() as connection:
        assert connection.execute(select(presentation)).all() == []
        assert connection.execute(select(mandate)).all() == []
    database.dispose()


def test_a_signed_mandate_survives_a_step_back_and_forth(database_url):
    migrate(database_url, "verifier.store")
    database = Database(database_url)
    store = Store.over(database, secret=SECRET)
    in_the_clear = Manner(response_mode="direct_post")
    requested = replace(
        PLAIN, mandate_id=MandateId("m-1"), transaction_data="text", manner=in_the_clear, reply_key=None
    )
    proposed = Proposed(MandateId("m-1"), requested.expires_at, END)
    assert store.presentations.propose(requested, proposed, transaction_hash="t-1")
    database.dispose()

    downgrade(database_url, "verifier.store", "0001")
    migrate(database_url, "verifier.store")

    database = Database(database_url)
    found = Store.over(database, secret=SECRET).presentations.open_request("state")
    assert found == requested
    database.dispose()
