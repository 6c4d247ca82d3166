"""Status lists: published, revoked in, renewed (Token Status List)."""

from __future__ import annotations

import gzip
from datetime import timedelta

import pytest

from issuer.domain.published import Published, PublishedLists, Signed
from issuer.store.status import StatusTable
from issuer.store.tables import status_lists
from issuer.usecases.open_status_lists import open_status_lists
from openid4vc.errors import CheckFailed
from openid4vc.jose.jws import parse_jws
from openid4vc.jose.x5c import parse_x5c, verify_x5c
from openid4vc.status.status_list import require_valid
from openid4vc.status.token import verify_status_list_token
from tests.issuer.place import NOON, PUBLIC, make_place


@pytest.fixture
def issuer(issuer_on_both):
    """Each of these tests runs on both databases."""
    return issuer_on_both


def _issued(issuer):
    answer = issuer.request_credential(issuer.access_token(), issuer.proof(issuer.nonce()))
    return parse_jws(answer.json["credentials"][0]["credential"].split("~")[0], expected_typ="dc+sd-jwt")


def _fetch(issuer, uri, **headers):
    return issuer.open("GET", uri.removeprefix(PUBLIC), headers=headers)


def _verified(issuer, credential):
    uri = credential.claims()["status"]["status_list"]["uri"]
    chain = verify_x5c(parse_x5c(credential.header), anchors=issuer.anchors, now=issuer.clock())
    return verify_status_list_token(
        _fetch(issuer, uri).text,
        expected_uri=uri,
        expected_chain=chain,
        anchors=issuer.anchors,
        now=issuer.clock(),
    )


def _revoke(issuer, credential):
    place = credential.claims()["status"]["status_list"]
    return issuer.open("POST", "/api/v1/revocations", json={"status_uri": place["uri"], "idx": place["idx"]})


def test_a_fresh_credential_is_valid_in_a_list_of_full_size(issuer):
    credential = _issued(issuer)

    verified = _verified(issuer, credential)
    token = _fetch(issuer, credential.claims()["status"]["status_list"]["uri"])

    require_valid(verified.status_at(credential.claims()["status"]["status_list"]["idx"]))
    require_valid(verified.status_at((1 << 17) - 1))
    assert token.content_type == "application/statuslist+jwt"
    assert parse_jws(token.text, expected_typ="statuslist+jwt").claims()["ttl"] == 900
    with pytest.raises(CheckFailed):
        verified.status_at(1 << 17)


@pytest.mark.threat("075")
def test_a_revocation_shows_at_once_and_for_ever(issuer):
    credential, other = _issued(issuer), _issued(issuer)
    place = credential.claims()["status"]["status_list"]
    assert _verified(issuer, credential).status_at(place["idx"]) == 0

    first, again = _revoke(issuer, credential), _revoke(issuer, credential)
    after = _verified(issuer, credential).status_at(place["idx"])
    issuer.clock.advance(hours=20)

    assert (first.status_code, again.status_code, after) == (204, 204, 1)
    assert _verified(issuer, credential).status_at(place["idx"]) == 1
    assert _verified(issuer, other).status_at(other.claims()["status"]["status_list"]["idx"]) == 0


@pytest.mark.parametrize(
    "uri",
    [
        f"{PUBLIC}/municipality/statuslists/1",
        f"{PUBLIC}/municipality/statuslists/77",
        f"{PUBLIC}/municipality/statuslists/x",
        f"{PUBLIC}/municipality/statuslists/²",
        "https://evil.example/municipality/statuslists/1",
        "",
    ],
)
def test_what_was_never_issued_cannot_be_revoked(issuer, uri):
    answer = issuer.open("POST", "/api/v1/revocations", json={"status_uri": uri, "idx": 5})

    assert answer.status_code in (400, 404)
    assert answer.content_type == "application/problem+json"
    assert answer.json["title"] and answer.json["code"]


def test_a_list_is_signed_anew_every_quarter_of_an_hour(issuer):
    uri = _issued(issuer).claims()["status"]["status_list"]["uri"]
    first = _fetch(issuer, uri)
    issuer.clock.advance(seconds=899)
    same = _fetch(issuer, uri)
    issuer.clock.advance(seconds=1)
    new = _fetch(issuer, uri)

    assert first.data == same.data != new.data
    assert first.headers["ETag"] == same.headers["ETag"] != new.headers["ETag"]
    assert _fetch(issuer, uri, **{"If-None-Match": new.headers["ETag"]}).status_code == 304


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("application/statuslist+jwt", 200),
        ("*/*", 200),
        ("application/*;q=0.5", 200),
        ("application/statuslist+cwt", 406),
        ("text/html", 406),
    ],
)
def test_the_list_comes_only_in_a_form_that_is_accepted(issuer, accept, status):
    uri = _issued(issuer).claims()["status"]["status_list"]["uri"]

    assert _fetch(issuer, uri, Accept=accept).status_code == status


def test_the_list_may_be_compressed_and_knows_only_the_present(issuer):
    uri = _issued(issuer).claims()["status"]["status_list"]["uri"]
    plain, packed = _fetch(issuer, uri), _fetch(issuer, uri, **{"Accept-Encoding": "gzip"})

    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert _fetch(issuer, f"{uri}?time=1795521600").status_code == 501


@pytest.mark.threat("074")
def test_a_full_list_is_followed_by_another_and_stays_published(issuer, monkeypatch):
    monkeypatch.setattr("issuer.store.claims.FILL_LIMIT", 2)
    credentials = [_issued(issuer) for _ in range(6)]
    uris = {each.claims()["status"]["status_list"]["uri"] for each in credentials}

    listed = issuer.open("GET", "/municipality/statuslists").json["status_lists"]

    assert len(uris) >= 3
    assert set(listed) >= uris
    assert all(_fetch(issuer, uri).status_code == 200 for uri in uris)


def test_lists_are_published_before_the_first_credential(issuer):
    made = open_status_lists(ports=issuer.app.extensions["ports"])
    again = open_status_lists(ports=issuer.app.extensions["ports"])

    assert made == again == issuer.count(status_lists) == 6
    assert issuer.open("GET", "/bank/statuslists/2").status_code == 200


@pytest.fixture
def workers(tmp_path, keys, migrated_url):
    """Two processes over one database, with one clock."""
    url = migrated_url("issuer.store")
    one = make_place(tmp_path, keys, url)
    other = make_place(tmp_path, keys, url, clock=one.clock)
    yield one, other
    one.database.dispose()
    other.database.dispose()


@pytest.mark.threat("075")
def test_a_revocation_shows_in_every_worker_within_a_second(workers):
    one, other = workers
    credential = _issued(one)
    idx = credential.claims()["status"]["status_list"]["idx"]
    assert _verified(other, credential).status_at(idx) == 0

    _revoke(one, credential)
    here, there = _verified(one, credential).status_at(idx), _verified(other, credential).status_at(idx)
    one.clock.advance(seconds=1)

    assert (here, there) == (1, 0)
    assert _verified(other, credential).status_at(idx) == 1


def test_workers_give_the_same_token_under_the_same_name(workers):
    one, other = workers
    uri = _issued(one).claims()["status"]["status_list"]["uri"]

    first, second = _fetch(one, uri), _fetch(other, uri)

    assert first.data == second.data and first.headers["ETag"] == second.headers["ETag"]


def test_a_list_in_memory_is_given_without_the_database(issuer, monkeypatch):
    uri = _issued(issuer).claims()["status"]["status_list"]["uri"]
    first = _fetch(issuer, uri)
    monkeypatch.setattr(StatusTable, "kept", lambda *_: pytest.fail("asked"))

    again, packed = _fetch(issuer, uri), _fetch(issuer, uri, **{"Accept-Encoding": "gzip"})

    assert first.data == again.data == gzip.decompress(packed.data)


def test_a_second_revocation_reads_only_what_is_new(issuer, monkeypatch):
    credentials = [_issued(issuer) for _ in range(4)]
    uri = credentials[0].claims()["status"]["status_list"]["uri"]
    here = [each for each in credentials if each.claims()["status"]["status_list"]["uri"] == uri]
    read, revoked = [], StatusTable.revoked

    def remember(*given, **options):
        read.append(len(revoked(*given, **options)))
        return revoked(*given, **options)

    monkeypatch.setattr(StatusTable, "revoked", remember)
    for each in here:
        _revoke(issuer, each)
        _verified(issuer, each)

    assert read == [1] * len(here)
    assert all(
        _verified(issuer, each).status_at(each.claims()["status"]["status_list"]["idx"]) for each in here
    )


def test_a_list_that_changed_while_the_database_was_asked_is_asked_again():
    published = Published()
    signed = Signed.of("token", revision=0, signed_at=NOON)

    changes = published.changes
    published.changed()
    published.learnt(signed, asked_at=NOON, changes=changes)

    assert published.current(now=NOON) is None
    published.learnt(signed, asked_at=NOON, changes=published.changes)
    assert published.current(now=NOON) is signed
    assert published.current(now=NOON - timedelta(seconds=1)) is None


def test_so_many_lists_are_remembered_and_no_more(monkeypatch):
    monkeypatch.setattr("issuer.domain.published.MOST", 2)
    lists = PublishedLists()
    first = lists.of("bank", 1)

    for number in (2, 3):
        lists.of("bank", number)

    assert lists.of("bank", 3) is lists.of("bank", 3)
    assert lists.of("bank", 1) is not first
