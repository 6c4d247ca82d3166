"""The examples of OpenID4VP 1.0: which requests we take, and which we do not."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from openid4vc.dcql.query import parse_dcql
from openid4vc.errors import InvalidRequest, VpFormatsNotSupported
from openid4vc.jose import base64url, strict_json
from openid4vc.jose.jwe import DecryptionKey
from openid4vc.vp.client_metadata import response_encryption
from openid4vc.vp.request import AuthorizationRequest
from openid4vc.vp.response import AuthorizationErrorResponse, AuthorizationResponse, EncryptedResponse

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
