"""Credentials whose signature, header, chain or times do not hold (THREATS C3)."""

import hmac
import time
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from openid4vc.jose import strict_json
from openid4vc.jose.keys import SigningKey
from openid4vc.jose.x5c import encode_x5c
from openid4vc.trust.anchors import TrustedIssuers
from tests.verifier.helpers.pki import ISSUER, Ca
from tests.verifier.helpers.plain import NOW, Forge, names


def refuses(question, forge, **changed):
    return question.refuses(question.present(forge.card(**changed), forge.holder))


def test_an_honest_card_is_accepted(question, forge):
    assert question.answer(question.present(forge.card(), forge.holder)).status_code == 200


@pytest.mark.threat("205")
def test_a_damaged_signature_is_refused(question, forge):
    def damaged(message):
        signature = bytearray(forge.by.key.sign(message))
        signature[40] ^= 1
        return bytes(signature)

    assert refuses(question, forge, sign=damaged) == "issuer_signature"


@pytest.mark.threat("206")
@pytest.mark.parametrize("alg", ["none", "None", "nOnE", ""])
def test_an_unsigned_card_is_refused(question, forge, alg):
    assert refuses(question, forge, header={"alg": alg}, sign=lambda _: b"") == "jws_alg"


@pytest.mark.threat("206")
def test_an_empty_signature_is_refused(question, forge):
    refuses(question, forge, sign=lambda _: b"")


@pytest.mark.threat("207")
@pytest.mark.parametrize("form", ["pem", "der", "jwk"])
def test_the_public_key_is_no_shared_secret(question, forge, form):
    public = forge.by.key.public
    secret = {
        "pem": public.key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        "der": public.key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        "jwk": strict_json.dumps(public.jwk()),
    }[form]

    def sign(message):
        return hmac.new(secret, message, sha256).digest()

    assert refuses(question, forge, header={"alg": "HS256"}, sign=sign) == "jws_alg"


@pytest.mark.threat("208")
@pytest.mark.parametrize("alg", ["ES256K", "RS256", "PS256", "EdDSA", "ES384", "es256", 256, ["ES256"]])
def test_another_algorithm_than_the_keys_is_refused(question, forge, alg):
    assert refuses(question, forge, header={"alg": alg}) == "jws_alg"


@pytest.mark.threat("209")
@pytest.mark.parametrize("name", ["jwk", "jku", "x5u", "kid"])
def test_a_key_that_the_card_brings_along_is_not_used(question, forge, name):
    intruder = SigningKey.generate()
    value = {
        "jwk": intruder.public.jwk(),
        "jku": "http://localhost:9999/jwks",
        "x5u": "http://localhost:9999/x5u",
        "kid": "../../etc/passwd' OR 1=1 --",
    }[name]

    check = refuses(question, forge, header={name: value}, sign=intruder.sign)

    assert check in ("issuer_signature", "jws_embedded_key")
    assert question.desk.wire.asked == []


@pytest.mark.threat("210")
@pytest.mark.parametrize(
    "header",
    [{"crit": ["exp"]}, {"crit": []}, {"b64": False, "crit": ["b64"]}, {"zip": "DEF", "crit": ["zip"]}],
)
def test_extensions_of_a_signature_are_refused(question, forge, header):
    refuses(question, forge, header=header)


@pytest.mark.threat("211")
@pytest.mark.parametrize(
    "typ", [None, "JWT", "kb+jwt", "statuslist+jwt", "openid4vci-proof+jwt", "vc+sd-jwt", "DC+SD-JWT"]
)
def test_another_type_is_refused(question, forge, typ):
    assert refuses(question, forge, header={"typ": typ}) == "jws_typ"


@pytest.mark.threat("213")
@pytest.mark.parametrize("form", ["der", "short", "long", "zero_r", "zero_s", "huge"])
def test_a_signature_of_another_form_is_refused(question, forge, form):
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551

    def sign(message):
        good = forge.by.key.sign(message)
        return {
            "der": b"\x30\x44\x02\x20" + good[:32] + b"\x02\x20" + good[32:],
            "short": good[:63],
            "long": good + b"\0",
            "zero_r": bytes(32) + good[32:],
            "zero_s": good[:32] + bytes(32),
            "huge": order.to_bytes(32, "big") + good[32:],
        }[form]

    refuses(question, forge, sign=sign)


@pytest.mark.threat("214")
@pytest.mark.parametrize(
    "spoil",
    [
        lambda jwt: " " + jwt,
        lambda jwt: jwt + "=",
        lambda jwt: jwt + "\n",
        lambda jwt: jwt.replace(".", "..", 1),
        lambda jwt: jwt.rpartition(".")[0],
        lambda jwt: jwt + ".",
        lambda jwt: jwt.replace("_", "/").replace("-", "+") + "+",
        lambda jwt: jwt[:-1] + chr(ord(jwt[-1]) + 1),
    ],
    ids=["space", "padding", "newline", "four dots", "one dot", "dot at the end", "alphabet", "stray bits"],
)
def test_another_spelling_is_refused(question, forge, spoil):
    issued = forge.card()
    jwt, tilde, rest = issued.partition("~")

    question.refuses(question.present(spoil(jwt) + tilde + rest, forge.holder))


@pytest.mark.threat("215")
@pytest.mark.parametrize("part", ["header", "claims"])
def test_a_name_that_stands_twice_is_refused(question, forge, part):
    x5c = strict_json.dumps(encode_x5c(forge.by.chain))
    doubled = {
        "header": b'{"alg":"ES256","typ":"dc+sd-jwt","typ":"dc+sd-jwt","x5c":' + x5c + b"}",
        "claims": strict_json.dumps(forge.payload(names()))[:-1] + b',"vct":"x"}',
    }[part]

    assert refuses(question, forge, **{part: doubled}) == "malformed"


def chains(forge, pki):
    (leaf,) = encode_x5c(forge.by.chain)
    root = encode_x5c([pki.issuers_ca.root])[0]
    return {
        "absent": None,
        "empty": [],
        "text": leaf,
        "pem": [forge.by.chain[0].public_bytes(Encoding.PEM).decode()],
        "base64url": [leaf.replace("+", "-").replace("/", "_").rstrip("=") + "-"],
        "no certificate": [b64encode(b"no certificate").decode()],
        "a hundred": [leaf] * 100,
        "twice": [leaf, leaf],
        "shuffled": [root, leaf],
        "anchor inside": [leaf, root],
        "number": 5,
    }


CHAINS = (
    "absent",
    "empty",
    "text",
    "pem",
    "base64url",
    "no certificate",
    "a hundred",
    "twice",
    "shuffled",
    "anchor inside",
    "number",
)


@pytest.mark.threat("216")
@pytest.mark.parametrize("name", CHAINS)
def test_a_chain_of_another_shape_is_refused_quickly(question, forge, pki, name):
    started = time.monotonic()

    refuses(question, forge, header={"x5c": chains(forge, pki)[name]})

    assert time.monotonic() - started < 10


@pytest.mark.threat("217")
def test_a_self_signed_leaf_and_an_anchor_inside_the_chain_are_refused(question, forge, pki):
    own = Ca.new("self")

    refuses(question, Forge(replace(forge.by, key=own.key, chain=(own.root,)), forge.holder))
    refuses(question, forge, header={"x5c": encode_x5c([*forge.by.chain, pki.issuers_ca.root])})
    ca = pki.issuers_ca
    refuses(question, Forge(replace(forge.by, key=ca.key, chain=(ca.root,)), forge.holder))


@pytest.mark.threat("217")
def test_a_leaf_of_an_anchor_that_was_removed_is_refused(question, forge):
    ports = question.desk.app.extensions["ports"]
    left = tuple(
        replace(issuer, anchors=(Ca.new("new root").root,)) for issuer in ports.trust.issuers.issuers
    )
    object.__setattr__(ports.trust, "issuers", TrustedIssuers(left))

    assert refuses(question, forge) == "x5c_path"


@pytest.mark.threat("218")
@pytest.mark.parametrize("past_days", [400, -1])
def test_a_certificate_outside_its_term_is_refused(question, forge, pki, past_days):
    party = pki.issuers_ca.party("x", "NTRNL-00000003", f"{ISSUER}/municipality", past_days=past_days)

    refuses(question, Forge(party, forge.holder))


@pytest.mark.threat("221")
@pytest.mark.parametrize("claims", [{}, {"aka_vcts": [f"{ISSUER}/municipality/vct/identity/1"]}])
def test_an_issuer_of_other_types_is_refused(question, forge, pki, claims):
    bank = Forge(pki.issuers["bank"], forge.holder)

    assert refuses(question, bank, claims={"iss": f"{ISSUER}/bank", **claims}) == "issuer"


@pytest.mark.threat("221")
def test_a_type_that_only_says_to_be_another_is_refused(question, forge, pki):
    vct = f"{ISSUER}/bank/vct/account-holder/1"
    claims = {"iss": f"{ISSUER}/bank", "vct": vct, "aka_vcts": [f"{ISSUER}/municipality/vct/identity/1"]}

    assert refuses(question, Forge(pki.issuers["bank"], forge.holder), claims=claims) == "vct"


@pytest.mark.threat("222")
@pytest.mark.parametrize(
    "iss", [f"{ISSUER}/bank", f"{ISSUER}/municipality/", "HTTP://localhost:8001/municipality", 5]
)
def test_an_iss_that_is_not_in_the_certificate_is_refused(question, forge, iss):
    assert refuses(question, forge, claims={"iss": iss}) == "issuer"


TIMES = {
    "exp past": ({"exp": NOW - 61}, "expired"),
    "nbf future": ({"nbf": NOW + 61}, "not_yet_valid"),
    "iat future": ({"iat": NOW + 61}, "issued_in_future"),
}


@pytest.mark.threat("225")
@pytest.mark.parametrize(("claims", "check"), TIMES.values(), ids=TIMES)
def test_a_card_outside_its_term_is_refused(question, forge, claims, check):
    assert refuses(question, forge, claims=claims) == check


@pytest.mark.threat("226")
@pytest.mark.parametrize("name", ["exp", "nbf", "iat"])
@pytest.mark.parametrize("value", [str(NOW), True, -1, [NOW], 10**400], ids=repr)
def test_a_time_of_another_type_is_refused(question, forge, name, value):
    refuses(question, forge, claims={name: value})


@pytest.mark.threat("226")
@pytest.mark.parametrize("value", ["null", "1e400", "NaN"])
def test_a_time_that_is_no_number_is_refused(question, forge, value):
    payload = strict_json.dumps(forge.payload(names()) | {"exp": 77777}).replace(b"77777", value.encode())

    refuses(question, forge, claims=payload)


@pytest.mark.threat("228")
def test_a_card_that_neither_ends_nor_can_be_revoked_is_refused(question, forge):
    assert refuses(question, forge, claims={"exp": None, "status": None}) == "validity_unlimited"


@pytest.mark.threat("229")
def test_a_card_of_a_test_issuer_is_refused(question, forge, pki):
    staging = pki.foreign_ca.party("municipality", "NTRNL-00000003", f"{ISSUER}/municipality")

    assert refuses(question, Forge(staging, forge.holder)) == "x5c_path"
