"""Proof key for code exchange."""

import pytest

from openid4vc.errors import InvalidGrant
from openid4vc.oauth.pkce import check_code_verifier, code_challenge, make_code_verifier

# RFC 7636, appendix B
RANDOM = bytes.fromhex("7418dfb49799e0254ffa607dd8adbbba16d4254d69d6bff05b58055853848d79")
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_the_example_of_the_standard_holds():
    assert make_code_verifier(RANDOM) == VERIFIER
    assert code_challenge(VERIFIER) == CHALLENGE
    check_code_verifier(VERIFIER, expected_challenge=CHALLENGE)


@pytest.mark.threat("007")
@pytest.mark.parametrize("verifier", [VERIFIER[:-1] + "l", VERIFIER + "a", CHALLENGE, ""])
def test_another_verifier_does_not_redeem_the_code(verifier):
    with pytest.raises(InvalidGrant):
        check_code_verifier(verifier, expected_challenge=CHALLENGE)


@pytest.mark.parametrize("count", [0, 31, 97])
def test_a_verifier_needs_enough_chance_and_not_too_much(count):
    with pytest.raises(ValueError, match="random bytes"):
        make_code_verifier(bytes(count))
