"""Credential offers: anybody may have made them."""

from urllib.parse import quote

import pytest

from openid4vc.errors import CheckFailed, InvalidRequest
from openid4vc.jose import strict_json
from openid4vc.oauth.token import PRE_AUTHORIZED
from openid4vc.vci.metadata import IssuerMetadata, check_offer
from openid4vc.vci.offer import (
    CredentialOffer,
    Grants,
    OfferReference,
    PreAuthorizedCodeGrant,
    TxCode,
    offer_uri,
    parse_offer,
    parse_offer_url,
)

ISSUER = "https://issuer.example/bank"
OFFER = CredentialOffer(
    credential_issuer=ISSUER,
    credential_configuration_ids=("account-holder",),
    grants=Grants(
        pre_authorized_code=PreAuthorizedCodeGrant(
            pre_authorized_code="secret", tx_code=TxCode(length=6, description="Van de bank")
        )
    ),
)


def _body(**changed):
    return strict_json.dumps(OFFER.to_json() | changed)


def _with_grant(**changed):
    grant = OFFER.to_json()["grants"][PRE_AUTHORIZED] | changed
    return _body(grants={PRE_AUTHORIZED: grant})


@pytest.mark.parametrize(
    "endpoint",
    [
        "openid-credential-offer://",
        "haip-vci://",
        "https://wallet.example/offer",
        "https://w.example/offer?lang=nl",
    ],
)
def test_an_offer_survives_its_link(endpoint):
    assert parse_offer_url(offer_uri(OFFER, endpoint)) == OFFER


def test_a_reference_survives_its_link():
    reference = OfferReference("http://localhost:8001/bank/offers/abc?x=1&y=2")

    assert parse_offer_url(offer_uri(reference)) == reference


@pytest.mark.threat("080")
@pytest.mark.parametrize(
    "url",
    [
        "",
        "openid-credential-offer://",
        "openid-credential-offer://?",
        "openid-credential-offer://?other=1",
        "openid-credential-offer://?credential_offer=",
        "openid-credential-offer://?credential_offer_uri=",
        "openid-credential-offer://?credential_offer=%7B%7D",
        "openid-credential-offer://?credential_offer",
        "https://[broken?credential_offer_uri=https://i.example/o",
        offer_uri(OFFER) + "&credential_offer_uri=https%3A%2F%2Fi.example%2Foffer",
        offer_uri(OFFER) + "&" + offer_uri(OFFER).split("?")[1],
        offer_uri(OFFER) + "&x=1" * 100,
        offer_uri(OFFER) + "&x=" + "a" * 70_000,
    ],
)
def test_a_link_without_exactly_one_offer_is_refused(url):
    with pytest.raises(InvalidRequest):
        parse_offer_url(url)


@pytest.mark.parametrize(
    "uri", ["ftp://i.example/o", "javascript:alert(1)", "https://u@i.example/o", "/offer"]
)
def test_a_reference_that_is_no_plain_url_is_refused(uri):
    with pytest.raises(InvalidRequest):
        parse_offer_url(f"openid-credential-offer://?credential_offer_uri={quote(uri, safe='')}")


@pytest.mark.threat("083")
@pytest.mark.threat("084")
@pytest.mark.threat("085")
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[" * 10_000,
        b" " * (5 << 20),
        _body(credential_issuer="https://i.example?x=1"),
        _body(credential_issuer="https://i.example#x"),
        _body(credential_issuer="i.example"),
        _body(credential_issuer=None),
        _body(credential_configuration_ids=[]),
        _body(credential_configuration_ids="a"),
        _body(credential_configuration_ids={"a": 1}),
        _body(credential_configuration_ids=["a", "a"]),
        _body(credential_configuration_ids=[""]),
        _body(credential_configuration_ids=["a" * 1000]),
        _body(credential_configuration_ids=[str(number) for number in range(1000)]),
        _body(credential_configuration_ids=[1]),
        _body(grants=[]),
        _body(grants={PRE_AUTHORIZED: "code"}),
        _body(grants={PRE_AUTHORIZED: {}}),
        _with_grant(**{"pre-authorized_code": ""}),
        _with_grant(**{"pre-authorized_code": 1}),
        _with_grant(tx_code=True),
        _with_grant(tx_code={"length": "6"}),
        _with_grant(tx_code={"length": 0}),
        _with_grant(tx_code={"length": 1000}),
        _with_grant(tx_code={"input_mode": "voice"}),
        _with_grant(tx_code={"description": "x" * 301}),
        _with_grant(authorization_server="not a url"),
    ],
    ids=lambda body: body[:60].decode(),
)
def test_a_faulty_offer_is_refused(body):
    with pytest.raises(InvalidRequest):
        parse_offer(body)


@pytest.mark.threat("083")
@pytest.mark.parametrize("grants", [None, {}, {"urn:unknown": {"x": 1}}])
def test_an_offer_without_a_known_grant_has_no_code(grants):
    assert parse_offer(_body(grants=grants)).pre_authorized is None


def test_unknown_members_are_ignored():
    assert parse_offer(_body(new_member={"x": 1})) == OFFER


def _metadata(**changed):
    return IssuerMetadata(
        credential_issuer=ISSUER,
        credential_endpoint=f"{ISSUER}/credential",
        credential_configurations_supported={
            "account-holder": {"format": "dc+sd-jwt", "vct": f"{ISSUER}/vct/account-holder/1"},
            "mdl": {"format": "mso_mdoc"},
        },
        **changed,
    )


def _refusal(offer, metadata):
    with pytest.raises(CheckFailed) as refused:
        check_offer(offer, metadata=metadata)
    return refused.value.check


def test_an_offer_that_fits_the_metadata_passes():
    check_offer(OFFER, metadata=_metadata())


def test_an_offer_of_another_issuer_is_refused():
    other = OFFER.model_copy(update={"credential_issuer": "https://issuer.example/other"})

    assert _refusal(other, _metadata()) == "credential_issuer"


@pytest.mark.parametrize("configuration_id", ["unknown", "mdl"])
def test_an_offer_of_something_that_we_cannot_use_is_refused(configuration_id):
    other = OFFER.model_copy(update={"credential_configuration_ids": ("account-holder", configuration_id)})

    assert _refusal(other, _metadata()) == "unknown_configuration"


@pytest.mark.parametrize("known", [None, ("https://as.example",)])
def test_an_authorization_server_that_the_issuer_does_not_know_is_refused(known):
    offer = parse_offer(_with_grant(authorization_server="https://evil.example"))

    assert _refusal(offer, _metadata(authorization_servers=known)) == "unknown_authorization_server"


def test_an_authorization_server_of_the_issuer_is_accepted():
    offer = parse_offer(_with_grant(authorization_server="https://as.example"))

    check_offer(offer, metadata=_metadata(authorization_servers=("https://as.example",)))
