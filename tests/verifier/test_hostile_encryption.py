"""Encrypted answers for another key, in another way, or with something else inside (THREATS C8)."""

import json
import time

import pytest
from sqlalchemy import select

from openid4vc.jose import base64url, strict_json
from openid4vc.jose.jwe import DecryptionKey, EncryptionKey, encrypt_jwe
from tests.verifier.helpers.plain import Question
from verifier.store.tables import presentation


@pytest.fixture
def secret(desk):
    """A question that wants its answer encrypted."""
    return Question.asked(desk, mode="direct_post.jwt")


def jwk_of(question):
    (jwk,) = question.request["client_metadata"]["jwks"]["keys"]
    return jwk


def inside(question, forge, **changed):
    token = {"identity": [question.present(forge.card(), forge.holder)]}
    said = {"vp_token": token, "state": question.request["state"]} | changed
    return {name: value for name, value in said.items() if value is not None}


def sealed(question, content, *, enc="A256GCM", jwk=None):
    plaintext = content if isinstance(content, bytes) else json.dumps(content).encode()
    return encrypt_jwe(plaintext, recipient=EncryptionKey.from_jwk(jwk or jwk_of(question)), enc=enc)


def refuses(question, compact, **more):
    return question.refuses(fields={"response": compact, **more})


def with_header(compact, **changed):
    """The same JWE under another header; None takes a member away."""
    head, _, rest = compact.partition(".")
    header = strict_json.loads_object(base64url.decode(head)) | changed
    kept = {name: value for name, value in header.items() if value is not None}
    return f"{base64url.encode(strict_json.dumps(kept))}.{rest}"


def test_an_honest_encrypted_answer_is_accepted(secret, forge):
    said = secret.desk.answer({"response": sealed(secret, inside(secret, forge))})

    assert (said.status_code, secret.result().json["state"]) == (200, "submitted")


def test_an_answer_in_the_clear_is_refused(secret, forge):
    token = {"identity": [secret.present(forge.card(), forge.holder)]}
    fields = {"vp_token": json.dumps(token), "state": secret.request["state"]}

    assert secret.refuses(fields=fields) == "answer_not_encrypted"


def test_a_refusal_in_the_clear_is_taken(secret):
    said = secret.desk.answer({"error": "access_denied", "state": secret.request["state"]})

    assert (said.status_code, secret.result().json["state"]) == (200, "declined")


def test_an_encrypted_answer_to_a_question_in_the_clear_is_refused(desk, question, forge):
    jwk = DecryptionKey.generate().jwk("made-up")

    assert refuses(question, sealed(question, inside(question, forge), jwk=jwk)) == "unknown_state"


@pytest.mark.threat("291")
@pytest.mark.parametrize("kid", ["unknown", None, "", 5])
def test_an_answer_for_an_unknown_key_is_refused(secret, forge, kid):
    refuses(secret, with_header(sealed(secret, inside(secret, forge)), kid=kid))


@pytest.mark.threat("291")
def test_an_answer_for_the_key_of_another_question_is_refused(desk, secret, forge):
    other = Question.asked(desk, mode="direct_post.jwt")

    assert refuses(secret, sealed(other, inside(secret, forge))) == "response_state"
    renamed = with_header(sealed(secret, inside(secret, forge)), kid=jwk_of(other)["kid"])
    assert refuses(secret, renamed) == "jwe_decryption"


@pytest.mark.threat("293")
@pytest.mark.parametrize(
    "header",
    [
        {"alg": "dir"},
        {"alg": "A128KW"},
        {"alg": "RSA1_5"},
        {"alg": "RSA-OAEP"},
        {"alg": "PBES2-HS256+A128KW", "p2c": 2**31, "p2s": "AAAA"},
        {"alg": "ECDH-ES+A128KW"},
        {"alg": None},
    ],
    ids=repr,
)
def test_another_key_agreement_is_refused_without_any_derivation(secret, forge, header):
    compact = with_header(sealed(secret, inside(secret, forge)), **header)
    started = time.monotonic()

    assert refuses(secret, compact) == "jwe_alg"
    assert time.monotonic() - started < 10


@pytest.mark.threat("294")
def test_a_compressed_answer_is_refused(secret, forge):
    compact = with_header(sealed(secret, inside(secret, forge)), zip="DEF")

    assert refuses(secret, compact) == "jwe_extension"


@pytest.mark.threat("295")
@pytest.mark.parametrize("enc", ["A128CBC-HS256", "A192GCM", "none", None, 5])
def test_a_cipher_that_was_not_announced_is_refused(secret, forge, enc):
    assert refuses(secret, with_header(sealed(secret, inside(secret, forge)), enc=enc)) == "jwe_enc"


def bad_points():
    good = DecryptionKey.generate().public.jwk()
    zero = base64url.encode(bytes(32))
    return {
        "off the curve": good | {"y": good["x"]},
        "another curve": good | {"crv": "P-384"},
        "no point": good | {"x": zero, "y": zero},
        "private": good | {"d": zero},
        "octets": {"kty": "oct", "k": "AAAA"},
        "absent": None,
        "text": "x",
    }


@pytest.mark.threat("296")
@pytest.mark.parametrize("epk", bad_points().values(), ids=bad_points())
def test_an_ephemeral_key_that_is_no_point_of_ours_is_refused(secret, forge, epk):
    assert refuses(secret, with_header(sealed(secret, inside(secret, forge)), epk=epk)) == "jwe_epk"


def flipped(part):
    return ("B" if part[0] == "A" else "A") + part[1:]


@pytest.mark.threat("297")
@pytest.mark.parametrize("number", [2, 3, 4], ids=["iv", "cipher text", "tag"])
def test_one_changed_bit_is_refused(secret, forge, number):
    parts = sealed(secret, inside(secret, forge)).split(".")
    parts[number] = flipped(parts[number])

    assert refuses(secret, ".".join(parts)) == "jwe_decryption"


@pytest.mark.threat("297")
@pytest.mark.parametrize(
    "spoil",
    [
        lambda one: one + ".AAAA",
        lambda one: one.rpartition(".")[0],
        lambda one: with_header(one, apu="A" * 1_000_000),
        lambda one: with_header(one, apv=5),
        lambda one: with_header(one, cty="x"),
        lambda one: '{"protected":"","ciphertext":"AAAA"}',
        lambda one: one.replace(".", ".AAAA.", 1),
        lambda one: "",
    ],
    ids=["six parts", "four parts", "apu", "apv", "aad", "json", "key", "empty"],
)
def test_a_message_of_another_shape_is_refused(secret, forge, spoil):
    compact = spoil(sealed(secret, inside(secret, forge)))
    if len(compact) > 900_000:
        assert secret.desk.answer({"response": compact}).status_code in (400, 413)
    else:
        refuses(secret, compact)


@pytest.mark.threat("298")
@pytest.mark.parametrize("content", [b"text", b"[]", b"", b"eyJ.eyJ.sig", b'{"a":1,"a":2}', b"\xff"])
def test_something_else_inside_is_refused(secret, content):
    assert refuses(secret, sealed(secret, content)) == "malformed"


@pytest.mark.threat("298")
def test_a_message_inside_a_message_is_refused(secret, forge):
    once = sealed(secret, inside(secret, forge))

    assert refuses(secret, sealed(secret, once.encode())) == "malformed"


@pytest.mark.threat("298")
@pytest.mark.parametrize("state", ["other", None, 5])
def test_another_state_inside_is_refused(secret, forge, state):
    assert refuses(secret, sealed(secret, inside(secret, forge, state=state))) == "response_state"


@pytest.mark.threat("298")
def test_another_state_outside_is_refused(secret, forge):
    assert refuses(secret, sealed(secret, inside(secret, forge)), state="other") == "response_state"


@pytest.mark.threat("298")
def test_an_encrypted_refusal_is_refused(secret):
    content = {"error": "access_denied", "state": secret.request["state"]}

    assert refuses(secret, sealed(secret, content)) == "response_error"


@pytest.mark.threat("299")
def test_after_the_answer_the_private_key_exists_no_more(any_desk, forge):
    question = Question.asked(any_desk, mode="direct_post.jwt", same_device=True)
    compact = sealed(question, inside(question, forge))
    database = any_desk.app.extensions["ports"].store.register.database
    keys = select(presentation.c.sealed_reply_key, presentation.c.sealed_code)
    with database.read() as connection:
        assert connection.execute(keys).one().sealed_reply_key is not None
    code = any_desk.answer({"response": compact}).json["redirect_uri"].partition("=")[2]

    with database.read() as connection:
        assert connection.execute(keys).one().sealed_reply_key is None
    assert question.result(code).status_code == 200
    assert refuses(question, compact) == "unknown_state"


@pytest.mark.threat("299")
def test_a_key_at_rest_is_sealed(any_desk):
    question = Question.asked(any_desk, mode="direct_post.jwt")
    ports = any_desk.app.extensions["ports"]
    requested = ports.store.presentations.open_request(question.request["state"])
    with ports.store.register.database.read() as connection:
        row = connection.execute(select(presentation)).one()

    assert requested.reply_key.key.to_der() not in row.sealed_reply_key
    assert requested.reply_key.key.public.jwk()["x"] == jwk_of(question)["x"]
    assert "private" not in repr(requested).lower()


@pytest.mark.threat("299")
def test_the_key_of_a_question_that_ended_is_erased(any_desk):
    Question.asked(any_desk, mode="direct_post.jwt")
    any_desk.advance(minutes=3)
    store = any_desk.app.extensions["ports"].store

    store.retention.erase_past(any_desk.clock.now)

    with store.register.database.read() as connection:
        assert connection.execute(select(presentation.c.sealed_reply_key)).scalar_one() is None
