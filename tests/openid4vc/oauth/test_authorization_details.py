"""Authorization details of the type openid_credential."""

import pytest

from openid4vc.errors import InvalidAuthorizationDetails
from openid4vc.jose import strict_json
from openid4vc.oauth.authorization_details import (
    OPENID_CREDENTIAL,
    AuthorizationDetail,
    authorization_details_text,
    parse_authorization_details,
)

INCOME = {"type": "openid_credential", "credential_configuration_id": "income"}


def _text(*details):
    return strict_json.dumps(list(details)).decode()


def test_details_survive_the_form():
    details = (
        AuthorizationDetail(
            type=OPENID_CREDENTIAL,
            credential_configuration_id="income",
            locations=("https://issuer.example",),
            claims=({"path": ("tax_year",), "mandatory": True},),
        ),
        AuthorizationDetail(type=OPENID_CREDENTIAL, credential_configuration_id="address"),
    )

    assert parse_authorization_details(authorization_details_text(details)) == details


def test_a_member_that_nobody_knows_is_ignored():
    assert parse_authorization_details(_text({**INCOME, "x": 1})) == (AuthorizationDetail(**INCOME),)


@pytest.mark.threat("034")
@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "{}",
        "[]",
        "null",
        '[{"type":"openid_credential","type":"openid_credential","credential_configuration_id":"a"}]',
        _text({"type": "payment", "credential_configuration_id": "income"}),
        _text(INCOME, {"type": "payment"}),
        _text({"credential_configuration_id": "income", "type": None}),
        _text({"type": "openid_credential"}),
        _text({"type": "openid_credential", "format": "dc+sd-jwt", "vct": "x"}),
        _text({**INCOME, "credential_configuration_id": 7}),
        _text({**INCOME, "locations": []}),
        _text({**INCOME, "locations": ["javascript:x"]}),
        _text({**INCOME, "claims": [{"path": []}]}),
        _text({**INCOME, "credential_identifiers": ["of-somebody"]}),
        _text(*[INCOME] * 33),
        "[" * 40 + "]" * 40,
        _text({**INCOME, "padding": "x" * 70_000}),
    ],
    ids=lambda text: text[:60],
)
def test_faulty_details_are_refused(text):
    with pytest.raises(InvalidAuthorizationDetails):
        parse_authorization_details(text)


def test_a_detail_without_its_type_is_refused():
    with pytest.raises(InvalidAuthorizationDetails):
        parse_authorization_details(_text({"credential_configuration_id": "income"}))
