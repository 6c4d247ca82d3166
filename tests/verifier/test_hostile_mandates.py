"""Signatures over another mandate, none, or the same one again (THREATS C6)."""

import json
from hashlib import sha256

import pytest

from openid4vc.jose import base64url, strict_json
from openid4vc.sdjwt.present import HeldSdJwt
from openid4vc.vp.transaction_data import transaction_data_hash
from tests.verifier.helpers.desk import code_of
from tests.verifier.helpers.plain import NOW, Question, jws, merged
from tests.verifier.helpers.watch import watching


@pytest.fixture
def desk_settings():
    """Answers in the clear, because they are taken apart here."""
    return {"response_mode": "direct_post"}


def signed(desk, request, **claims):
    """A good answer whose identity is bound by a key-binding JWT with these claims."""
    fields = desk.answer_fields(request)
    token = json.loads(fields["vp_token"])
    card = desk.cards["identity"]
    (wanted,) = [one for one in request["dcql_query"]["credentials"] if one["id"] == "identity"]
    shown = HeldSdJwt(card.issued).select([tuple(claim["path"]) for claim in wanted["claims"]])
    whole = {
        "iat": NOW,
        "aud": request["client_id"],
        "nonce": request["nonce"],
        "sd_hash": base64url.encode(sha256(shown.encode()).digest()),
        "transaction_data_hashes": [transaction_data_hash(one) for one in request["transaction_data"]],
        "transaction_data_hashes_alg": "sha-256",
        "jti": "a-jti-of-this-answer-only",
    }
    binding = jws({"alg": "ES256", "typ": "kb+jwt"}, merged(whole, claims), card.key.sign)
    return fields | {"vp_token": json.dumps(token | {"identity": [shown + binding]})}


def refuses(desk, fields):
    with watching(desk) as seen:
        said = desk.answer(fields)
    assert said.status_code == 400
    assert not seen.changed
    (line,) = seen.refused()
    return line["check"]


@pytest.fixture
def request_(desk):
    return desk.ask(desk.start())


def test_an_honest_signature_is_a_mandate(desk, request_):
    assert desk.answer(signed(desk, request_)).status_code == 200


@pytest.mark.threat("262")
def test_a_signature_without_the_mandate_is_refused(desk, request_):
    claims = {"transaction_data_hashes": None, "transaction_data_hashes_alg": None}

    assert refuses(desk, signed(desk, request_, **claims)) == "transaction_data"


@pytest.mark.threat("263")
def test_a_signature_over_another_text_is_refused(desk, request_):
    other = desk.ask(desk.start())["transaction_data"][0]
    hashes = [transaction_data_hash(other)]

    assert refuses(desk, signed(desk, request_, transaction_data_hashes=hashes)) == "transaction_data"


@pytest.mark.threat("264")
def test_a_hash_of_the_content_or_in_hexadecimal_is_refused(desk, request_):
    (encoded,) = request_["transaction_data"]
    content = base64url.encode(sha256(base64url.decode(encoded)).digest())
    for value in (content, sha256(encoded.encode()).hexdigest()):
        check = refuses(desk, signed(desk, request_, transaction_data_hashes=[value]))

        assert check == "transaction_data"


@pytest.mark.threat("265")
@pytest.mark.parametrize("alg", [None, "sha-512", "SHA-256", ["sha-256"], 256])
def test_another_way_to_hash_than_the_asked_one_is_refused(desk, request_, alg):
    check = refuses(desk, signed(desk, request_, transaction_data_hashes_alg=alg))

    assert check == "transaction_data"


@pytest.mark.threat("262")
@pytest.mark.parametrize("change", [lambda one: [], lambda one: one * 2, lambda one: one[0], lambda one: [5]])
def test_fewer_more_or_other_hashes_are_refused(desk, request_, change):
    hashes = change([transaction_data_hash(request_["transaction_data"][0])])

    refuses(desk, signed(desk, request_, transaction_data_hashes=hashes))


@pytest.mark.threat("267")
def test_the_mandate_in_the_binding_of_another_card_is_refused(desk, request_):
    def sign_too(name, how):
        if name == "account":
            how |= {"transaction_data": request_["transaction_data"], "send_alg": True, "jti": "j" * 20}

    assert refuses(desk, desk.answer_fields(request_, change=sign_too)) == "transaction_data"


@pytest.mark.threat("268")
def test_hashes_that_nobody_asked_for_are_refused(desk, question, forge):
    claims = {"transaction_data_hashes": ["AAAA"], "transaction_data_hashes_alg": "sha-256"}

    check = question.refuses(question.present(forge.card(), forge.holder, claims=claims))

    assert check == "transaction_data"


@pytest.mark.threat("269")
def test_an_old_signature_does_not_sign_the_next_mandate(desk):
    old = signed(desk, desk.ask(desk.start()))
    desk.answer(old)
    following = desk.ask(desk.start())

    assert refuses(desk, old | {"state": following["state"]}) in ("key_binding_nonce", "transaction_data")


@pytest.mark.threat("270")
def test_a_case_that_changed_meanwhile_is_not_granted(any_desk):
    opened = any_desk.start()
    fields = any_desk.answer_fields(any_desk.ask(opened))
    with any_desk.app.extensions["ports"].store.register.database.begin() as connection:
        connection.exec_driver_sql("UPDATE mandate SET transaction_data = 'another text'")

    assert refuses(any_desk, fields) == "already_answered"


@pytest.mark.threat("271")
def test_facts_beside_the_mandate_change_nothing(desk):
    opened = desk.start()
    fields = desk.answer_fields(desk.ask(opened))
    beside = {"amount": "99999", "iban": "NL99XXXX", "bsn": "1", "mandate_id": "other"}
    code = code_of(desk.answer(fields | beside))

    assert desk.complete(opened, code).status_code == 200
    said = desk.client().post(
        f"/api/v1/mandates/{opened.mandate_id}/use",
        json={"refund_eur": 99999},
        headers={"Idempotency-Key": "k"},
    )
    assert said.json["decision"]["refund_eur"] == 2809


@pytest.mark.threat("272")
def test_a_subject_who_is_not_the_subject_of_the_case_consumes_nothing(desk):
    opened = desk.start()
    request = desk.ask(opened)

    def show_less(name, how):
        if name == "identity":
            how["paths"] = [path for path in how["paths"] if path != ("personal_administrative_number",)]

    assert refuses(desk, desk.answer_fields(request, change=show_less)) == "dcql_claims"
    assert desk.state(opened) == "proposed"
    assert desk.answer(desk.answer_fields(request)).status_code == 200


@pytest.mark.threat("273")
def test_a_number_of_a_signature_counts_once(desk):
    first, second = desk.ask(desk.start()), desk.ask(desk.start())
    desk.answer(signed(desk, first))

    assert refuses(desk, signed(desk, second)) == "already_answered"


@pytest.mark.threat("273")
@pytest.mark.parametrize("jti", [None, "", 5])
def test_a_signature_without_a_number_is_refused(desk, request_, jti):
    refuses(desk, signed(desk, request_, jti=jti))


@pytest.mark.threat("274")
def test_a_mandate_that_ended_before_the_answer_is_not_granted(desk):
    opened = desk.start()
    fields = desk.answer_fields(desk.ask(opened))
    desk.advance(minutes=10)

    assert refuses(desk, fields) == "unknown_state"
    assert desk.state(opened) == "expired"


@pytest.mark.threat("274")
def test_a_mandate_that_was_declined_meanwhile_is_not_granted(any_desk):
    opened = any_desk.start()
    fields = any_desk.answer_fields(any_desk.ask(opened))
    with any_desk.app.extensions["ports"].store.register.database.begin() as connection:
        connection.exec_driver_sql("UPDATE mandate SET state = 'declined'")

    assert refuses(any_desk, fields) == "already_answered"


def test_the_question_holds_the_text_as_it_was_stored(desk, request_):
    (encoded,) = request_["transaction_data"]

    assert strict_json.loads(base64url.decode(encoded))["max_uses"] == 1
    assert Question.asked(desk).request.keys() & {"transaction_data"} == set()
