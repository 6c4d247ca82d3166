"""Key bindings that are absent, somebody else's, or about something else (THREATS C4)."""

import hmac
from hashlib import sha256

import pytest

from openid4vc.jose import base64url
from openid4vc.jose.keys import SigningKey
from openid4vc.sdjwt.disclosure import make_disclosure
from tests.verifier.helpers.cards import Card, identity_claims, issue
from tests.verifier.helpers.plain import NOW, Question, names


def refuses(question, forge, **changed):
    return question.refuses(question.present(forge.card(), changed.pop("key", forge.holder), **changed))


@pytest.mark.threat("230")
@pytest.mark.parametrize("end", ["", "~"])
def test_a_presentation_that_nobody_signed_is_refused(question, forge, end):
    question.refuses(forge.card() + end)


@pytest.mark.threat("230")
def test_cutting_the_binding_off_does_not_help(question, forge):
    bound = question.present(forge.card(), forge.holder)

    assert question.refuses(bound.rpartition("~")[0] + "~") == "key_binding_missing"


@pytest.mark.threat("231")
def test_a_damaged_binding_is_refused(question, forge):
    def damaged(message):
        signature = bytearray(forge.holder.sign(message))
        signature[3] ^= 1
        return bytes(signature)

    assert refuses(question, forge, sign=damaged) == "key_binding_signature"


@pytest.mark.threat("232")
@pytest.mark.parametrize("aud", ["x509_hash:other", "http://localhost:8003", None, 5])
def test_a_binding_for_another_verifier_is_refused(question, forge, aud):
    assert refuses(question, forge, claims={"aud": aud}) == "key_binding_audience"


@pytest.mark.threat("232")
def test_our_name_of_another_kind_is_another_audience(desk, forge):
    question = Question.asked(desk, prefix="x509_san_dns")
    other = Question.asked(desk).request["client_id"]

    assert refuses(question, forge, claims={"aud": other}) == "key_binding_audience"


@pytest.mark.threat("234")
def test_a_nonce_wrong_absent_or_of_another_question_is_refused(desk, question, forge):
    running, finished = Question.asked(desk), Question.asked(desk)
    finished.answer(finished.present(forge.card(), forge.holder))

    for nonce in ("wrong", None, running.request["nonce"], finished.request["nonce"]):
        assert refuses(question, forge, claims={"nonce": nonce}) == "key_binding_nonce"


YEAR = 365 * 86400


@pytest.mark.threat("235")
@pytest.mark.parametrize("iat", [NOW - YEAR, NOW + YEAR, NOW - 301, NOW + 61, None, NOW + 0.5, str(NOW)])
def test_a_binding_outside_its_window_is_refused(question, forge, iat):
    refuses(question, forge, claims={"iat": iat})


@pytest.mark.threat("237")
@pytest.mark.parametrize("value", ["wrong", None])
def test_a_wrong_hash_of_what_was_shown_is_refused(question, forge, value):
    assert refuses(question, forge, claims={"sd_hash": value}) == "sd_hash"


@pytest.mark.threat("237")
def test_another_hash_function_is_refused(question, forge):
    shorter = base64url.encode(sha256(forge.card().encode()).digest()[:20])

    assert refuses(question, forge, claims={"sd_hash": shorter}) == "sd_hash"


@pytest.mark.threat("237")
@pytest.mark.parametrize("late", [0, 2], ids=["removed", "added"])
def test_disclosures_changed_after_signing_are_refused(question, forge, late):
    third = make_disclosure("salt-3-long-enough", "birthdate", "1984-03-02")
    whole = [*names(), third]
    kept = whole[:1] if late == 0 else whole
    signed = question.present(forge.card(disclosures=whole, shown=whole[:2]), forge.holder)
    binding = signed.rpartition("~")[2]
    jwt = signed.partition("~")[0]

    assert question.refuses("~".join([jwt, *kept, binding])) == "sd_hash"


@pytest.mark.threat("238")
@pytest.mark.parametrize("header", [{"typ": None}, {"typ": "JWT"}, {"alg": "none"}, {"crit": ["exp"]}])
def test_a_binding_of_another_kind_is_refused(question, forge, header):
    refuses(question, forge, header=header)


@pytest.mark.threat("238")
def test_a_binding_with_a_shared_secret_is_refused(question, forge):
    secret = str(forge.holder.public.jwk()).encode()

    check = refuses(
        question,
        forge,
        header={"alg": "HS256"},
        sign=lambda message: hmac.new(secret, message, sha256).digest(),
    )

    assert check == "jws_alg"


@pytest.mark.threat("239")
def test_a_binding_by_the_issuer_or_by_somebody_else_is_refused(question, forge):
    for key in (forge.by.key, SigningKey.generate(), question.desk.cards["identity"].key):
        assert refuses(question, forge, key=key) == "key_binding_signature"


@pytest.mark.threat("239")
def test_a_key_in_the_bindings_own_header_is_not_used(question, forge):
    intruder = SigningKey.generate()
    header = {"jwk": intruder.public.jwk()}

    check = refuses(question, forge, key=intruder, header=header)

    assert check in ("key_binding_signature", "jws_embedded_key")


@pytest.mark.threat("240")
@pytest.mark.parametrize(
    "cnf",
    [
        None,
        {},
        {"kid": "k"},
        {"jku": "http://localhost:9999/jwks"},
        {"x5u": "http://localhost:9999/x"},
        {"jwk": {"kty": "oct", "k": "AAAA"}},
        {"jwk": {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}},
        {"jwk": []},
        "text",
    ],
    ids=repr,
)
def test_a_card_bound_to_nothing_that_we_can_check_is_refused(question, forge, cnf):
    card = forge.card(claims={"cnf": cnf})

    question.refuses(question.present(card, forge.holder))
    assert question.desk.wire.asked == []


@pytest.mark.threat("240")
def test_a_card_that_holds_a_private_key_is_refused(question, forge):
    jwk = {**forge.holder.public.jwk(), "d": "AAAA"}

    question.refuses(question.present(forge.card(claims={"cnf": {"jwk": jwk}}), forge.holder))


@pytest.mark.threat("242")
def test_a_key_of_four_members_is_enough(question, forge):
    jwk = {name: forge.holder.public.jwk()[name] for name in ("kty", "crv", "x", "y")}
    card = forge.card(claims={"cnf": {"jwk": jwk}})

    assert question.answer(question.present(card, forge.holder)).status_code == 200


@pytest.mark.threat("243")
def test_two_bindings_one_in_the_middle_and_text_after_it_are_refused(question, forge):
    bound = question.present(forge.card(), forge.holder)
    jwt, first, *rest = bound.split("~")
    binding = rest[-1]

    for spoiled in (
        f"{bound}~{binding}",
        "~".join([jwt, binding, first, *rest]),
        "~".join([jwt, first, *rest[:-1], binding, ""]),
        f"{bound}~text",
        f"{bound}text",
    ):
        question.refuses(spoiled)


@pytest.mark.threat("244")
@pytest.mark.threat("245")
def test_cards_of_two_people_do_not_make_one_mandate(desk, pki):
    claims = identity_claims() | {"personal_administrative_number": "999990020"}
    other = issue("municipality", "identity", claims, by=pki.issuers["municipality"], idx=9)
    request = desk.ask(desk.start())

    said = desk.answer(desk.answer_fields(request, cards={**desk.cards, "identity": other}))

    assert said.status_code == 400


@pytest.mark.threat("245")
def test_a_binding_of_another_presentation_does_not_fit(question, forge):
    mine = question.present(forge.card(), forge.holder)
    other: Card = question.desk.cards["identity"]
    theirs = question.present(other.issued, other.key)

    question.refuses(theirs.rpartition("~")[0] + "~" + mine.rpartition("~")[2])
