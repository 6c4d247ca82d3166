"""The one strict reader of other parties' messages, and their URLs."""

import pytest

from openid4vc import urls
from openid4vc.errors import InvalidRequest, Malformed
from openid4vc.messages import parse_message, read_message
from openid4vc.vci.credential import CredentialResponse
from openid4vc.vci.metadata import IssuerMetadata
from openid4vc.vci.offer import CredentialOffer

SECRET = "999990019-should-never-come-back"


@pytest.mark.parametrize(
    "value",
    [
        SECRET,
        [SECRET],
        {"credential_issuer": SECRET, "credential_configuration_ids": ["a"]},
        {"credential_issuer": f"https://i.example:{SECRET}", "credential_configuration_ids": ["a"]},
        {"credential_issuer": f"https://[{SECRET}", "credential_configuration_ids": ["a"]},
        {"credential_issuer": "https://i.example", "credential_configuration_ids": SECRET},
        {"credential_issuer": "https://i.example", "credential_configuration_ids": [SECRET, SECRET]},
        {"credential_issuer": "https://i.example", "credential_configuration_ids": ["a"], "grants": SECRET},
    ],
)
def test_a_refusal_never_repeats_what_was_said(value):
    with pytest.raises(InvalidRequest) as refused:
        read_message(CredentialOffer, value, refusal=InvalidRequest)

    assert SECRET not in refused.value.public
    assert SECRET not in repr(refused.value)
    assert refused.value.__cause__ is None


@pytest.mark.parametrize(
    ("value", "public"),
    [
        ("text", "message: model_type"),
        ({"credential_configuration_ids": ["a"]}, "credential_issuer: missing"),
        (
            {"credential_issuer": "https://i.example", "credential_configuration_ids": ["a", "a"]},
            "credential_configuration_ids: a configuration is offered twice",
        ),
        (
            {"credential_issuer": "https://i.example?x", "credential_configuration_ids": ["a"]},
            "credential_issuer: an identifier has no query",
        ),
    ],
)
def test_a_refusal_names_the_place_and_the_kind_of_fault(value, public):
    with pytest.raises(InvalidRequest) as refused:
        read_message(CredentialOffer, value, refusal=InvalidRequest)

    assert refused.value.public == public


def test_a_fault_of_the_whole_is_a_fault_of_the_message():
    with pytest.raises(Malformed, match="message: either credentials or a transaction_id"):
        read_message(CredentialResponse, {}, refusal=Malformed)


def test_a_refusal_does_not_repeat_the_keys_of_a_map_either():
    value = {
        "credential_issuer": "https://i.example",
        "credential_endpoint": "https://i.example/credential",
        "credential_configurations_supported": {SECRET: {"format": "dc+sd-jwt"}},
    }

    with pytest.raises(Malformed) as refused:
        read_message(IssuerMetadata, value, refusal=Malformed)

    assert SECRET not in str(refused.value)


def test_the_python_name_of_a_member_means_nothing_on_the_wire():
    grant = {"pre_authorized_code": "code"}
    value = {
        "credential_issuer": "https://i.example",
        "credential_configuration_ids": ["a"],
        "grants": {"urn:ietf:params:oauth:grant-type:pre-authorized_code": grant},
    }

    with pytest.raises(InvalidRequest):
        read_message(CredentialOffer, value, refusal=InvalidRequest)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b'{"credential_issuer":"https://i.example","credential_issuer":"https://j.example"}',
        b'{"credential_issuer":NaN}',
        b"\xff\xfe",
        b"[" * 10_000,
        b'{"a":' * 10_000,
        b" " * 70_000,
    ],
)
def test_what_is_not_one_well_formed_object_is_refused(body):
    with pytest.raises(InvalidRequest):
        parse_message(CredentialOffer, body, refusal=InvalidRequest, max_bytes=65536)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "i.example",
        "//i.example/x",
        "ftp://i.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://",
        "https:///path",
        "https://user@i.example",
        "https://user:pass@i.example",
        "https://@i.example",
        "https://i.example/#fragment",
        "https://i.example/#",
        "https://i.example/a b",
        "https://i.example/a\tb",
        "https://i.example/\n",
        "https://i.example\\@evil.example",
        "https://voorbeeld.é",
        "https://i.example:port",
        "https://i.example:0",
        "https://i.example:70000",
        "https://[::1",
        "https://i.example/" + "a" * 3000,
    ],
)
def test_a_doubtful_url_is_refused(url):
    with pytest.raises(ValueError):
        urls.split_url(url)


@pytest.mark.parametrize(
    ("identifier", "expected"),
    [
        ("https://i.example", "https://i.example/.well-known/x"),
        ("https://i.example/", "https://i.example/.well-known/x"),
        ("https://i.example/tenant/a", "https://i.example/.well-known/x/tenant/a"),
        ("http://localhost:8001/bank", "http://localhost:8001/.well-known/x/bank"),
    ],
)
def test_the_well_known_part_is_inserted_before_the_path(identifier, expected):
    assert urls.well_known(identifier, "x") == expected


@pytest.mark.parametrize("identifier", ["https://i.example?x=1", "https://i.example#x", "i.example"])
def test_an_identifier_has_neither_query_nor_fragment(identifier):
    with pytest.raises(ValueError):
        urls.well_known(identifier, "x")


def test_an_origin_knows_the_default_port_and_small_letters():
    assert urls.origin("https://I.example/a") == urls.origin("https://i.example:443/b?c")
    assert urls.origin("https://i.example") != urls.origin("http://i.example")
    assert urls.origin("https://i.example") != urls.origin("https://i.example:8443")
