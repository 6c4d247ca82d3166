"""The examples of OpenID4VCI 1.0, and the forms from before it that nobody may use any more."""

import json
from pathlib import Path

import pytest

from openid4vc.errors import (
    CheckFailed,
    InvalidAuthorizationDetails,
    InvalidCredentialRequest,
    InvalidRequest,
    Malformed,
)
from openid4vc.jose import strict_json
from openid4vc.jose.jws import parse_jws
from openid4vc.oauth.token import PRE_AUTHORIZED, TokenRequest
from openid4vc.vci.credential import CredentialRequest, CredentialResponse
from openid4vc.vci.metadata import IssuerMetadata, parse_issuer_metadata
from openid4vc.vci.offer import offer_uri, parse_offer, parse_offer_url

VECTORS = Path(__file__).resolve().parents[3] / "shared" / "vectors" / "openid4vci"
ISSUER = "https://credential-issuer.example.com"

pytestmark = pytest.mark.skipif(
    not VECTORS.is_dir(), reason=f"OPENID4VCI VECTORS NOT RUN: no folder {VECTORS} beside the checkout"
)


def _bytes(name):
    return (VECTORS / name).read_bytes()


def _json(name):
    return json.loads(_bytes(name))


def _wrapped(configurations):
    return strict_json.dumps(
        {
            "credential_issuer": ISSUER,
            "credential_endpoint": f"{ISSUER}/credential",
            "credential_configurations_supported": configurations,
        }
    )


OFFERS = sorted((VECTORS / "examples").glob("credential_offer_*.json"))
METADATA = sorted((VECTORS / "examples").glob("credential_metadata_*.json"))


@pytest.mark.parametrize("path", OFFERS, ids=lambda path: path.stem)
def test_offers_of_the_standard_survive_a_link(path):
    offer = parse_offer(path.read_bytes())

    assert offer.credential_issuer == ISSUER
    assert parse_offer_url(offer_uri(offer)) == offer


def test_an_offer_with_an_authorization_code_keeps_its_state():
    offer = parse_offer(strict_json.dumps(_json("unwrapped/credential_offer_authz_code.json")["body"]))

    assert offer.grants.authorization_code.issuer_state == "eyJhbGciOiJSU0Et...FYUaBy"


def test_an_empty_tx_code_still_asks_for_a_code():
    offer = parse_offer(_bytes("examples/credential_offer_by_reference.json"))

    assert offer.pre_authorized.tx_code is not None


def test_the_long_metadata_is_read_with_names():
    metadata = parse_issuer_metadata(
        _bytes("examples/credential_issuer_metadata_sd_jwt_long.json"), expected_issuer=ISSUER
    )

    configuration = metadata.configuration("SD_JWT_VC_example_in_OpenID4VCI")
    assert metadata.name("fr") == "Example Université"
    assert metadata.batch_size == 10
    assert metadata.requires_encryption
    assert configuration.name("en") == "IdentityCredential"
    assert configuration.credential_metadata.claims[0].label("de") == "Vorname"
    assert configuration.credential_metadata.claims[5].path == ("address", "street_address")


@pytest.mark.parametrize("path", METADATA, ids=lambda path: path.stem)
def test_metadata_of_every_format_is_read_and_only_ours_is_usable(path):
    configurations = json.loads(path.read_text(encoding="utf-8"))["credential_configurations_supported"]

    metadata = parse_issuer_metadata(_wrapped(configurations), expected_issuer=ISSUER)

    usable = {name for name, one in metadata.credential_configurations_supported.items() if one.usable}
    assert usable == {name for name, one in configurations.items() if one["format"] == "dc+sd-jwt"}


def test_signed_metadata_holds_the_same_members():
    signed = _json("unwrapped/credential_issuer_metadata_sd_jwt_jwt.json")["jwt"]

    payload = parse_jws(signed, expected_typ="openidvci-issuer-metadata+jwt").payload

    assert isinstance(parse_issuer_metadata(payload, expected_issuer=ISSUER), IssuerMetadata)


def test_a_credential_response_is_read():
    body = strict_json.dumps(_json("unwrapped/credential_response_sd_jwt_vc.json")["body"])

    response = CredentialResponse.parse(body)

    assert len(response.credentials) == 1
    assert not response.deferred


def test_a_credential_that_is_an_object_is_not_of_our_format():
    body = strict_json.dumps(_json("unwrapped/credential_response_ldp_vc.json")["body"])

    with pytest.raises(Malformed):
        CredentialResponse.parse(body)


def test_an_offer_from_before_1_0_is_refused():
    with pytest.raises(InvalidRequest):
        parse_offer(_bytes("outdated-forms/credential_offer_sd_jwt_vc.json"))


@pytest.mark.parametrize(
    "name", ["outdated-forms/credential_request_sd_jwt_vc.json", "examples/credential_request_iso_mdl.json"]
)
def test_a_credential_request_by_format_is_refused(name):
    with pytest.raises(InvalidCredentialRequest):
        CredentialRequest.parse(_bytes(name))


@pytest.mark.parametrize(
    "name", ["outdated-forms/authorization_details_sd_jwt_vc.json", "examples/authorization_details.json"]
)
def test_authorization_details_are_refused_in_every_form(name):
    form = {
        "grant_type": PRE_AUTHORIZED,
        "pre-authorized_code": "abc",
        "authorization_details": _bytes(name).decode(),
    }

    with pytest.raises(InvalidAuthorizationDetails):
        TokenRequest.from_form(form)


def test_a_configuration_from_before_1_0_is_not_usable():
    configuration = _json("outdated-forms/credential_metadata_sd_jwt_vc.json")
    metadata = parse_issuer_metadata(_wrapped({"old": configuration}), expected_issuer=ISSUER)

    with pytest.raises(CheckFailed, match="unknown_configuration"):
        metadata.configuration("old")


def test_an_old_configuration_under_the_new_name_is_refused():
    configuration = _json("outdated-forms/credential_metadata_sd_jwt_vc.json") | {"format": "dc+sd-jwt"}

    with pytest.raises(Malformed):
        parse_issuer_metadata(_wrapped({"old": configuration}), expected_issuer=ISSUER)
