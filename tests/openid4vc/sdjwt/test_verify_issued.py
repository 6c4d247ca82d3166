from typing import Any

import pytest

from openid4vc.errors import CheckFailed
from openid4vc.jose.keys import SigningKey
from openid4vc.jose.numeric_date import to_numeric_date
from openid4vc.sdjwt.disclosure import make_disclosure
from openid4vc.sdjwt.vc import VerifiedCredential, verify_issued
from tests.openid4vc.jose.authority import NOW, Authority, later
from tests.openid4vc.sdjwt.desk import HOLDER, ISSUER_ID, TRUSTED, VCT, bind, claims, forge, issue


def receive(sd_jwt: str, **change: Any) -> VerifiedCredential:
    expected: dict[str, Any] = {
        "trusted": TRUSTED,
        "expected_vct": VCT,
        "expected_holder": HOLDER.public,
        "now": NOW,
    }
    return verify_issued(sd_jwt, **expected | change)


def refusal_of(sd_jwt: str, **change: Any) -> str:
    with pytest.raises(CheckFailed) as refusal:
        receive(sd_jwt, **change)
    return refusal.value.check


def test_a_credential_is_accepted_from_its_issuer_with_all_its_claims() -> None:
    verified = receive(issue())

    assert verified.claims == claims()
    assert (verified.holder_key, verified.jti) == (HOLDER.public, None)
    assert len(verified.disclosed) == 6


def test_a_credential_with_a_key_binding_refuses() -> None:
    assert refusal_of(bind(issue())) == "key_binding_unexpected"


def test_a_credential_for_another_key_or_for_none_refuses() -> None:
    assert refusal_of(issue(), expected_holder=SigningKey.generate().public) == "cnf"
    assert refusal_of(forge(claims(cnf=...))) == "cnf"


def test_a_credential_of_another_type_refuses() -> None:
    assert refusal_of(forge(claims(vct="other"))) == "vct"
    assert refusal_of(issue(), expected_vct="other") == "x5c_no_anchors"


def test_a_credential_of_a_stranger_refuses() -> None:
    assert refusal_of(forge(claims(), signer=Authority.root("Stranger").signer(ISSUER_ID))) == "x5c_path"


def test_a_disclosure_that_belongs_to_nothing_refuses() -> None:
    assert refusal_of(f"{issue()}{make_disclosure('s', 'x', 1)}~") == "disclosure_unreferenced"


def test_a_credential_outside_its_time_refuses() -> None:
    assert refusal_of(issue(claims(exp=to_numeric_date(later(days=-1))))) == "expired"
    assert refusal_of(issue(), now=later(days=31)) == "expired"
