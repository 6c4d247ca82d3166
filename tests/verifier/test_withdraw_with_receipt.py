"""Withdraw by presenting the receipt: final, and of a withdrawal and a use exactly one happens."""

import secrets
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from openid4vc.jose.keys import SigningKey
from openid4vc.sdjwt.issue import issue_sd_jwt_vc
from tests.verifier.helpers.desk import OWN
from tests.verifier.helpers.holder import ISSUER, Holder

PAIRS = 8


@pytest.fixture
def holder(desk):
    """A citizen with the receipt of a mandate that may be used."""
    return Holder.of_granted(desk).collects()


def code_of_refusal(said):
    assert said.status_code >= 400, said.data
    return said.json["code"]


def test_the_receipt_takes_the_mandate_back_for_good(desk, holder):
    said = holder.withdraw()

    assert said.json == {"mandate": {"id": holder.opened.mandate_id, "state": "revoked"}}
    assert desk.use(holder.opened).json["code"] == "mandate_revoked"
    assert desk.state(holder.opened) == "revoked"


def test_withdrawing_twice_gets_the_same_answer(holder):
    first, second = holder.withdraw(), holder.withdraw()

    assert first.json == second.json


@pytest.mark.threat("314")
def test_after_the_use_it_is_too_late_and_the_answer_says_so(desk, holder):
    desk.use(holder.opened)

    refused = holder.withdraw()

    assert (refused.status_code, code_of_refusal(refused)) == (409, "mandate_already_used")
    assert "cannot be undone" in refused.json["hint"] or "niet" in refused.json["hint"]
    assert desk.state(holder.opened) == "used"


@pytest.mark.threat("314")
def test_of_a_withdrawal_and_a_use_at_once_exactly_one_happens(any_desk):
    holders = [Holder.of_granted(any_desk).collects() for _ in range(PAIRS)]
    shown = [holder.presentation() for holder in holders]

    with ThreadPoolExecutor(2 * PAIRS) as threads:
        uses = [threads.submit(any_desk.use, holder.opened) for holder in holders]
        withdrawals = [
            threads.submit(holder.withdraw, one) for holder, one in zip(holders, shown, strict=True)
        ]
        used = [one.result().status_code for one in uses]
        withdrawn = [one.result().status_code for one in withdrawals]

    assert {(a, b) for a, b in zip(used, withdrawn, strict=True)} <= {(200, 409), (409, 200)}
    for holder, status in zip(holders, used, strict=True):
        assert any_desk.state(holder.opened) == ("used" if status == 200 else "revoked")


def test_a_nonce_is_good_for_one_try(desk, holder):
    shown = holder.presentation()
    holder.withdraw(shown[:-4] + "AAAA")

    assert code_of_refusal(holder.withdraw(shown)) == "receipt_refused"
    assert desk.state(holder.opened) == "granted"


def test_a_withdrawal_recorded_and_sent_again_is_refused(holder):
    shown = holder.presentation()
    holder.withdraw(shown)

    assert code_of_refusal(holder.withdraw(shown)) == "receipt_refused"


@pytest.mark.threat("319")
def test_the_receipt_of_another_mandate_takes_nothing_back(desk, holder):
    other = Holder.of_granted(desk).collects()
    audience = holder.revocation
    shown = other.presentation(audience=audience, nonce=holder.withdrawal_nonce())

    assert code_of_refusal(holder.withdraw(shown)) == "receipt_refused"
    assert desk.state(holder.opened) == "granted"


def test_a_nonce_of_another_mandate_is_worth_nothing(desk, holder):
    other = Holder.of_granted(desk)

    shown = holder.presentation(nonce=holder.withdrawal_nonce(other.opened))

    assert code_of_refusal(holder.withdraw(shown)) == "receipt_refused"


def test_a_nonce_for_key_proofs_is_worth_nothing(holder):
    assert code_of_refusal(holder.withdraw(holder.presentation(nonce=holder.nonce()))) == "receipt_refused"


def test_a_nonce_that_is_too_old_is_worth_nothing(desk, holder):
    nonce = holder.withdrawal_nonce()
    desk.advance(minutes=6)

    assert code_of_refusal(holder.withdraw(holder.presentation(nonce=nonce))) == "receipt_refused"


@pytest.mark.parametrize(
    "changed",
    [
        {"audience": OWN},
        {"key": SigningKey.generate()},
        {"iat_shift": timedelta(minutes=-30)},
        {"iat_shift": timedelta(minutes=5)},
    ],
    ids=["another address", "another key", "signed long ago", "signed in the future"],
)
def test_the_binding_is_to_this_address_this_key_and_now(desk, holder, changed):
    how = dict(changed)
    if "iat_shift" in how:
        how["iat"] = desk.clock.now + how.pop("iat_shift")

    assert code_of_refusal(holder.withdraw(holder.presentation(**how))) == "receipt_refused"
    assert desk.state(holder.opened) == "granted"


def test_a_changed_receipt_takes_nothing_back(desk, holder):
    head, payload, rest = holder.receipt.split(".")
    changed = ".".join([head, payload[:-2] + ("AA" if payload[-2:] != "AA" else "BB"), rest])

    said = holder.withdraw(holder.presentation(receipt=changed))

    assert code_of_refusal(said) == "receipt_refused"
    assert desk.state(holder.opened) == "granted"


def test_without_a_binding_the_receipt_takes_nothing_back(holder):
    assert code_of_refusal(holder.withdraw(holder.receipt)) == "receipt_refused"


@pytest.mark.parametrize("signer", ["municipality", "stranger"])
def test_a_receipt_that_somebody_else_signed_takes_nothing_back(desk, holder, signer):
    pki = desk.pki
    by = (
        pki.issuers["municipality"]
        if signer == "municipality"
        else pki.foreign_ca.party("desk", "NTRNL-00000001", ISSUER)
    )
    forged = issue_sd_jwt_vc(
        holder.claims(), disclosable=(), key=by.key, chain=by.chain, random_bytes=secrets.token_bytes
    )

    assert code_of_refusal(holder.withdraw(holder.presentation(receipt=forged))) == "receipt_refused"


def resigned(desk, holder, **claims):
    """A receipt under our own signature that says something else: as if we had made a mistake."""
    by = desk.pki.receipts
    return issue_sd_jwt_vc(
        holder.claims() | claims,
        disclosable=(),
        key=by.key,
        chain=by.chain,
        random_bytes=secrets.token_bytes,
    )


@pytest.mark.parametrize(
    "claims",
    [
        {"text_sha256": "A" * 43},
        {"status": {"status_list": {"idx": 7, "uri": f"{OWN}/receipts/statuslists/2"}}},
        {"exp": 1},
        {"max_uses": 2},
    ],
    ids=["another text", "another place", "expired", "an unknown claim"],
)
def test_a_receipt_that_says_something_else_takes_nothing_back(desk, holder, claims):
    forged = resigned(desk, holder, **claims)

    assert code_of_refusal(holder.withdraw(holder.presentation(receipt=forged))) == "receipt_refused"
    assert desk.state(holder.opened) == "granted"


def test_an_expired_mandate_needs_no_withdrawal(desk, holder):
    desk.advance(days=15)

    assert code_of_refusal(holder.withdraw()) == "receipt_refused"
    assert desk.state(holder.opened) == "expired"


def test_exactly_one_way_of_withdrawing_is_taken(desk, holder):
    path = f"/mandates/{holder.opened.mandate_id}/revoke"
    both = {
        "presentation": holder.presentation(),
        "statement": desk.statement(holder.opened, "revoke"),
    }

    assert desk.client().post(path, data=both).status_code == 400
    assert desk.client().post(path, data={}).status_code == 400
    assert desk.state(holder.opened) == "granted"


def test_the_statement_of_the_grant_still_withdraws(desk, holder):
    said = desk.say(holder.opened, "revoke", desk.statement(holder.opened, "revoke"))

    assert said.json["mandate"]["state"] == "revoked"


def test_an_unknown_mandate_gets_no_nonce(desk):
    assert desk.client().post("/mandates/unknown/revoke/nonce").status_code == 404
