"""Metadata of the authorization server."""

import pytest

from openid4vc.errors import CheckFailed, Malformed
from openid4vc.jose import strict_json
from openid4vc.oauth.metadata import (
    AuthorizationServerMetadata,
    parse_authorization_server_metadata,
    well_known_url,
)
from openid4vc.oauth.token import PRE_AUTHORIZED

ISSUER = "https://issuer.example/bank"


def _document(**changed):
    return strict_json.dumps(
        {
            "issuer": ISSUER,
            "token_endpoint": f"{ISSUER}/token",
            "grant_types_supported": [PRE_AUTHORIZED],
            "pre-authorized_grant_anonymous_access_supported": True,
            **changed,
        }
    )


def _refusal(body, **options):
    with pytest.raises(CheckFailed) as refused:
        parse_authorization_server_metadata(body, expected_issuer=ISSUER, **options)
    return refused.value.check


def test_metadata_is_read_and_written_alike():
    metadata = parse_authorization_server_metadata(_document(x=1), expected_issuer=ISSUER)

    assert metadata.takes_pre_authorized_code
    assert metadata.pre_authorized_anonymous
    assert strict_json.dumps(metadata.to_json()) == _document()


def test_without_grant_types_the_pre_authorized_code_is_not_taken():
    metadata = AuthorizationServerMetadata(issuer=ISSUER, token_endpoint=f"{ISSUER}/token")

    assert not metadata.takes_pre_authorized_code


def test_it_lives_before_the_path():
    assert well_known_url(ISSUER) == "https://issuer.example/.well-known/oauth-authorization-server/bank"


@pytest.mark.threat("088")
@pytest.mark.parametrize("other", [ISSUER + "/", "https://ISSUER.example/bank", "https://issuer.example"])
def test_metadata_of_another_issuer_is_refused(other):
    assert _refusal(_document(issuer=other)) == "authorization_server_issuer"


@pytest.mark.threat("087")
@pytest.mark.parametrize(
    "endpoint",
    ["https://evil.example/token", "http://issuer.example/bank/token", "https://issuer.example:8443/token"],
)
@pytest.mark.parametrize(
    "name",
    [
        "token_endpoint",
        "authorization_endpoint",
        "challenge_endpoint",
        "pushed_authorization_request_endpoint",
    ],
)
def test_an_endpoint_elsewhere_is_refused(name, endpoint):
    assert _refusal(_document(**{name: endpoint})) == "endpoint_origin"


def test_an_endpoint_elsewhere_can_be_allowed():
    body = _document(token_endpoint="https://other.example/token")

    metadata = parse_authorization_server_metadata(body, expected_issuer=ISSUER, same_origin=False)

    assert metadata.token_endpoint == "https://other.example/token"


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b"{}",
        _document(token_endpoint="javascript:alert(1)"),
        _document(token_endpoint=None),
        _document(issuer=ISSUER + "?x=1"),
        _document(issuer=ISSUER + "#x"),
        _document(grant_types_supported=[]),
        _document(grant_types_supported="x"),
    ],
)
def test_faulty_metadata_is_malformed(body):
    with pytest.raises(Malformed):
        parse_authorization_server_metadata(body, expected_issuer=ISSUER)


CODE_FLOW = {
    "grant_types_supported": ["authorization_code"],
    "authorization_endpoint": f"{ISSUER}/authorize",
    "pushed_authorization_request_endpoint": f"{ISSUER}/par",
    "code_challenge_methods_supported": ["S256"],
}


def _parse(**changed):
    return parse_authorization_server_metadata(_document(**changed), expected_issuer=ISSUER)


def test_the_code_flow_needs_all_that_keeps_it_safe():
    assert _parse(**CODE_FLOW).takes_authorization_code
    assert not _parse().takes_authorization_code


@pytest.mark.parametrize(
    "changed",
    [
        {"grant_types_supported": [PRE_AUTHORIZED]},
        {"authorization_endpoint": None},
        {"pushed_authorization_request_endpoint": None},
        {"code_challenge_methods_supported": ["plain"]},
        {"code_challenge_methods_supported": None},
    ],
)
def test_a_code_flow_that_misses_something_is_not_taken(changed):
    assert not _parse(**{**CODE_FLOW, **changed}).takes_authorization_code


def test_what_a_server_takes_is_what_it_says():
    plain = _parse(dpop_signing_alg_values_supported=["PS256"])
    careful = _parse(
        dpop_signing_alg_values_supported=["ES256"],
        token_endpoint_auth_methods_supported=["attest_jwt_client_auth"],
    )

    assert (plain.takes_dpop, plain.takes_attestation) == (False, False)
    assert (careful.takes_dpop, careful.takes_attestation) == (True, True)
