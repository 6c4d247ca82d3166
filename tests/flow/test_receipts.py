"""Receipts through all services: collected with the grant, shown at withdrawal, signed twice after a use."""

import json
import secrets
from dataclasses import replace

import pytest

from chassis.outbound import PeerUnreachable
from consent.receipts import ReceiptAnchors, check_receipt
from demo.play import PIN, Walk
from demo.web_client import Caller, Refused
from openid4vc.status.token import STATUS_LIST_MEDIA_TYPE


@pytest.fixture
def walk(town):
    """Noor with her cards."""
    callers = [
        Caller(town.wire, town.place.urls()[name], {}) for name in ("issuer", "wallet", "verifier", "hub")
    ]
    walk = Walk(*callers, "noor")
    walk.open_wallet()
    walk.collect()
    return walk


def granted(walk):
    asked, screen = walk.ask()
    return walk.grant(asked, screen)["id"]


def seen(walk, mandate_id):
    return walk.wallet.get(f"/api/v1/mandates/{mandate_id}")


def cut(town, part):
    """From now on every address with this part in it is out of reach."""

    def tamper(method, url, answer):
        if part in url:
            raise PeerUnreachable("cut")
        return answer

    town.wire.tamper = tamper


def retry(walk, mandate_id):
    return walk.wallet.post(f"/api/v1/mandates/{mandate_id}/receipt", {"pin": PIN})


def test_the_receipt_comes_with_the_grant_and_is_a_card(town, walk):
    mandate_id = granted(walk)

    card_id = seen(walk, mandate_id)["receipts"]["grant_card"]
    (card,) = [card for card in walk.wallet.get("/api/v1/cards")["cards"] if card["id"] == card_id]

    assert card["vct"] == f"{town.url('verifier')}/vct/mandate-receipt/1"
    assert town.call("verifier", "GET", f"/cases/{mandate_id}").status_code == 404
    kept = town.apps["verifier"].extensions["ports"].store.receipts.find(mandate_id)
    assert kept.kept_at is not None


@pytest.mark.parametrize(
    "part", ["/receipts/offers", "/receipts/token", "/receipts/nonce", "/receipts/credential"]
)
def test_a_grant_stands_without_a_receipt_which_can_be_collected_later(town, walk, part):
    cut(town, part)
    mandate_id = granted(walk)
    before = seen(walk, mandate_id)
    town.wire.tamper = None

    after = retry(walk, mandate_id)

    assert (before["state"], before["receipts"]["grant_card"]) == ("granted", None)
    assert after["receipts"]["grant_card"] is not None
    assert retry(walk, mandate_id)["receipts"] == after["receipts"]


def test_a_credential_that_was_lost_on_the_way_is_made_again(town, walk):
    cut(town, "/receipts/statuslists")
    mandate_id = granted(walk)
    town.wire.tamper = None

    assert retry(walk, mandate_id)["receipts"]["grant_card"] is not None
    walk.wallet.post(f"/api/v1/mandates/{mandate_id}/withdraw", {"pin": PIN})
    assert walk.refusal_of_use(mandate_id) == "mandate_revoked"


def test_a_wallet_that_was_not_told_asks_with_its_key(town, walk):
    def forgetful(method, url, answer):
        if not url.endswith("/oid4vp/response"):
            return answer
        body = answer.body.replace(b"receipt_offer_uri", b"something_else")
        return replace(answer, body=body)

    town.wire.tamper = forgetful
    mandate_id = granted(walk)
    town.wire.tamper = None

    assert seen(walk, mandate_id)["receipts"]["grant_card"] is not None
    assert ("POST", f"{town.url('verifier')}/mandates/{mandate_id}/receipt-offer") in town.wire.seen


def test_the_receipt_of_another_mandate_is_not_kept(town, walk):
    cut(town, "/receipts/credential")
    first = granted(walk)
    (link,) = {url for method, url in town.wire.seen if "/receipts/offers/" in url}

    def swapped(method, url, answer):
        if not url.endswith("/oid4vp/response"):
            return answer
        return replace(
            answer, body=json.dumps(json.loads(answer.body) | {"receipt_offer_uri": link}).encode()
        )

    town.wire.tamper = swapped
    second = granted(walk)
    town.wire.tamper = None

    assert ("POST", f"{town.url('verifier')}/receipts/credential") in town.wire.seen
    assert seen(walk, second)["receipts"]["grant_card"] is None
    assert retry(walk, first)["receipts"]["grant_card"] is not None


def test_withdrawing_shows_the_receipt_and_is_final(town, walk):
    mandate_id = granted(walk)
    town.wire.seen.clear()

    walk.wallet.post(f"/api/v1/mandates/{mandate_id}/withdraw", {"pin": PIN})

    asked = [url.removeprefix(town.url("verifier")) for _, url in town.wire.seen if "/revoke" in url]
    assert asked == [f"/mandates/{mandate_id}/revoke/nonce", f"/mandates/{mandate_id}/revoke"]
    assert walk.refusal_of_use(mandate_id) == "mandate_revoked"
    assert seen(walk, mandate_id)["state"] == "revoked"


@pytest.mark.parametrize("trouble", ["deleted", "never collected"])
def test_without_a_receipt_the_key_of_the_grant_withdraws(town, walk, trouble):
    if trouble == "never collected":
        cut(town, "/receipts/")
    mandate_id = granted(walk)
    town.wire.tamper = None
    if trouble == "deleted":
        card_id = seen(walk, mandate_id)["receipts"]["grant_card"]
        stores = town.apps["wallet"].extensions["ports"].stores
        database = stores.cards.database
        with database.begin() as connection:
            connection.exec_driver_sql("DELETE FROM copies WHERE card_id = ?", (card_id,))

    walk.wallet.post(f"/api/v1/mandates/{mandate_id}/withdraw", {"pin": PIN})

    assert walk.refusal_of_use(mandate_id) == "mandate_revoked"


def test_a_receipt_that_is_not_taken_does_not_stand_in_the_way(town, walk):
    mandate_id = granted(walk)
    ports = town.apps["verifier"].extensions["ports"]
    town.apps["verifier"].extensions["ports"] = replace(ports, receipt_issuer=None)

    walk.wallet.post(f"/api/v1/mandates/{mandate_id}/withdraw", {"pin": PIN})

    assert walk.refusal_of_use(mandate_id) == "mandate_revoked"


def test_a_register_without_room_for_nonces_still_takes_the_key_of_the_grant(town, walk):
    mandate_id = granted(walk)
    full = replace(town.wire.get(town.url("verifier")), status=503)
    town.wire.tamper = lambda method, url, answer: full if url.endswith("/revoke/nonce") else answer

    walk.wallet.post(f"/api/v1/mandates/{mandate_id}/withdraw", {"pin": PIN})

    assert seen(walk, mandate_id)["state"] == "revoked"


def test_withdrawing_after_the_use_says_that_it_is_too_late(town, walk):
    mandate_id = granted(walk)
    walk.use(mandate_id, secrets.token_urlsafe(8))

    with pytest.raises(Refused) as refused:
        walk.wallet.post(f"/api/v1/mandates/{mandate_id}/withdraw", {"pin": PIN})

    assert refused.value.code == "mandate_already_used"
    assert seen(walk, mandate_id)["state"] == "used"


def test_after_the_use_the_wallet_holds_a_receipt_that_two_organisations_signed(town, walk):
    mandate_id = granted(walk)
    walk.use(mandate_id, secrets.token_urlsafe(8))

    text = seen(walk, mandate_id)["receipts"]["use"]

    anchors = town.apps["verifier"].extensions["ports"].trust.access_anchors
    checks = check_receipt(text, anchors=ReceiptAnchors(anchors, anchors, ()), at=town.clock())
    assert all(check.passed for check in checks)
    assert seen(walk, mandate_id)["receipts"]["use"] == text


def changed(spoil):
    """The wallet reads another receipt of the use than the desk gave."""
    return lambda method, url, answer: (
        replace(answer, body=spoil(answer.body)) if url.endswith("/receipt") else answer
    )


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (lambda body: body.replace(b'"receipt":"eyJ', b'"receipt":"eyK'), "receipt_desk_form"),
        (lambda body: body.split(b"~")[0] + b'","countersigned":false}', "receipt_form"),
        (lambda body: b"{}", "not_there"),
    ],
    ids=["changed", "signed by one side", "nothing"],
)
def test_a_receipt_of_the_use_that_is_missing_or_wrong_is_not_kept_and_is_named(town, walk, spoil, fault):
    mandate_id = granted(walk)
    walk.use(mandate_id, secrets.token_urlsafe(8))
    town.wire.tamper = changed(spoil)
    spoiled = seen(walk, mandate_id)["receipts"]
    town.wire.tamper = None

    assert (spoiled["use"], spoiled["use_missing"]) == (None, fault)
    assert seen(walk, mandate_id)["receipts"]["use"] is not None


def test_the_receipt_of_another_use_is_not_kept(town, walk):
    first, second = granted(walk), granted(walk)
    for mandate_id in (first, second):
        walk.use(mandate_id, secrets.token_urlsafe(8))
    other = seen(walk, first)["receipts"]["use"]
    town.wire.tamper = changed(lambda body: json.dumps({"receipt": other}).encode())

    spoiled = seen(walk, second)["receipts"]

    assert (spoiled["use"], spoiled["use_missing"]) == (None, "receipt_mandate")


def test_a_receipt_shown_anywhere_is_valid_only_while_its_mandate_is_granted(town, walk):
    mandate_id = granted(walk)
    path = "/receipts/statuslists/1"
    before = town.call("verifier", "GET", path, headers={"Accept": STATUS_LIST_MEDIA_TYPE}).data
    walk.use(mandate_id, secrets.token_urlsafe(8))

    assert town.call("verifier", "GET", path).data != before
