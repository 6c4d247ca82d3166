"""Every way to answer wrongly: HTTP 400 without a hint, nothing changed, one audit line (THREATS C2-C7)."""

import json
from datetime import timedelta

import pytest

from openid4vc.jose import base64url, strict_json
from openid4vc.jose.keys import SigningKey
from tests.verifier.helpers.cards import account_claims, assessment_claims, identity_claims, issue
from tests.verifier.helpers.desk import code_of
from tests.verifier.helpers.pki import ISSUER, NOON
from tests.verifier.helpers.watch import watching


@pytest.fixture
def desk_settings():
    """Answers in the clear, because they are taken apart here."""
    return {"response_mode": "direct_post"}


def refuses(desk, fields, check):
    """The one shape of a refused answer."""
    with watching(desk) as seen:
        said = desk.answer(fields)

    assert said.status_code == 400
    assert said.json == {"error": "invalid_request", "error_description": "the response was not accepted"}
    assert said.headers["Cache-Control"] == "no-store"
    assert not seen.changed
    assert [line["check"] for line in seen.refused()] == [check]


def only(query_id, **changed):
    """Spoil one presentation before it is signed."""

    def change(name, how):
        if name == query_id:
            how.update(changed)

    return change


def other_text(encoded):
    document = strict_json.loads(base64url.decode(encoded))
    return base64url.encode(strict_json.dumps(document | {"tax_years": [2021, 2022, 2023]}))


SIGNED_WRONGLY = {
    "wrong nonce": ({"nonce": "another-nonce"}, "key_binding_nonce"),
    "wrong audience": ({"audience": "x509_hash:somebody-else"}, "key_binding_audience"),
    "audience without prefix": ({"audience": "somebody"}, "key_binding_audience"),
    "signed a year ago": ({"iat": NOON - timedelta(days=365)}, "key_binding_iat"),
    "signed just too long ago": ({"iat": NOON - timedelta(seconds=301)}, "key_binding_iat"),
    "signed in the future": ({"iat": NOON + timedelta(seconds=61)}, "key_binding_iat"),
}


@pytest.mark.parametrize(("changed", "check"), SIGNED_WRONGLY.values(), ids=SIGNED_WRONGLY)
@pytest.mark.parametrize("query_id", ["identity", "assessment_2023", "account"])
def test_a_presentation_for_another_question_is_refused(desk, query_id, changed, check):
    request = desk.ask(desk.start())

    refuses(desk, desk.answer_fields(request, change=only(query_id, **changed)), check)


def test_a_key_of_somebody_else_is_refused(desk):
    request = desk.ask(desk.start())
    fields = desk.answer_fields(request, change=only("identity", key=SigningKey.generate()))

    refuses(desk, fields, "key_binding_signature")


def test_a_presentation_without_key_binding_is_refused(desk):
    fields = desk.answer_fields(desk.ask(desk.start()))
    token = json.loads(fields["vp_token"])
    token["account"] = [token["account"][0].rpartition("~")[0] + "~"]

    refuses(desk, fields | {"vp_token": json.dumps(token)}, "key_binding_missing")


def test_the_same_mandate_text_is_signed_or_nothing(desk):
    request = desk.ask(desk.start())
    other = [other_text(request["transaction_data"][0])]

    refuses(
        desk, desk.answer_fields(request, change=only("identity", transaction_data=other)), "transaction_data"
    )


def test_a_signature_without_the_mandate_is_refused(desk):
    request = desk.ask(desk.start())
    left_out = only("identity", transaction_data=[], send_alg=False)

    refuses(desk, desk.answer_fields(request, change=left_out), "transaction_data")


def test_the_algorithm_that_was_asked_must_be_named(desk):
    request = desk.ask(desk.start())

    refuses(desk, desk.answer_fields(request, change=only("identity", send_alg=False)), "transaction_data")


def test_the_mandate_is_not_signed_with_another_card(desk):
    request = desk.ask(desk.start())
    signed = {"transaction_data": request["transaction_data"], "send_alg": True, "jti": "j" * 20}

    refuses(desk, desk.answer_fields(request, change=only("account", **signed)), "transaction_data")


def test_a_signature_is_counted_once(desk):
    first, second = desk.start(), desk.start()
    same = only("identity", jti="the-same-jti-twice")
    desk.answer(desk.answer_fields(desk.ask(first), change=same))

    refuses(desk, desk.answer_fields(desk.ask(second), change=same), "already_answered")


def test_a_changed_value_is_refused(desk):
    fields = desk.answer_fields(desk.ask(desk.start()))
    token = json.loads(fields["vp_token"])
    jwt, *disclosures, binding = token["assessment_2023"][0].split("~")
    salt, name, _ = strict_json.loads(base64url.decode(disclosures[3]))
    disclosures[3] = base64url.encode(strict_json.dumps([salt, name, 1]))
    token["assessment_2023"] = ["~".join([jwt, *disclosures, binding])]

    refuses(desk, fields | {"vp_token": json.dumps(token)}, "disclosure_unreferenced")


def test_a_disclosure_added_after_signing_is_refused(desk):
    fields = desk.answer_fields(desk.ask(desk.start()))
    token = json.loads(fields["vp_token"])
    shown = set(token["identity"][0].split("~"))
    kept = next(part for part in desk.cards["identity"].issued.split("~") if part and part not in shown)
    head, _, binding = token["identity"][0].rpartition("~")
    token["identity"] = [f"{head}~{kept}~{binding}"]

    refuses(desk, fields | {"vp_token": json.dumps(token)}, "sd_hash")


def test_more_than_was_asked_is_refused(desk):
    request = desk.ask(desk.start())

    def show_birthdate(name, how):
        if name == "identity":
            how["paths"] = [*how["paths"], ("birthdate",)]

    refuses(desk, desk.answer_fields(request, change=show_birthdate), "surplus")


def test_less_than_was_asked_is_refused(desk):
    request = desk.ask(desk.start())

    def keep_one(name, how):
        if name == "assessment_2022":
            how["paths"] = how["paths"][1:]

    refuses(desk, desk.answer_fields(request, change=keep_one), "dcql_claims")


@pytest.fixture
def by(pki):
    return pki.issuers


def with_card(desk, query_id, card):
    return desk.answer_fields(desk.ask(desk.start()), cards={**desk.cards, query_id: card})


def test_an_expired_card_is_refused(desk, by):
    past = int((NOON - timedelta(hours=1)).timestamp())
    card = issue("municipality", "identity", identity_claims(), by=by["municipality"], idx=1, exp=past)

    refuses(desk, with_card(desk, "identity", card), "expired")


def test_an_unknown_issuer_is_refused(desk, pki):
    stranger = pki.foreign_ca.party("municipality", "NTRNL-00000003", f"{ISSUER}/municipality")
    card = issue("municipality", "identity", identity_claims(), by=stranger, idx=1)

    refuses(desk, with_card(desk, "identity", card), "x5c_path")


def test_an_issuer_of_another_kind_is_refused(desk, by):
    card = issue("municipality", "identity", identity_claims(), by=by["bank"], idx=1)

    refuses(desk, with_card(desk, "identity", card), "issuer")


def test_a_card_of_another_kind_is_refused(desk, by):
    card = issue("bank", "balance-statement", account_claims(), by=by["bank"], idx=1)

    refuses(desk, with_card(desk, "account", card), "vct")


def test_another_year_is_refused(desk, by):
    card = issue("tax-authority", "income-assessment", assessment_claims(2024), by=by["tax-authority"], idx=9)

    refuses(desk, with_card(desk, "assessment_2023", card), "dcql_claims")


@pytest.mark.threat("244")
@pytest.mark.threat("272")
def test_an_assessment_of_somebody_else_is_refused(desk, by):
    claims = assessment_claims(2023) | {"bsn": "999990020"}
    card = issue("tax-authority", "income-assessment", claims, by=by["tax-authority"], idx=9)

    refuses(desk, with_card(desk, "assessment_2023", card), "same_person")


def test_an_account_of_somebody_else_is_refused(desk, by):
    claims = account_claims() | {"tenaamstelling": "Sam Yilmaz"}
    card = issue("bank", "account-holder", claims, by=by["bank"], idx=9)

    refuses(desk, with_card(desk, "account", card), "same_person")


@pytest.mark.parametrize(
    ("value", "check"), [(1, "status_revoked"), (2, "status_suspended"), (3, "status_unknown")]
)
def test_only_a_valid_status_passes(desk, value, check):
    desk.wire.status["tax-authority"] = {3: value}

    refuses(desk, desk.answer_fields(desk.ask(desk.start())), check)


@pytest.mark.threat("287")
def test_a_card_without_status_is_refused(desk, by):
    card = issue("bank", "account-holder", account_claims(), by=by["bank"], idx=5, status=None)

    refuses(desk, with_card(desk, "account", card), "status_absent")


def test_a_status_list_at_another_host_is_never_fetched(desk, by):
    elsewhere = {"status_list": {"idx": 1, "uri": "http://localhost:9999/list"}}
    card = issue("bank", "account-holder", account_claims(), by=by["bank"], idx=5, status=elsewhere)

    refuses(desk, with_card(desk, "account", card), "status_host")
    assert not [url for url in desk.wire.asked if "9999" in url]


def test_an_unreachable_status_list_refuses_and_the_citizen_may_try_again(desk):
    opened = desk.start()
    fields = desk.answer_fields(desk.ask(opened))
    desk.wire.cut.add("status")

    refuses(desk, fields, "status_unavailable")
    desk.wire.cut.clear()
    assert desk.answer(fields).status_code == 200


def test_a_status_list_signed_by_somebody_else_is_refused(desk):
    desk.wire.signer["bank"] = "municipality"

    refuses(desk, desk.answer_fields(desk.ask(desk.start())), "status_signer")


def test_an_index_outside_the_list_is_refused(desk, by):
    card = issue("bank", "account-holder", account_claims(), by=by["bank"], idx=5000)

    refuses(desk, with_card(desk, "account", card), "status_index")


def test_a_status_list_is_fetched_once_for_many_answers(desk):
    for _ in range(3):
        desk.granted()

    assert len([url for url in desk.wire.asked if url.endswith("statuslists/1")]) == 3


def test_a_status_list_is_fetched_again_after_its_time_to_live(desk):
    desk.granted()
    desk.advance(seconds=901)
    desk.wire.status["bank"] = {5: 1}

    refuses(desk, desk.answer_fields(desk.ask(desk.start())), "status_revoked")


def test_no_status_is_fetched_before_the_card_itself_held(desk):
    request = desk.ask(desk.start())
    desk.answer(desk.answer_fields(request, change=only("account", nonce="another")))

    assert desk.wire.asked == []


def test_an_answer_that_nobody_asked_for_is_refused(desk):
    opened = desk.start()
    request = desk.ask(opened)
    with desk.app.extensions["ports"].store.register.database.begin() as connection:
        connection.exec_driver_sql("UPDATE presentation SET request_object = NULL")

    refuses(desk, desk.answer_fields(request), "never_asked")


def test_the_first_good_answer_closes_the_request(desk):
    request = desk.ask(desk.start())
    desk.answer(desk.answer_fields(request))

    refuses(desk, desk.answer_fields(request), "unknown_state")


@pytest.mark.threat("307")
@pytest.mark.threat("312")
def test_a_wallet_that_lost_the_answer_gets_it_again_and_nothing_happens(desk):
    fields = desk.answer_fields(desk.ask(desk.start()))
    first = desk.answer(fields)
    with watching(desk) as seen:
        again = desk.answer(fields)

    assert (again.status_code, again.data) == (200, first.data)
    assert not seen.changed


@pytest.mark.threat("307")
def test_once_the_result_was_claimed_the_same_bytes_are_refused(desk):
    opened = desk.start()
    fields = desk.answer_fields(desk.ask(opened))
    desk.complete(opened, code_of(desk.answer(fields)))

    refuses(desk, fields, "unknown_state")


@pytest.mark.threat("307")
def test_after_five_minutes_the_same_bytes_are_refused(desk):
    fields = desk.answer_fields(desk.ask(desk.start()))
    desk.answer(fields)
    desk.advance(minutes=5)

    refuses(desk, fields, "unknown_state")


def test_noise_does_not_burn_the_request(desk):
    opened = desk.start()
    request = desk.ask(opened)
    for _ in range(3):
        desk.answer(desk.answer_fields(request, change=only("identity", nonce="another")))

    assert desk.answer(desk.answer_fields(request)).status_code == 200


def test_a_late_answer_is_no_answer(desk):
    fields = desk.answer_fields(desk.ask(desk.start()))
    desk.advance(minutes=10)

    refuses(desk, fields, "unknown_state")
