"""The status list of the receipts: what the register says, the moment it says so."""

import gzip
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from openid4vc.jose.jws import parse_jws
from openid4vc.jose.x5c import parse_x5c, verify_x5c
from openid4vc.status.token import STATUS_LIST_MEDIA_TYPE, STATUS_LIST_TYP, verify_status_list_token
from tests.verifier.helpers.desk import OWN
from tests.verifier.helpers.holder import Holder
from verifier.domain.receipt import LIST_ENTRIES

PATH = "/receipts/statuslists/1"


def fetched(desk, **headers):
    said = desk.client().get(PATH, headers=headers)
    assert said.status_code == 200, said.data
    return said


def status_of(desk, holder):
    """What a verifier of receipts learns."""
    token = fetched(desk).get_data(as_text=True)
    chain = verify_x5c(
        parse_x5c(parse_jws(token, expected_typ=STATUS_LIST_TYP).header),
        anchors=[desk.pki.issuers_ca.root],
        now=desk.clock.now,
    )
    verified = verify_status_list_token(
        token,
        expected_uri=f"{OWN}{PATH}",
        expected_chain=chain,
        anchors=[desk.pki.issuers_ca.root],
        now=desk.clock.now,
    )
    assert chain.key == desk.pki.receipts.key.public
    return verified.status_at(holder.claims()["status"]["status_list"]["idx"])


def withdrawn(desk, holder):
    return holder.withdraw()


def used(desk, holder):
    return desk.use(holder.opened)


@pytest.mark.parametrize("end", [withdrawn, used])
def test_a_receipt_ends_the_moment_its_mandate_ends(any_desk, end):
    holder, other = Holder.of_granted(any_desk).collects(), Holder.of_granted(any_desk).collects()
    before = status_of(any_desk, holder)

    assert end(any_desk, holder).status_code == 200

    assert (before, status_of(any_desk, holder), status_of(any_desk, other)) == (0, 1, 0)


def test_a_use_that_was_refused_changes_no_status(desk):
    holder = Holder.of_granted(desk, completed=False).collects()

    assert desk.use(holder.opened).json["code"] == "mandate_not_granted"
    assert status_of(desk, holder) == 0


def test_a_receipt_that_was_on_its_way_when_the_mandate_ended_is_not_valid(desk):
    holder = Holder.of_granted(desk).collects(tells=False)
    desk.use(holder.opened)

    assert status_of(desk, holder) == 1
    assert holder.ask().json["error"] == "credential_request_denied"


def test_places_are_random_and_each_is_given_once(any_desk):
    holders = [Holder.of_granted(any_desk).gets_token() for _ in range(6)]

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(lambda holder: holder.collects(), holders))
    places = [holder.claims()["status"]["status_list"]["idx"] for holder in holders]

    assert len(set(places)) == len(places)
    assert all(0 <= place < LIST_ENTRIES for place in places)
    assert places != sorted(places) or max(places) - min(places) > len(places)


def test_a_list_that_is_half_full_is_followed_by_another(desk, monkeypatch):
    monkeypatch.setattr("verifier.store.receipts.FILL_LIMIT", 1)
    first, second = Holder.of_granted(desk).collects(), Holder.of_granted(desk).collects()

    uris = [one.claims()["status"]["status_list"]["uri"] for one in (first, second)]

    assert uris == [f"{OWN}/receipts/statuslists/1", f"{OWN}/receipts/statuslists/2"]
    assert desk.client().get("/receipts/statuslists").json == {"status_lists": uris}


def test_a_taken_place_is_not_given_again(desk, monkeypatch):
    drawn = iter([5, 5, 6])
    monkeypatch.setattr("verifier.usecases.issue_receipt.secrets.randbelow", lambda _: next(drawn))

    places = [Holder.of_granted(desk).collects().claims()["status"]["status_list"]["idx"] for _ in range(2)]

    assert places == [5, 6]


def test_the_token_says_how_long_it_may_be_kept(desk):
    claims = parse_jws(fetched(desk).get_data(as_text=True), expected_typ=STATUS_LIST_TYP).claims()

    assert (claims["sub"], claims["ttl"]) == (f"{OWN}{PATH}", 900)
    assert claims["exp"] - claims["iat"] == 24 * 3600


def test_an_unchanged_list_is_not_signed_again_before_its_ttl(desk):
    first = fetched(desk).data
    Holder.of_granted(desk)
    desk.advance(minutes=14)
    same = fetched(desk).data
    desk.advance(minutes=2)

    assert same == first
    assert fetched(desk).data != first


def test_a_clock_that_was_set_back_does_not_keep_a_token_for_ever(desk):
    first = fetched(desk).data
    desk.clock.now -= timedelta(days=1)

    assert fetched(desk).data != first


def test_the_list_travels_small_and_only_when_it_changed(desk):
    plain = fetched(desk)
    packed = fetched(desk, **{"Accept-Encoding": "gzip"})
    unchanged = desk.client().get(PATH, headers={"If-None-Match": plain.headers["ETag"]})

    assert plain.content_type == STATUS_LIST_MEDIA_TYPE
    assert gzip.decompress(packed.data) == plain.data
    assert (unchanged.status_code, unchanged.data) == (304, b"")
    assert "max-age=60" in plain.headers["Cache-Control"]
    assert plain.headers["Access-Control-Allow-Origin"] == "*"


def test_what_is_not_published_is_refused(desk):
    client = desk.client()

    assert client.get("/receipts/statuslists/9").status_code == 404
    assert client.get(PATH, headers={"Accept": "text/html"}).status_code == 406
    assert client.get(f"{PATH}?time=1").status_code == 501
