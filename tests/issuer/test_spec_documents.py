"""What the public documents hold at least (OpenID4VCI 1.0, 4.1.3 and 12.2; RFC 8414, 2; TSL 5.1)."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from issuer.usecases.open_status_lists import open_status_lists
from openid4vc.jose.jws import parse_jws
from openid4vc.status.token import STATUS_LIST_TYP
from openid4vc.vci.offer import parse_offer

PUBLIC = "http://localhost:8001"
MINIMUM = {
    "issuer": f"{PUBLIC}/bank",
    "authorization_endpoint": f"{PUBLIC}/bank/authorize",
    "token_endpoint": f"{PUBLIC}/bank/token",
    "jwks_uri": f"{PUBLIC}/bank/jwks",
    "pushed_authorization_request_endpoint": f"{PUBLIC}/bank/par",
    "require_pushed_authorization_requests": True,
    "response_types_supported": ["code"],
    "code_challenge_methods_supported": ["S256"],
    "client_attestation_signing_alg_values_supported": ["ES256"],
    "client_attestation_pop_signing_alg_values_supported": ["ES256"],
    "challenge_endpoint": f"{PUBLIC}/bank/challenge",
    "dpop_signing_alg_values_supported": ["ES256"],
    "authorization_response_iss_parameter_supported": True,
    "authorization_details_types_supported": ["openid_credential"],
}


def test_the_authorization_server_says_all_that_a_wallet_needs(issuer):
    answer = issuer.open("GET", "/.well-known/oauth-authorization-server/bank")

    assert (answer.status_code, answer.content_type) == (200, "application/json")
    assert {name: answer.json.get(name) for name in MINIMUM} == MINIMUM
    assert "attest_jwt_client_auth" in answer.json["token_endpoint_auth_methods_supported"]
    assert urlsplit(answer.json["status_list_aggregation_endpoint"]).path.startswith("/bank/")


def test_every_configuration_can_be_asked_by_scope_and_says_how_keys_are_proven(issuer):
    server = issuer.open("GET", "/.well-known/oauth-authorization-server/tax-authority").json
    metadata = issuer.open("GET", "/.well-known/openid-credential-issuer/tax-authority")

    configurations = metadata.json["credential_configurations_supported"].values()
    assert metadata.content_type == "application/json"
    assert {each["scope"] for each in configurations} <= set(server["scopes_supported"])
    for each in configurations:
        assert (each["format"], each["cryptographic_binding_methods_supported"]) == ("dc+sd-jwt", ["jwk"])
        assert each["credential_signing_alg_values_supported"] == ["ES256"]
        for proof in each["proof_types_supported"].values():
            assert "ES256" in proof["proof_signing_alg_values_supported"]


def test_a_referenced_offer_is_json_at_an_address_of_its_own(issuer):
    links = [issuer.make_offer(by_reference=True)["offer"] for _ in range(2)]
    addresses = [parse_qs(urlsplit(link).query)["credential_offer_uri"][0] for link in links]

    answer = issuer.open("GET", urlsplit(addresses[0]).path)

    assert addresses[0] != addresses[1]
    assert (answer.status_code, answer.content_type) == (200, "application/json")
    assert parse_offer(answer.data).credential_issuer == f"{PUBLIC}/municipality"


def test_a_status_list_keeps_for_a_day_and_is_asked_again_after_a_quarter_of_an_hour(issuer):
    open_status_lists(ports=issuer.app.extensions["ports"])
    server = issuer.open("GET", "/.well-known/oauth-authorization-server/bank").json
    lists = issuer.open("GET", urlsplit(server["status_list_aggregation_endpoint"]).path)

    uri = lists.json["status_lists"][0]
    claims = parse_jws(issuer.open("GET", urlsplit(uri).path).text, expected_typ=STATUS_LIST_TYP).claims()

    assert lists.content_type == "application/json"
    assert (claims["sub"], claims["ttl"], claims["exp"] - claims["iat"]) == (uri, 900, 86_400)
