"""Metadata in the form and the language that are asked for (OpenID4VCI 1.0, 12.2.2, 12.2.3)."""

from __future__ import annotations

import pytest

from openid4vc.jose.jws import parse_jws
from openid4vc.vci.metadata import parse_issuer_metadata
from openid4vc.vci.signed_metadata import SIGNED_METADATA_TYP, verify_signed_metadata
from tests.issuer.place import PUBLIC


def _get(issuer, tenant="bank", **headers):
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    return issuer.open("GET", f"/.well-known/openid-credential-issuer/{tenant}", headers=headers)


@pytest.mark.parametrize("tenant", ["municipality", "tax-authority", "bank"])
def test_the_signed_form_says_the_same_as_the_plain_one(issuer, tenant):
    identifier = f"{PUBLIC}/{tenant}"

    plain = parse_issuer_metadata(_get(issuer, tenant).data, expected_issuer=identifier)
    signed = _get(issuer, tenant, Accept="application/jwt")
    verified = verify_signed_metadata(
        signed.text, expected_issuer=identifier, anchors=issuer.anchors, now=issuer.clock()
    )

    assert verified.metadata == plain
    assert signed.content_type == "application/jwt"
    assert parse_jws(signed.text, expected_typ=SIGNED_METADATA_TYP).claims()["sub"] == identifier


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        (None, "application/json"),
        ("*/*", "application/json"),
        ("application/json", "application/json"),
        ("text/html, */*;q=0.8", "application/json"),
        ("image/png", "application/json"),
        ("application/jwt, application/json", "application/jwt"),
        ("application/jwt;q=0.5, application/json", "application/json"),
        ("application/jwt;q=0", "application/json"),
    ],
)
def test_plain_is_what_comes_unless_the_signed_form_is_preferred(issuer, accept, content_type):
    answer = _get(issuer, **({} if accept is None else {"Accept": accept}))

    assert (answer.status_code, answer.content_type) == (200, content_type)
    assert {"Accept", "Accept-Language"} <= set(answer.vary)


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        (None, {"nl", "en"}),
        ("*", {"nl", "en"}),
        ("fr", {"nl", "en"}),
        ("nl", {"nl"}),
        ("en-GB, nl;q=0.5", {"en"}),
        ("fr, nl-BE;q=0.7, en;q=0.3", {"nl"}),
        ("nl;q=0, en", {"en"}),
    ],
)
def test_names_come_in_the_language_that_is_preferred(issuer, asked, given):
    answer = _get(issuer, **({} if asked is None else {"Accept_Language": asked}))
    metadata = parse_issuer_metadata(answer.data, expected_issuer=f"{PUBLIC}/bank")
    configuration = metadata.configuration("account-holder").credential_metadata

    assert {each.locale for each in metadata.display} == given
    assert {each.locale for each in configuration.display} == given
    assert all({each.locale for each in claim.display} == given for claim in configuration.claims)
    assert answer.headers.get("Content-Language") == (None if len(given) == 2 else given.pop())


def test_the_documents_name_every_endpoint_and_nothing_old(issuer):
    metadata = _get(issuer).json
    server = issuer.open("GET", "/.well-known/oauth-authorization-server/bank").json

    assert metadata["deferred_credential_endpoint"] == f"{PUBLIC}/bank/deferred"
    assert metadata["credential_response_encryption"]["alg_values_supported"] == ["ECDH-ES"]
    assert metadata["credential_request_encryption"]["enc_values_supported"] == ["A128GCM", "A256GCM"]
    assert not {"authorization_servers", "credential_identifiers_supported"} & set(metadata)
    assert server["require_pushed_authorization_requests"] is True
    assert server["code_challenge_methods_supported"] == ["S256"]
    assert server["pre-authorized_grant_anonymous_access_supported"] is True
    assert server["challenge_endpoint"] == f"{PUBLIC}/bank/challenge"
    assert server["response_types_supported"] == ["code"]
    assert set(server["grant_types_supported"]) == {
        "authorization_code",
        "refresh_token",
        "urn:ietf:params:oauth:grant-type:pre-authorized_code",
    }
