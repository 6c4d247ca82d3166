from hashlib import sha256

import pytest

from consent.receipt import ConsentReceipt
from openid4vc.errors import Malformed
from openid4vc.jose import base64url, strict_json
from tests.consent.parts import MANDATE_ID, NOW, mandate
from tests.consent.test_screen import SCREEN, identity_question, screen_of

SENT = {(card.query_id, card.card_id): f"presentation-of-{card.query_id}" for card in SCREEN.shared}


def receipt(screen=SCREEN, sent=SENT):
    return ConsentReceipt.of(screen, receipt_id="r-1", at=NOW, presentations=sent)


def test_a_receipt_holds_no_value():
    kept = receipt().to_json().decode()
    values = [row.value for shown in SCREEN.shared for row in shown.rows if isinstance(row.value, str)]

    assert "999990019" in values
    assert not [value for value in values if value not in {"Gemeente Voorbeeldstad"} and value in kept]
    assert "42022" not in kept


def test_a_receipt_names_every_field_that_was_shared():
    named = [(card.query, field.path) for card in receipt().cards for field in card.fields]

    assert len(named) == sum(len(shown.rows) for shown in SCREEN.shared)
    assert ("identity", "personal_administrative_number") in named
    assert ("assessment_2024", "tariefsaanpassing") in named


def test_a_receipt_ties_the_screen_the_request_and_what_was_sent():
    made = receipt()

    assert made.screen_sha256 == SCREEN.digest()
    assert made.request_sha256 == SCREEN.request_sha256
    assert made.cards[0].presentation_sha256 == base64url.encode(sha256(b"presentation-of-identity").digest())


def test_a_receipt_names_the_mandate_and_how_long_data_are_kept():
    made = receipt()

    assert (made.mandate_id, made.mandate_text_sha256) == (MANDATE_ID, mandate().text_sha256)
    assert {card.retention for card in made.cards} == {"P30D"}


def test_a_receipt_of_sharing_without_a_mandate_names_none():
    screen = screen_of(identity_question(["given_name"]))

    (card,) = screen.shared

    made = receipt(screen, {("identity", card.card_id): "presentation"})

    assert (made.mandate_id, made.cards[0].retention) == (None, None)


def test_a_receipt_survives_being_kept():
    assert ConsentReceipt.from_json(receipt().to_json()) == receipt()


@pytest.mark.parametrize("sent", [{}, {"identity": "x"}, SENT | {"balance": "x"}])
def test_a_receipt_is_of_exactly_what_was_shown_and_sent(sent):
    with pytest.raises(ValueError, match="exactly"):
        receipt(SCREEN, sent)


@pytest.mark.parametrize(
    "change", [{"type": "x"}, {"values": {}}, {"shared_at": "now"}, {"cards": None}, {"receipt_id": ""}]
)
def test_what_is_no_receipt_is_refused(change):
    members = strict_json.loads_object(receipt().to_json())

    with pytest.raises(Malformed):
        ConsentReceipt.from_json(strict_json.dumps(members | change))
