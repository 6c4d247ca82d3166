"""The examples of OpenID4VP 1.0: which requests we take, and which we do not."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from openid4vc.dcql.query import parse_dcql
from openid4vc.errors import CheckFailed, InvalidRequest, Malformed, VpFormatsNotSupported
from openid4vc.jose import base64url, strict_json
from openid4vc.jose.jwe import DecryptionKey, EncryptionKey
from openid4vc.jose.jws import parse_jws, sign_jws, verify_jws
from openid4vc.jose.keys import PRIVATE_MEMBERS, PublicKey, SigningKey
from openid4vc.jose.x5c import parse_x5c
from openid4vc.sdjwt.disclosure import digest, split_sd_jwt
from openid4vc.sdjwt.present import HeldSdJwt, present
from openid4vc.sdjwt.unfold import unfold
from openid4vc.sdjwt.verify import process_sd_jwt
from openid4vc.vp.client_id import check_client_id
from openid4vc.vp.client_metadata import response_encryption
from openid4vc.vp.request import AuthorizationRequest
from openid4vc.vp.request_object import verify_request_object
from openid4vc.vp.response import AuthorizationErrorResponse, AuthorizationResponse, EncryptedResponse
from openid4vc.vp.verifier_info import registration_info
from openid4vc.vp.vp_token import read_presentations
from tests.openid4vc.trust.test_registration import ACCESS
from tests.vectors.json_schema import faults

SHARED = Path(__file__).resolve().parents[3] / "shared" / "vectors"
VECTORS = SHARED / "openid4vp"
NOW = datetime(2026, 11, 24, tzinfo=UTC)

pytestmark = pytest.mark.skipif(
    not VECTORS.is_dir(), reason=f"OPENID4VP VECTORS NOT RUN: no folder {VECTORS} beside the checkout"
)


def _json(path):
    return json.loads(path.read_text(encoding="utf-8"))


def _request(**changed):
    return {
        "client_id": "x509_hash:Uvo3HtuIxuhC92rShpgqcT3YXwrqRxWEviRiA0OZszk",
        "response_type": "vp_token",
        "response_mode": "direct_post",
        "response_uri": "https://client.example.org/post",
        "nonce": "n-0S6_WzA2Mj",
        "dcql_query": _json(SHARED / "dcql" / "openid4vp" / "simple.json"),
        **changed,
    }


def test_a_request_with_the_metadata_of_the_standard_is_read():
    metadata = _json(VECTORS / "examples/client_metadata/sd_jwt_vc_verifier_metadata.json")

    request = AuthorizationRequest.from_claims(_request(client_metadata=metadata), received_at=NOW)

    assert request.client_metadata == metadata


@pytest.mark.parametrize("name", ["mso_mdoc", "w3c_jwt", "w3c_ldp"])
def test_a_verifier_without_our_format_is_told_so(name):
    metadata = _json(VECTORS / f"examples/client_metadata/{name}_verifier_metadata.json")

    with pytest.raises(VpFormatsNotSupported):
        AuthorizationRequest.from_claims(_request(client_metadata=metadata), received_at=NOW)


def test_metadata_from_before_1_0_does_not_count():
    metadata = _json(SHARED / "openid4vci/outdated-forms/client_metadata_sd_jwt_vc.json")

    request = AuthorizationRequest.from_claims(_request(client_metadata=metadata), received_at=NOW)

    assert "vp_formats_supported" not in request.client_metadata


@pytest.mark.parametrize("name", ["dcql_jwt_vc", "dcql_ldp_vc"])
def test_queries_for_foreign_formats_are_read_but_cannot_be_answered(name):
    assert not parse_dcql(_json(VECTORS / f"examples/request/{name}.json")).answerable


def test_a_request_with_a_redirect_uri_is_refused():
    with pytest.raises(InvalidRequest, match="redirect_uri"):
        AuthorizationRequest.from_claims(
            _request(redirect_uri="https://client.example.org/callback"), received_at=NOW
        )


@pytest.mark.parametrize("name", ["02", "03", "06-pidPlusMdl", "07-ehicSdJwtVc"])
def test_answers_of_others_are_read_unverified(name):
    vp_token = _json(SHARED / f"dcql/eudi-srv-verifier-endpoint/{name}-vpToken.json")

    response = AuthorizationResponse.from_form({"vp_token": strict_json.dumps(vp_token).decode()})

    assert response.unverified_vp_token == vp_token


def test_the_error_of_the_standard_is_read():
    error = _json(VECTORS / "examples/digital_credentials_api/error_invalid_request.json")

    response = AuthorizationResponse.from_form({**error, "state": "eyJhb"})

    assert response == AuthorizationErrorResponse(
        "invalid_request", error.get("error_description", ""), "eyJhb"
    )


def test_the_encrypted_answer_of_the_standard_is_opened():
    vector = _json(VECTORS / "encrypted-response.json")
    secret = int.from_bytes(base64url.decode(vector["decryption_jwk"]["d"]), "big")
    key = DecryptionKey(ec.derive_private_key(secret, ec.SECP256R1()))

    encryption = response_encryption(vector["request_excerpt"]["client_metadata"])
    opened = EncryptedResponse.from_form({"response": vector["response"]}).opened(
        key=key, expected_kid="ac", expected_state=None
    )

    assert (encryption.recipient.kid, encryption.recipient.public) == ("ac", key.public)
    assert encryption.enc == "A128GCM"
    assert opened.unverified_vp_token == vector["plaintext"]["vp_token"]


LD = VECTORS / "examples" / "sd_jwt_vcld" / "01"


def _text(name):
    return "".join((LD / name).read_text(encoding="utf-8").split())


def test_the_worked_example_with_linked_data_verifies_and_unfolds():
    vector = _json(VECTORS / "sd-jwt-vcld-worked-example.json")
    split = split_sd_jwt(vector["presentation"])
    issuer = PublicKey.from_jwk(vector["issuer_public_jwk"])
    holder = PublicKey.from_jwk(vector["sd_jwt_payload"]["cnf"]["jwk"])

    issued = verify_jws(parse_jws(split.issuer_jwt, expected_typ="dc+sd-jwt"), key=issuer)
    bound = verify_jws(parse_jws(split.key_binding_jwt, expected_typ="kb+jwt"), key=holder)

    assert issued.claims == vector["sd_jwt_payload"] == _json(LD / "sd_jwt_payload.json")
    assert bound.claims == vector["kb_jwt_payload"] == _json(LD / "kb_jwt_payload.json")
    assert bound.claims["sd_hash"] == digest(split.bound)
    assert process_sd_jwt(issued.claims, split.disclosures).claims == vector["verified_payload"]
    assert HeldSdJwt(vector["issuance"]).payload["ld"] == _json(LD / "user_claims.json")["ld"]


def test_the_files_of_the_worked_example_say_the_same():
    vector = _json(VECTORS / "sd-jwt-vcld-worked-example.json")
    split = split_sd_jwt(vector["presentation"])

    assert _text("sd_jwt_presentation.txt") == vector["presentation"]
    assert _text("sd_jwt_issuance.txt") == vector["issuance"]
    assert _text("sd_jwt_jws_part.txt") == split.issuer_jwt
    assert _text("kb_jwt_serialized.txt") == split.key_binding_jwt
    assert _json(LD / "kb_jwt_header.json") == vector["kb_jwt_header"]
    assert _json(LD / "verified_contents.json") == vector["verified_payload"]
    disclosures = _json(LD / "disclosures.json")
    listed = disclosures if isinstance(disclosures, list) else disclosures["disclosures"]
    assert all(digest(one["disclosure"]) == one["digest"] for one in listed)


def test_the_disclosures_of_the_standard_open_its_credential():
    vector = _json(VECTORS / "sd-jwt-vc-disclosures.json")
    payload, plain = (
        _json(VECTORS / vector["payload_file"]),
        _json(VECTORS / vector["unsecured_payload_file"]),
    )

    opened = unfold(payload, [one["disclosure"] for one in vector["disclosures"]]).claims

    assert opened.items() >= plain.items()
    assert [digest(one["disclosure"]) for one in vector["disclosures"]] == [
        one["digest"] for one in vector["disclosures"]
    ]


def test_a_key_binding_with_transaction_data_has_the_members_of_the_standard():
    published = _json(VECTORS / "examples/response/kb_jwt_unsecured.json")
    key = SigningKey.generate()

    shown = present(
        "a.b.c~",
        key=key,
        audience=published["aud"],
        nonce=published["nonce"],
        iat=NOW,
        transaction_data=("e30",),
        jti="j-1",
    )
    ours = parse_jws(shown.rpartition("~")[2], expected_typ="kb+jwt").claims()

    assert ours.keys() == published.keys() | {"jti"}
    assert len(ours["transaction_data_hashes"][0]) == len(published["transaction_data_hashes"][0])


@pytest.mark.parametrize(
    "name", ["credentials/jwt_vc", "credentials/ldp_vc", "response/jwt_vc", "response/ldp_vc"]
)
def test_an_answer_in_another_format_is_no_presentation(name):
    published = _json(VECTORS / f"examples/{name}.json")
    as_object, as_jwt = published, sign_jws(published, typ="JWT", key=SigningKey.generate())

    with pytest.raises((CheckFailed, Malformed)):
        read_presentations({"q": [as_object]})
    for text in (as_jwt, f"{as_jwt}~", json.dumps(published)):
        with pytest.raises((CheckFailed, Malformed)):
            HeldSdJwt(text)


@pytest.mark.parametrize("name", ["redirect", "dc-api"])
def test_the_key_of_a_session_transcript_has_the_printed_thumbprint(name):
    vector = _json(VECTORS / f"session-transcript-{name}.json")

    recipient = EncryptionKey.from_jwk(vector["jwk"])

    assert recipient.kid == vector["jwk"]["kid"]
    public = {member: vector["jwk"][member] for member in ("kty", "crv", "x", "y")}
    assert base64url.decode(PublicKey.from_jwk(public).thumbprint()).hex() == vector["jwk_thumbprint_hex"]


DID = {
    "header": VECTORS / "examples/request/request_header_client_id_did.json",
    "payload": VECTORS / "examples/request/request_object_client_id_did.txt",
}


def test_a_request_of_a_decentralized_identifier_is_refused_by_header_and_by_name():
    header = _json(DID["header"])
    client_id = json.loads(DID["payload"].read_text().replace("{ ... }", "{}"))["client_id"]

    for spoilt in (header, header | {"alg": "ES256"}):
        compact = f"{base64url.encode(strict_json.dumps(spoilt))}.e30.AA"
        with pytest.raises((CheckFailed, Malformed, InvalidRequest)):
            verify_request_object(
                compact,
                expected_client_id=client_id,
                expected_wallet_nonce=None,
                anchors=(),
                now=NOW,
            )
    with pytest.raises(CheckFailed):
        check_client_id(client_id, ACCESS.chain[0], "https://client.example.org/post")


@pytest.mark.parametrize("name", ["signed_request_payload", "signed_request_payload_compact"])
def test_a_request_for_the_browser_s_own_interface_is_not_one_of_ours(name):
    text = (VECTORS / f"examples/digital_credentials_api/{name}.txt").read_text(encoding="utf-8")
    asked = json.loads(re.sub(r"\{ *\.\.\. *\}", json.dumps(_request()["dcql_query"]), text))
    claims = asked if "response_mode" in asked else {**_request(), "response_mode": "dc_api"}

    with pytest.raises(InvalidRequest):
        AuthorizationRequest.from_claims(claims, received_at=NOW)


SUITE = VECTORS / "conformance-suite"
CONFIGURATIONS = sorted(SUITE.glob("vp-verifier-*.json"))


@pytest.mark.parametrize("path", CONFIGURATIONS, ids=lambda path: path.stem)
def test_the_key_of_the_suite_s_wallet_comes_with_a_chain_that_we_can_read(path):
    signing = _json(path)["credential"]["signing_jwk"]
    (leaf,) = parse_x5c({"x5c": signing["x5c"]})

    public = PublicKey.from_jwk({member: signing[member] for member in ("kty", "crv", "x", "y")})

    assert public == PublicKey.from_certificate(leaf)


@pytest.mark.parametrize("name", ["vp-server-jwk", "vp-signing-ca-jwk", "vp-signing-jwk", "vp-signing-jwk-2"])
def test_a_private_or_foreign_key_of_the_suite_is_no_public_key(name):
    jwk = _json(SUITE / "keys" / f"{name}.json")
    public = {member: value for member, value in jwk.items() if member not in PRIVATE_MEMBERS}

    with pytest.raises(Malformed):
        PublicKey.from_jwk(jwk)
    if jwk["kty"] == "EC":
        assert PublicKey.from_jwk(public).thumbprint()
    else:
        with pytest.raises(Malformed):
            PublicKey.from_jwk(public)


def test_a_question_in_the_language_of_before_dcql_is_refused():
    asked = _json(SUITE / "vp-wallet-test-config.json")["client"]["presentation_definition"]
    claims = {name: value for name, value in _request().items() if name != "dcql_query"}

    for one in ({**claims, "presentation_definition": asked}, _request(presentation_definition=asked)):
        with pytest.raises(InvalidRequest):
            AuthorizationRequest.from_claims(one, received_at=NOW)


def test_our_verifier_info_has_the_form_that_the_conformance_suite_wants():
    schema = _json(SUITE / "verifier_info.schema.json")

    ours = [registration_info("a.b.c").to_json()]

    assert not list(faults({"verifier_info": ours}, schema))
    assert list(faults({"verifier_info": [{"format": "registration_cert"}]}, schema))
