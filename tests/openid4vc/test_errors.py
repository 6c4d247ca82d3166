import pytest

from openid4vc import errors
from openid4vc.errors import CheckFailed, InvalidRequest, ProtocolError

CODES = [
    "invalid_request",
    "invalid_client",
    "invalid_grant",
    "unauthorized_client",
    "unsupported_grant_type",
    "unsupported_response_type",
    "invalid_scope",
    "invalid_authorization_details",
    "use_dpop_nonce",
    "invalid_dpop_proof",
    "use_attestation_challenge",
    "use_fresh_attestation",
    "invalid_client_attestation",
    "invalid_token",
    "insufficient_scope",
    "invalid_credential_request",
    "unknown_credential_configuration",
    "unknown_credential_identifier",
    "invalid_proof",
    "invalid_nonce",
    "invalid_encryption_parameters",
    "credential_request_denied",
    "invalid_transaction_id",
    "invalid_notification_id",
    "invalid_notification_request",
    "access_denied",
    "vp_formats_not_supported",
    "invalid_request_uri_method",
    "invalid_transaction_data",
    "wallet_unavailable",
    "invalid_request_uri",
    "invalid_request_object",
    "request_not_supported",
    "request_uri_not_supported",
    "server_error",
    "temporarily_unavailable",
]


def test_there_is_one_refusal_for_each_wire_code_and_no_other() -> None:
    assert sorted(refusal.error for refusal in ProtocolError.__subclasses__()) == sorted(CODES)


@pytest.mark.parametrize("code", CODES)
def test_a_refusal_is_named_after_its_wire_code(code: str) -> None:
    name = "".join(word.capitalize() for word in code.split("_"))

    assert getattr(errors, name).error == code


def test_a_public_description_holds_only_what_the_wire_allows() -> None:
    assert InvalidRequest('say "é\\n"\n').public == "say '?/n'?"
    assert InvalidRequest().public == ""


def test_a_failed_check_keeps_its_name_and_its_reason() -> None:
    refusal = CheckFailed("vct", "not expected")

    assert (refusal.check, refusal.reason, str(refusal)) == ("vct", "not expected", "vct: not expected")
