"""The examples of OpenID4VCI 1.0, and the forms from before it that nobody may use any more."""

import base64
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509

from chassis.migrations import migrate
from openid4vc.errors import (
    CheckFailed,
    InvalidAuthorizationDetails,
    InvalidCredentialRequest,
    InvalidRequest,
    Malformed,
)
from openid4vc.jose import strict_json
from openid4vc.jose.jws import parse_jws, verify_jws
from openid4vc.jose.keys import PublicKey
from openid4vc.jose.x5c import parse_x5c, verify_x5c
from openid4vc.oauth.authorization_details import authorization_details_text, parse_authorization_details
from openid4vc.oauth.token import PRE_AUTHORIZED, TokenRequest
from openid4vc.sdjwt.present import HeldSdJwt
from openid4vc.vci.credential import CredentialRequest, CredentialResponse
from openid4vc.vci.metadata import IssuerMetadata, parse_issuer_metadata
from openid4vc.vci.offer import offer_uri, parse_offer, parse_offer_url
from tests.issuer.place import make_keys, make_place
from tests.vectors.json_schema import faults

VECTORS = Path(__file__).resolve().parents[3] / "shared" / "vectors" / "openid4vci"
ISSUER = "https://credential-issuer.example.com"

pytestmark = pytest.mark.skipif(
    not VECTORS.is_dir(), reason=f"OPENID4VCI VECTORS NOT RUN: no folder {VECTORS} beside the checkout"
)


@pytest.fixture
def issuer(tmp_path):
    """Our issuer, for what it says of itself."""
    url = f"sqlite:///{tmp_path / 'issuer.db'}"
    migrate(url, "issuer.store")
    place = make_place(tmp_path, make_keys(tmp_path / "keys"), url)
    yield place
    place.database.dispose()


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


SCOPES = sorted((VECTORS / "examples").glob("authorization_details*.json"))


@pytest.mark.parametrize("path", SCOPES, ids=lambda path: path.stem)
def test_authorization_details_of_every_format_are_read(path):
    published = json.loads(path.read_text(encoding="utf-8"))

    details = parse_authorization_details(path.read_text(encoding="utf-8"))

    assert [one.credential_configuration_id for one in details] == [
        one["credential_configuration_id"] for one in published
    ]
    assert parse_authorization_details(authorization_details_text(details)) == details


def test_authorization_details_from_before_1_0_are_refused():
    with pytest.raises(InvalidAuthorizationDetails):
        parse_authorization_details(_bytes("outdated-forms/authorization_details_sd_jwt_vc.json").decode())


def _http(name):
    """The body of a message that is printed as HTTP."""
    head, _, body = _bytes(f"examples/{name}.txt").decode().partition("\n\n")
    return head, body


def test_a_credential_response_as_printed_is_read():
    head, body = _http("credential_response_mso_mdoc")

    response = CredentialResponse.parse(body.encode())

    assert "Cache-Control: no-store" in head
    assert len(response.credentials) == 1


@pytest.mark.parametrize("name", ["credential_response_jwt_vc_json", "credential_response_sd_jwt_vc"])
def test_a_line_break_of_the_page_inside_a_string_is_no_json(name):
    printed = _bytes(f"examples/{name}.txt")
    body = printed[printed.index(b"{") :]
    joined = "".join(line.strip() for line in body.decode().splitlines())

    with pytest.raises(Malformed):
        CredentialResponse.parse(body)
    assert len(CredentialResponse.parse(joined.encode()).credentials) == 1


def test_a_credential_as_object_is_refused_as_printed_too():
    _, body = _http("credential_response_ldp_vc")

    with pytest.raises(Malformed):
        CredentialResponse.parse(body.encode())


def test_an_offer_as_printed_is_the_clean_one():
    head, body = _http("credential_offer_authz_code")

    assert "Content-Type: application/json" in head
    assert json.loads(body) == _json("unwrapped/credential_offer_authz_code.json")["body"]


def test_a_credential_of_another_format_is_not_held_as_one_of_ours():
    (one,) = _json("unwrapped/credential_response_mso_mdoc.json")["body"]["credentials"]

    with pytest.raises((CheckFailed, Malformed)):
        HeldSdJwt(one["credential"])


def test_the_key_of_the_standard_s_issuer_has_the_thumbprint_it_is_named_by():
    (jwk,) = _json("unwrapped/issuer_jwks.json")["jwks"]["keys"]
    printed = "".join(_bytes("examples/issuer_jwks.txt").decode().split())

    assert jwk["kid"].rsplit(":", 1)[-1] == PublicKey.from_jwk(jwk).thumbprint()
    assert jwk["kid"] in printed and jwk["x"] in printed


SIGNED = {
    "wallet_attestation": ("oauth-client-attestation+jwt", "wallet_attestation.jwt.txt"),
    "credential_issuer_metadata_sd_jwt_jwt": (
        "openidvci-issuer-metadata+jwt",
        "credential_issuer_metadata_sd_jwt_jwt.txt",
    ),
}


@pytest.mark.parametrize("name", SIGNED)
def test_what_the_standard_signed_verifies_with_the_certificate_inside(name):
    typ, printed = SIGNED[name]
    vector = _json(f"unwrapped/{name}.json")
    unverified = parse_jws(vector["jwt"], expected_typ=typ)
    leaf = x509.load_der_x509_certificate(base64.b64decode(unverified.header["x5c"][0]))

    claims = verify_jws(unverified, key=PublicKey.from_certificate(leaf)).claims

    assert claims == vector["payload"]
    assert "".join(_bytes(f"examples/{printed}").decode().split()) == vector["jwt"]


@pytest.mark.parametrize("name", SIGNED)
def test_a_certificate_that_signs_itself_is_refused_whatever_the_standard_prints(name):
    unverified = parse_jws(_json(f"unwrapped/{name}.json")["jwt"], expected_typ=SIGNED[name][0])
    leaf = x509.load_der_x509_certificate(base64.b64decode(unverified.header["x5c"][0]))

    with pytest.raises(CheckFailed) as refused:
        verify_x5c(parse_x5c(unverified.header), anchors=(leaf,), now=datetime(2025, 8, 13, tzinfo=UTC))

    assert refused.value.check == "x5c_self_signed"


def _schema(name):
    return _json(f"conformance-suite/{name}-1_0.schema.json")


def test_our_offers_have_the_form_that_the_conformance_suite_wants():
    for path in OFFERS:
        written = parse_offer(path.read_bytes()).to_json()
        assert not list(faults(written, _schema("credential_offer")))
    assert list(faults({"credential_issuer": ISSUER}, _schema("credential_offer")))


def test_our_requests_have_the_form_that_the_conformance_suite_wants():
    by_id = CredentialRequest(credential_configuration_id="identity", proofs=("a.b.c",))
    by_identifier = CredentialRequest(credential_identifier="identity-1", proofs=("a.b.c",))

    for request in (by_id, by_identifier):
        assert not list(faults(json.loads(json.dumps(request.to_json())), _schema("credential_request")))
    assert list(faults({"proof": {}}, _schema("credential_request")))


def test_our_metadata_have_the_form_that_the_conformance_suite_wants(issuer):
    for tenant in ("municipality", "tax-authority", "bank"):
        document = issuer.open("GET", f"/.well-known/openid-credential-issuer/{tenant}").json
        assert not list(faults(document, _schema("credential_issuer_metadata")))
    assert list(faults({"credential_issuer": ISSUER}, _schema("credential_issuer_metadata")))


CONFIGURATIONS = sorted((VECTORS / "conformance-suite").glob("vci-*.json"))


@pytest.mark.parametrize("path", CONFIGURATIONS, ids=lambda path: path.stem)
def test_the_suite_s_wallets_come_with_keys_and_anchors_that_we_can_read(path):
    configuration = json.loads(path.read_text(encoding="utf-8"))
    texts = [value for value in _texts(configuration) if value.startswith("-----BEGIN CERTIFICATE")]
    keys = [jwk for jwk in _keys(configuration) if jwk.get("crv") == "P-256"]

    assert texts and keys
    assert all(x509.load_pem_x509_certificate(text.encode()) for text in texts)
    for jwk in keys:
        public = {name: jwk[name] for name in ("kty", "crv", "x", "y")}
        assert PublicKey.from_jwk(public).thumbprint()
        if "d" in jwk:
            with pytest.raises(Malformed):
                PublicKey.from_jwk(jwk)


def _texts(value):
    if isinstance(value, str):
        yield value
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _texts(one)


def _keys(value):
    if isinstance(value, dict) and "kty" in value:
        yield value
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _keys(one)
