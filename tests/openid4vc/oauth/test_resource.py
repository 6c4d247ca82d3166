"""Showing an access token to a resource."""

import pytest

from openid4vc.errors import InsufficientScope, InvalidDpopProof, InvalidToken, UseDpopNonce
from openid4vc.oauth.resource import UnverifiedToken, challenge, parse_authorization


@pytest.mark.parametrize(
    ("value", "scheme"),
    [("DPoP a.b-c_~+/==", "DPoP"), ("dpop a.b-c_~+/==", "DPoP"), ("BEARER  a.b-c_~+/==", "Bearer")],
)
def test_a_token_is_read_with_its_scheme(value, scheme):
    assert parse_authorization([value]) == UnverifiedToken("a.b-c_~+/==", scheme)


@pytest.mark.threat("044")
@pytest.mark.parametrize(
    "values",
    [
        [],
        ["DPoP a", "DPoP a"],
        ["DPoP a, DPoP b"],
        [""],
        ["DPoP"],
        ["DPoP "],
        ["a"],
        ["Basic YTpi"],
        ["DPoP a b"],
        ["DPoP a=b"],
        ["DPoP é"],
        ["DPoP a\r\nX: y"],
        ["DPoP ²"],
        ["DPoP " + "a" * 9000],
        ["DPoP ---"],
    ],
    ids=lambda values: str(values)[:30],
)
def test_what_is_not_one_token_is_refused(values):
    with pytest.raises(InvalidToken):
        parse_authorization(values)


@pytest.mark.threat("031")
def test_a_token_is_shown_as_it_was_given():
    bound, bearer = UnverifiedToken("a", "DPoP"), UnverifiedToken("a", "Bearer")

    bound.check_bound("thumbprint")
    bearer.check_bound(None)
    for shown, thumbprint in ((bound, None), (bearer, "thumbprint")):
        with pytest.raises(InvalidToken):
            shown.check_bound(thumbprint)


def test_the_challenge_says_what_is_wrong():
    assert challenge(UseDpopNonce()) == 'DPoP error="use_dpop_nonce", algs="ES256"'
    assert challenge(InvalidDpopProof("no"), scheme="Bearer") == (
        'DPoP error="invalid_dpop_proof", error_description="no", algs="ES256"'
    )
    assert challenge(InsufficientScope(), scheme="Bearer") == 'Bearer error="insufficient_scope"'


def test_the_challenge_stays_one_plain_line():
    assert challenge(InvalidToken('a"b\r\né\\'), scheme="Bearer") == (
        'Bearer error="invalid_token", error_description="a\'b???/"'
    )
