"""What a wallet says it can do."""

from dataclasses import replace

import pytest

from openid4vc.errors import InvalidRequest
from openid4vc.jose import strict_json
from openid4vc.vp.wallet_metadata import own_wallet_metadata, parse_wallet_metadata
from tests.openid4vc.vp.test_request import REQUEST

FORMATS = {"dc+sd-jwt": {"sd-jwt_alg_values": ["ES256"]}}


def _said(**members):
    return parse_wallet_metadata(strict_json.dumps({"vp_formats_supported": FORMATS} | members).decode())


def test_our_own_document_is_read_as_written():
    said = own_wallet_metadata(
        issuer="https://wallet.example", authorization_endpoint="https://wallet.example/authorize"
    )

    read = parse_wallet_metadata(strict_json.dumps(said).decode())

    assert read.to_json() == said
    assert read.takes(REQUEST)
    assert read.takes(replace(REQUEST, response_mode="direct_post.jwt"))


def test_the_fetch_tells_no_addresses():
    said = own_wallet_metadata(prefixes=("x509_hash", "redirect_uri"))

    assert not {"issuer", "authorization_endpoint", "jwks"} & said.keys()
    assert said["client_id_prefixes_supported"] == ["x509_hash", "redirect_uri"]
    assert said["request_object_signing_alg_values_supported"] == ["ES256"]


@pytest.mark.parametrize(
    ("members", "takes"),
    [
        ({}, False),
        ({"client_id_prefixes_supported": ["x509_hash"]}, True),
        ({"client_id_prefixes_supported": ["x509_san_dns"]}, False),
        ({"client_id_prefixes_supported": []}, False),
        ({"request_object_signing_alg_values_supported": ["ES384"]}, False),
        ({"request_object_signing_alg_values_supported": ["ES384", "ES256"]}, True),
        ({"response_modes_supported": ["direct_post.jwt"]}, False),
        ({"response_modes_supported": ["direct_post"]}, True),
        ({"vp_formats_supported": {"mso_mdoc": {}}}, False),
    ],
    ids=str,
)
def test_a_wallet_takes_what_it_lists(members, takes):
    prefixes = {"client_id_prefixes_supported": ["x509_hash"]} if members else {}

    assert _said(**(prefixes | members)).takes(REQUEST) is takes


def test_unknown_members_are_ignored():
    assert _said(new_member=[1], client_id_schemes_supported=["x"])


@pytest.mark.threat("193")
@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"vp_formats_supported":[]}',
        '{"vp_formats_supported":{},"vp_formats_supported":{}}',
        '{"vp_formats_supported":{},"client_id_prefixes_supported":"x509_hash"}',
        '{"vp_formats_supported":{},"issuer":"javascript:x"}',
        '{"a":' * 5000,
        '{"vp_formats_supported":{"x":"' + "x" * 1_000_000 + '"}}',
    ],
    ids=lambda text: text[:40],
)
def test_faulty_metadata_is_refused(text):
    with pytest.raises(InvalidRequest):
        parse_wallet_metadata(text)
