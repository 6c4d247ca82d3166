"""Request objects: who asks is known before what is asked is read."""

from dataclasses import replace
from datetime import timedelta

import jwt
import pytest

from openid4vc.errors import CheckFailed, InvalidRequest, InvalidTransactionData, Malformed
from openid4vc.jose.jws import parse_jws, sign_jws
from openid4vc.jose.x5c import encode_x5c
from openid4vc.vp.client_id import x509_hash_client_id, x509_san_dns_client_id
from openid4vc.vp.request_object import (
    MAX_AGE,
    REQUEST_OBJECT_TYP,
    AnswerAddress,
    refusal_address,
    sign_request_object,
    verify_request_object,
)
from tests.openid4vc.vp.parties import DAY, NOW, Party
from tests.openid4vc.vp.test_request import REQUEST

DESK = Party("Geldloket Voorbeeldstad", dns=("desk.example",))
EVIL = Party("Evil", dns=("desk.example",))
CLIENT_ID = x509_hash_client_id(DESK.leaf)
ASKED = replace(REQUEST, client_id=CLIENT_ID)


def _signed(*, typ=REQUEST_OBJECT_TYP, party=DESK, header=None, without=(), **changed):
    claims = {name: value for name, value in (ASKED.claims() | changed).items() if name not in without}
    return sign_jws(
        claims, typ=typ, key=party.key, header={"x5c": encode_x5c(party.chain)} if header is None else header
    )


def _verify(compact, *, function=verify_request_object, **changed):
    expected = {
        "expected_client_id": CLIENT_ID,
        "expected_wallet_nonce": "w-1",
        "anchors": (DESK.root,),
        "now": NOW,
    }
    return function(compact, **(expected | changed))


def _refusal(compact, **changed):
    """The check that refused; and nobody is ever answered then."""
    with pytest.raises(CheckFailed) as refused:
        _verify(compact, **changed)
    with pytest.raises(CheckFailed):
        _verify(compact, function=refusal_address, **changed)
    return refused.value.check


def test_what_the_verifier_signs_the_wallet_accepts():
    compact = sign_request_object(ASKED, key=DESK.key, chain=DESK.chain)

    verified = _verify(compact)

    assert verified.request == ASKED
    assert verified.chain.leaf == DESK.leaf
    assert verified.compact == compact


@pytest.mark.threat("195")
def test_our_request_object_has_the_form_that_wallets_expect():
    unverified = parse_jws(
        sign_request_object(ASKED, key=DESK.key, chain=DESK.chain), expected_typ="oauth-authz-req+jwt"
    )

    assert unverified.header["x5c"] == encode_x5c([DESK.leaf])
    assert unverified.header["iat"] == unverified.claims()["iat"] == int(NOW.timestamp())
    assert unverified.claims()["aud"] == "https://self-issued.me/v2"
    assert not {"redirect_uri", "presentation_definition", "scope", "iss"} & unverified.claims().keys()


def test_a_dns_name_may_be_the_identity():
    request = replace(ASKED, client_id=x509_san_dns_client_id(DESK.leaf))
    compact = sign_request_object(request, key=DESK.key, chain=DESK.chain)

    assert _verify(compact, expected_client_id=request.client_id).request == request


@pytest.mark.threat("105")
def test_a_dns_identity_cannot_send_answers_elsewhere():
    client_id = x509_san_dns_client_id(DESK.leaf)
    compact = _signed(client_id=client_id, response_uri="https://evil.example/r")

    assert _refusal(compact, expected_client_id=client_id) == "response_uri_host"


@pytest.mark.threat("102")
def test_a_broken_signature_is_refused():
    head, payload, _ = _signed().split(".")
    _, _, foreign = _signed(nonce="other").split(".")

    assert _refusal(f"{head}.{payload}.{foreign}") == "jws_signature"


@pytest.mark.threat("102")
def test_a_changed_payload_is_refused():
    head, _, signature = _signed().split(".")
    _, payload, _ = _signed(response_uri="https://evil.example/r").split(".")

    assert _refusal(f"{head}.{payload}.{signature}") == "jws_signature"


@pytest.mark.threat("103")
@pytest.mark.parametrize("typ", ["JWT", "", "application/oauth-authz-req+jwt", "kb+jwt"])
def test_another_type_is_refused(typ):
    assert _refusal(_signed(typ=typ)) == "jws_typ"


@pytest.mark.threat("104")
@pytest.mark.parametrize(
    "outside", [CLIENT_ID.removeprefix("x509_hash:"), "x509_san_dns:desk.example", CLIENT_ID + "x"]
)
def test_the_client_id_outside_must_be_the_one_inside(outside):
    assert _refusal(_signed(), expected_client_id=outside) == "request_client_id"


@pytest.mark.threat("104")
def test_a_client_id_of_another_certificate_is_refused():
    other = x509_hash_client_id(EVIL.leaf)

    assert _refusal(_signed(client_id=other), expected_client_id=other) == "client_id_hash"


@pytest.mark.threat("107")
@pytest.mark.threat("109")
@pytest.mark.parametrize(
    ("client_id", "check"),
    [
        ("redirect_uri:https://desk.example/oid4vp/response", "client_id_prefix"),
        ("verifier_attestation:desk", "client_id_prefix"),
        ("desk", "client_id_prefix"),
        ("origin:https://desk.example", "client_id_origin"),
    ],
)
def test_an_unsupported_prefix_is_refused_and_nobody_is_answered(client_id, check):
    assert _refusal(_signed(client_id=client_id), expected_client_id=client_id) == check


@pytest.mark.threat("114")
@pytest.mark.parametrize(("seconds", "check"), [(120, "issued_in_future"), (-86_400, "request_age")])
def test_the_time_in_the_header_counts_too(seconds, check):
    header = {"x5c": encode_x5c(DESK.chain), "iat": int(NOW.timestamp()) + seconds}

    assert _refusal(_signed(header=header)) == check
    with pytest.raises(Malformed):
        _verify(_signed(header=header | {"iat": "now"}))


@pytest.mark.threat("110")
def test_a_chain_to_nobody_we_trust_is_refused():
    compact = _signed(party=EVIL, client_id=x509_hash_client_id(EVIL.leaf))

    assert _refusal(compact, expected_client_id=x509_hash_client_id(EVIL.leaf)) == "x5c_path"
    assert _refusal(_signed(), anchors=()) == "x5c_no_anchors"


@pytest.mark.threat("110")
def test_the_anchor_inside_x5c_is_refused():
    assert _refusal(_signed(header={"x5c": encode_x5c([DESK.leaf, DESK.root])})) == "x5c_contains_anchor"


@pytest.mark.threat("110")
def test_a_self_signed_leaf_is_refused():
    assert _refusal(_signed(header={"x5c": encode_x5c([DESK.root])})) == "x5c_self_signed"


@pytest.mark.threat("110")
def test_an_expired_certificate_is_refused():
    expired = Party("Geldloket", now=NOW - 3600 * timedelta(seconds=1), days=1)
    client_id = x509_hash_client_id(expired.leaf)
    later = NOW + 2 * DAY
    moment = int(later.timestamp())
    compact = _signed(party=expired, client_id=client_id, iat=moment, exp=moment + 60)

    assert _refusal(compact, expected_client_id=client_id, anchors=(expired.root,), now=later) == "x5c_path"


@pytest.mark.threat("112")
def test_a_certificate_of_another_trust_domain_is_refused():
    issuer = Party("Gemeente Voorbeeldstad", uris=("https://issuer.example/municipality",))
    client_id = x509_hash_client_id(issuer.leaf)

    assert _refusal(_signed(party=issuer, client_id=client_id), expected_client_id=client_id) == "x5c_path"


@pytest.mark.threat("113")
@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_an_algorithm_without_a_certificate_behind_it_is_refused(algorithm):
    header = {"typ": REQUEST_OBJECT_TYP, "x5c": encode_x5c(DESK.chain)}
    key = "" if algorithm == "none" else "k" * 32

    assert _refusal(jwt.encode(ASKED.claims(), key, algorithm=algorithm, headers=header)) == "jws_alg"


@pytest.mark.threat("113")
def test_crit_is_refused_and_a_key_in_the_header_means_nothing():
    chain = {"x5c": encode_x5c(DESK.chain)}

    assert _refusal(_signed(header={**chain, "crit": ["x"]})) == "jws_extension"
    assert _refusal(_signed(party=EVIL, header={**chain, "jwk": EVIL.key.public.jwk()})) == "jws_signature"
    with pytest.raises(Malformed):
        _verify(_signed(header={"jwk": DESK.key.public.jwk()}))


@pytest.mark.threat("132")
def test_a_key_in_client_metadata_does_not_verify_the_request():
    metadata = {"jwks": {"keys": [EVIL.key.public.jwk() | {"kid": "1", "alg": "ECDH-ES"}]}}
    compact = _signed(party=EVIL, header={"x5c": encode_x5c(DESK.chain)}, client_metadata=metadata)

    assert _refusal(compact) == "jws_signature"


@pytest.mark.threat("114")
@pytest.mark.parametrize(
    "audience",
    [
        None,
        "",
        "https://wallet.example",
        "https://desk.example/request/1",
        ["https://self-issued.me/v2", "x"],
        [],
    ],
)
def test_a_request_for_another_wallet_is_refused(audience):
    assert _refusal(_signed(aud=audience)) == "request_audience"


def test_a_verifier_that_read_our_metadata_may_address_us_by_our_name():
    own = "https://wallet.example"

    for audience in (own, [own], "https://self-issued.me/v2"):
        assert _verify(_signed(aud=audience), own_issuer=own)
    assert _refusal(_signed(aud="https://other.example"), own_issuer=own) == "request_audience"
    assert _refusal(_signed(aud=[own, "x"]), own_issuer=own) == "request_audience"


def test_a_request_without_an_audience_is_refused():
    assert _refusal(_signed(without=("aud",))) == "request_audience"


@pytest.mark.threat("114")
@pytest.mark.threat("121")
def test_a_request_from_another_time_is_refused():
    now = int(NOW.timestamp())

    assert _refusal(_signed(), now=NOW + timedelta(minutes=7)) == "expired"
    assert _refusal(_signed(nbf=now + 120)) == "not_yet_valid"
    assert _refusal(_signed(iat=now + 120, exp=now + 300)) == "issued_in_future"
    assert _refusal(_signed(iat=now - 86_400, exp=now + 300)) == "request_age"
    with pytest.raises(Malformed):
        _verify(_signed(exp="tomorrow"))


@pytest.mark.threat("120")
def test_the_wallet_nonce_must_come_back():
    assert _refusal(_signed(wallet_nonce="other")) == "request_wallet_nonce"
    assert _refusal(_signed(without=("wallet_nonce",))) == "request_wallet_nonce"


def test_without_a_wallet_nonce_sent_there_is_nothing_to_compare():
    assert (
        _verify(_signed(without=("wallet_nonce",)), expected_wallet_nonce=None).request.wallet_nonce is None
    )


def test_a_wallet_nonce_that_nobody_sent_means_nothing():
    assert _verify(_signed(), expected_wallet_nonce=None).request.wallet_nonce == "w-1"


def test_a_request_without_times_counts_from_its_arrival():
    request = _verify(_signed(without=("iat", "exp"))).request

    assert (request.issued_at, request.expires_at) == (NOW, NOW + timedelta(minutes=5))


@pytest.mark.threat("118")
@pytest.mark.parametrize("compact", ["", "<html></html>", "a.b", "a.b.c", "é.é.é", "A" * 5_000_000])
def test_what_is_no_request_object_is_malformed(compact):
    with pytest.raises(Malformed):
        _verify(compact)


def test_a_request_object_that_is_too_long_is_not_read():
    with pytest.raises(Malformed, match="too long"):
        _verify(_signed(padding="x" * 600_000))


@pytest.mark.parametrize("response_uri", [None, 7, "javascript:alert(1)", "/response"])
def test_without_a_response_uri_nobody_can_be_answered(response_uri):
    with pytest.raises(Malformed):
        _verify(_signed(response_uri=response_uri))


@pytest.mark.threat("106")
@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"redirect_uri": "https://desk.example/cb"}, InvalidRequest),
        ({"nonce": "a b"}, InvalidRequest),
        ({"dcql_query": {"credentials": []}}, InvalidRequest),
        ({"transaction_data": ["!!!!"]}, InvalidTransactionData),
    ],
)
def test_an_authenticated_verifier_with_a_faulty_question_may_be_answered(change, refusal):
    compact = _signed(**change)

    with pytest.raises(refusal):
        _verify(compact)
    assert _verify(compact, function=refusal_address) == AnswerAddress(ASKED.response_uri, "s-1")


def test_a_state_that_is_no_text_is_not_sent_back():
    assert _verify(_signed(state=7), function=refusal_address).state is None


def test_we_sign_no_request_that_a_wallet_should_refuse():
    twice = ASKED.dcql_query.model_copy(update={"credentials": ASKED.dcql_query.credentials[:1]})
    claims = twice.credentials[0].claims
    doubled = twice.credentials[0].model_copy(update={"claims": claims + claims})
    asks_twice = twice.model_copy(update={"credentials": (doubled,)})

    with pytest.raises(ValueError, match="twice"):
        sign_request_object(replace(ASKED, dcql_query=asks_twice), key=DESK.key, chain=DESK.chain)
    with pytest.raises(ValueError, match="client_id"):
        sign_request_object(replace(ASKED, client_id="x509_hash:abc"), key=DESK.key, chain=DESK.chain)
    with pytest.raises(ValueError, match="client_id"):
        sign_request_object(replace(ASKED, client_id="desk"), key=DESK.key, chain=DESK.chain)
    with pytest.raises(ValueError, match="key"):
        sign_request_object(ASKED, key=EVIL.key, chain=DESK.chain)


def test_a_request_object_of_exactly_the_size_is_read(monkeypatch):
    compact = _signed()

    monkeypatch.setattr("openid4vc.vp.request_object.MAX_REQUEST_OBJECT", len(compact))
    assert _verify(compact).compact == compact

    monkeypatch.setattr("openid4vc.vp.request_object.MAX_REQUEST_OBJECT", len(compact) - 1)
    with pytest.raises(Malformed):
        _verify(compact)


def test_a_request_that_is_exactly_as_old_as_allowed_is_read():
    made = NOW - MAX_AGE
    times = {"iat": int(made.timestamp()), "exp": int((NOW + DAY).timestamp())}

    assert _verify(_signed(**times)).request.issued_at == made
    assert _refusal(_signed(**times | {"iat": times["iat"] - 1})) == "request_age"
