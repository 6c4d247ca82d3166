"""The documents that anybody may read, held against what strangers' software expects."""

from __future__ import annotations

import pytest

from issuer.files import read_organisations
from openid4vc.oauth.metadata import parse_authorization_server_metadata
from openid4vc.oauth.metadata import well_known_url as server_url
from openid4vc.vci.metadata import parse_issuer_metadata
from openid4vc.vci.metadata import well_known_url as issuer_url
from tests.issuer.place import PUBLIC

TENANTS = [each.path for each in read_organisations()]


@pytest.mark.parametrize("tenant", TENANTS)
def test_the_metadata_is_at_the_inserted_address_and_names_itself(issuer, tenant):
    identifier = f"{PUBLIC}/{tenant}"

    answer = issuer.open("GET", issuer_url(identifier).removeprefix(PUBLIC))
    metadata = parse_issuer_metadata(answer.data, expected_issuer=identifier)

    assert answer.content_type == "application/json"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert metadata.batch_size == 10
    assert metadata.nonce_endpoint == f"{identifier}/nonce"
    assert metadata.notification_endpoint == f"{identifier}/notification"
    assert metadata.name("nl") and metadata.name("en")


@pytest.mark.parametrize("tenant", TENANTS)
def test_every_configuration_has_names_in_two_languages(issuer, tenant):
    answer = issuer.open("GET", f"/.well-known/openid-credential-issuer/{tenant}")
    metadata = parse_issuer_metadata(answer.data, expected_issuer=f"{PUBLIC}/{tenant}")

    for configuration in metadata.credential_configurations_supported.values():
        assert configuration.usable
        assert configuration.scope
        assert configuration.vct.startswith(f"{PUBLIC}/{tenant}/vct/")
        assert configuration.proof_types_supported["jwt"].proof_signing_alg_values_supported == ("ES256",)
        assert configuration.name("nl") and configuration.name("en")
        assert configuration.credential_metadata.claims
        assert all(
            {each.locale for each in claim.display} == {"nl", "en"}
            for claim in configuration.credential_metadata.claims
        )


@pytest.mark.parametrize("tenant", TENANTS)
def test_the_authorization_server_names_itself_and_the_anonymous_grant(issuer, tenant):
    identifier = f"{PUBLIC}/{tenant}"

    answer = issuer.open("GET", server_url(identifier).removeprefix(PUBLIC))
    metadata = parse_authorization_server_metadata(answer.data, expected_issuer=identifier)

    assert metadata.takes_pre_authorized_code
    assert metadata.pre_authorized_anonymous
    assert metadata.token_endpoint_auth_methods_supported == ("attest_jwt_client_auth", "none")
    assert metadata.takes_authorization_code and metadata.takes_dpop and metadata.takes_attestation
    assert answer.json["jwks_uri"] == f"{identifier}/jwks"


def test_the_keys_are_public_and_the_same_in_both_documents(issuer):
    keys = issuer.open("GET", "/bank/jwks").json
    document = issuer.open("GET", "/.well-known/jwt-vc-issuer/bank").json

    assert document == {"issuer": f"{PUBLIC}/bank", "jwks": keys}
    assert set(keys["keys"][0]) == {"kty", "crv", "x", "y", "kid", "use", "alg"}


@pytest.mark.parametrize(
    "path",
    [
        "/.well-known/openid-credential-issuer",
        "/.well-known/openid-credential-issuer/nobody",
        "/municipality/.well-known/openid-credential-issuer",
        "/.well-known/openid-federation/bank",
        "/bank/vct/nothing/1",
        "/bank/vct/account-holder/2",
        "/bank/statuslists/99",
        "/bank/statuslists/-1",
    ],
)
def test_what_is_not_there_is_plainly_not_found(issuer, path):
    assert issuer.open("GET", path).status_code == 404


def test_public_documents_say_how_long_they_keep(issuer):
    document = issuer.open("GET", "/municipality/vct/identity/1")

    assert "max-age=3600" in document.headers["Cache-Control"]
    assert document.headers["X-Content-Type-Options"] == "nosniff"
    assert document.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
