"""Receipts as the wallet judges and keeps them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from consent.receipts import GrantReceipt
from openid4vc.errors import CheckFailed, Malformed
from wallet.domain.card import Card, CardId, Organisation
from wallet.domain.mandate import GrantedMandate, MandateId
from wallet.domain.offer import Grant
from wallet.domain.receipt_refusals import ReceiptNotGiven
from wallet.domain.receipts import is_receipt, mandate_of, require_receipt_of
from wallet.domain.request import RequestId
from wallet.domain.words import Words
from wallet.usecases.collect_receipt import _require_own

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
DESK = "http://localhost:8003"


@pytest.fixture
def granted(town):
    """A mandate as the wallet keeps it."""
    mandate_id = town.grants().json["mandate"]["id"]
    document = town.call("GET", f"/mandates/{mandate_id}").json["mandate"]
    return GrantedMandate(
        id=MandateId(mandate_id),
        request_id=RequestId("r"),
        document=document,
        text={"nl": "", "en": ""},
        asker="desk",
        state_uri=document["revocation_uri"].removesuffix("/revoke"),
        revocation_uri=document["revocation_uri"],
        decision_uri="",
        read_statement="",
        granted_at=NOON,
        expires_at=NOON + timedelta(days=14),
    )


def claims_of(granted):

    return GrantReceipt.of(mandate_of(granted), granted_at=NOON).model_dump(mode="json", exclude_none=True)


def test_a_receipt_that_says_what_was_granted_is_one(granted):
    said = claims_of(granted)

    assert require_receipt_of(granted, said).mandate_id == granted.id


@pytest.mark.parametrize(
    "changed",
    [
        {"mandate_id": "AAAAAAAAAAAAAAAAAAAAAA"},
        {"mandatary": {"id": "NTRNL-00000009", "name": "Somebody else"}},
        {"addressee": {"id": "NTRNL-00000009", "name": "Somebody else"}},
        {"purpose": "another-purpose"},
        {"actions": ["request"]},
        {"not_before": 1},
        {"expires_at": 1 << 31},
        {"text_sha256": "A" * 43},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_a_receipt_that_says_anything_else_is_refused(granted, changed):
    with pytest.raises((CheckFailed, Malformed)):
        require_receipt_of(granted, claims_of(granted) | changed)


@pytest.mark.parametrize("changed", [{"max_uses": 2}, {"given_name": "Noor"}])
def test_a_receipt_that_says_more_is_none(granted, changed):
    with pytest.raises(Malformed):
        require_receipt_of(granted, claims_of(granted) | changed)


class Offered:
    """An offer with one card of the desk, unless a test says otherwise."""

    def __init__(self, **changed):
        self.issuer = Organisation(f"{DESK}/receipts", Words("", ""))
        self.cards, self.grant, self.code_field = (object(),), Grant.PRE, None
        vars(self).update(changed)


def test_a_receipt_is_taken_from_the_place_of_the_mandate_only(granted):
    home = replace(granted, revocation_uri=f"{DESK}/mandates/x/revoke")

    _require_own(Offered(), home)
    for changed in (
        {"issuer": Organisation("http://localhost:8001/bank", Words("", ""))},
        {"cards": (object(), object())},
        {"grant": Grant.CODE},
        {"code_field": object()},
    ):
        with pytest.raises(ReceiptNotGiven):
            _require_own(Offered(**changed), home)


@pytest.mark.parametrize(
    ("issuer", "vct", "expected"),
    [
        (f"{DESK}/receipts", f"{DESK}/vct/mandate-receipt/1", True),
        (f"{DESK}/receipts", f"{DESK}/vct/identity/1", False),
        ("http://localhost:8001/bank", f"{DESK}/vct/mandate-receipt/1", False),
        ("http://localhost:8001/receipts", f"{DESK}/vct/mandate-receipt/1", False),
    ],
)
def test_only_a_card_of_the_register_itself_is_shown_as_receipt(issuer, vct, expected):
    card = Card(
        id=CardId("c"),
        issuer=Organisation(issuer, Words("", "")),
        vct=vct,
        configuration_id="mandate-receipt",
        name=Words("", ""),
        fields=(),
        claims={},
        disclosable=(),
        authority_key_ids=frozenset(),
        collected_at=NOON,
        expires_at=None,
    )

    assert is_receipt(card) is expected


def test_a_desk_that_gives_no_receipts_leaves_the_mandate_as_it_is(town):
    granted = town.grants().json["mandate"]

    kept = town.call("GET", f"/mandates/{granted['id']}").json

    assert kept["state"] == "granted"
    assert kept["receipts"] == {"grant_card": None, "use": None, "use_missing": None}


def test_collecting_wants_the_pin(town):
    granted = town.grants().json["mandate"]

    refused = town.call("POST", f"/mandates/{granted['id']}/receipt", {"pin": "000000"})

    assert (refused.status_code, refused.json["code"]) == (403, "wrong_pin")


def test_nobody_else_s_mandate_has_a_receipt_here(town):
    granted = town.grants().json["mandate"]
    town.join("Henk")

    refused = town.call("POST", f"/mandates/{granted['id']}/receipt", {"pin": "482913"}, who="Henk")

    assert refused.status_code == 404
