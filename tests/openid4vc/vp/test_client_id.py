"""Client identifiers that a certificate proves."""

from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from openid4vc.errors import CheckFailed
from openid4vc.jose import base64url
from openid4vc.vp.client_id import (
    PREFIXES,
    check_client_id,
    client_id_prefix,
    redirect_uri_client_id,
    verifier_attestation_client_id,
    x509_hash_client_id,
    x509_san_dns_client_id,
)
from tests.openid4vc.vp.parties import Party

DESK = Party("Geldloket", dns=("desk.example", "localhost"))
OTHER = Party("Other", dns=("evil.example",))
NAMELESS = Party("Nameless")
RESPONSE_URI = "https://desk.example:8443/oid4vp/response"


def _refusal(client_id, leaf=DESK.leaf, response_uri=RESPONSE_URI):
    with pytest.raises(CheckFailed) as refused:
        check_client_id(client_id, leaf, response_uri)
    return refused.value.check


def test_the_hash_is_over_the_whole_certificate():
    expected = base64url.encode(sha256(DESK.leaf.public_bytes(Encoding.DER)).digest())

    assert x509_hash_client_id(DESK.leaf) == f"x509_hash:{expected}"


def test_a_hash_and_a_dns_name_of_the_certificate_are_accepted():
    check_client_id(x509_hash_client_id(DESK.leaf), DESK.leaf, "https://anywhere.example/response")
    check_client_id(x509_san_dns_client_id(DESK.leaf), DESK.leaf, RESPONSE_URI)


@pytest.mark.threat("104")
def test_the_hash_of_another_certificate_is_refused():
    assert _refusal(x509_hash_client_id(OTHER.leaf)) == "client_id_hash"
    assert _refusal(x509_hash_client_id(DESK.leaf) + "=") == "client_id_hash"


@pytest.mark.threat("105")
@pytest.mark.parametrize(
    "response_uri",
    ["https://evil.example/response", "https://127.0.0.1/response", "https://desk.example.evil.example/r"],
)
def test_answers_may_not_go_to_another_host_than_the_name(response_uri):
    assert _refusal("x509_san_dns:desk.example", response_uri=response_uri) == "response_uri_host"


@pytest.mark.parametrize("name", ["evil.example", "DESK.example", "desk.example.", ""])
def test_a_name_that_the_certificate_does_not_have_is_refused(name):
    assert _refusal(f"x509_san_dns:{name}") == "client_id_dns"


def test_a_certificate_without_names_proves_no_name():
    assert _refusal("x509_san_dns:desk.example", leaf=NAMELESS.leaf) == "client_id_dns"
    with pytest.raises(ValueError, match="DNS"):
        x509_san_dns_client_id(NAMELESS.leaf)


@pytest.mark.threat("107")
@pytest.mark.threat("109")
@pytest.mark.parametrize(
    "client_id",
    [
        "desk.example",
        "",
        "x509_hash",
        "X509_HASH:abc",
        "redirect_uri:https://desk.example/oid4vp/response",
        "verifier_attestation:desk",
        "decentralized_identifier:did:example:1",
        "openid_federation:https://desk.example",
        "https://desk.example",
        "x509_san_uri:https://desk.example",
    ],
)
def test_a_certificate_proves_no_other_prefix(client_id):
    assert _refusal(client_id) == "client_id_prefix"


@pytest.mark.threat("107")
def test_the_prefix_of_the_browser_is_refused_in_any_request():
    assert _refusal("origin:https://desk.example") == "client_id_origin"
    with pytest.raises(CheckFailed, match="client_id_origin"):
        client_id_prefix("origin:https://desk.example")


def test_four_prefixes_are_known():
    client_ids = (
        x509_hash_client_id(DESK.leaf),
        x509_san_dns_client_id(DESK.leaf),
        verifier_attestation_client_id("desk"),
        redirect_uri_client_id(RESPONSE_URI),
    )

    assert tuple(map(client_id_prefix, client_ids)) == PREFIXES


@pytest.mark.threat("107")
@pytest.mark.parametrize(
    "client_id", ["", "desk", "X509_HASH:abc", " x509_hash:abc", "did:example:1", "pre-registered:desk"]
)
def test_any_other_prefix_is_unknown(client_id):
    with pytest.raises(CheckFailed, match="client_id_prefix"):
        client_id_prefix(client_id)
