"""An issuer's header that was accepted is remembered; trust, time and status still decide every time."""

from typing import Any

import pytest

from openid4vc.errors import CheckFailed, Malformed
from openid4vc.sdjwt import vc
from openid4vc.trust.anchors import TrustedIssuer, TrustedIssuers
from tests.openid4vc.jose.authority import Authority, later, root
from tests.openid4vc.sdjwt.desk import (
    BINDING,
    ISSUER,
    ISSUER_ID,
    TRUSTED,
    VCT,
    bind,
    claims,
    forge,
    issue,
    verify,
)


def refusal_of(presentation: str, **change: Any) -> str:
    with pytest.raises(CheckFailed) as refusal:
        verify(presentation, **change)
    return refusal.value.check


def test_a_known_issuer_is_refused_once_it_is_off_the_list() -> None:
    presentation = bind(issue())
    verify(presentation)
    other = TrustedIssuers(
        (TrustedIssuer("https://other.example", "O", frozenset({VCT}), (root().certificate,)),)
    )
    elsewhere = TrustedIssuers(
        (TrustedIssuer(ISSUER_ID, "G", frozenset({VCT}), (Authority.root("New Root").certificate,)),)
    )

    assert refusal_of(presentation, trusted=other) == "issuer"
    assert refusal_of(presentation, trusted=elsewhere) == "x5c_path"


def test_a_known_issuer_is_refused_for_a_type_that_it_may_not_issue() -> None:
    presentation = bind(issue())
    verify(presentation)

    assert refusal_of(presentation, expected_vcts={"https://other.example/vct"}) == "x5c_no_anchors"


def test_a_known_issuer_is_refused_when_its_certificate_has_ended() -> None:
    short = root().signer(ISSUER_ID, days=3)
    presentation = bind(forge(claims(), signer=short))
    verify(presentation)

    assert refusal_of(presentation, now=later(days=4)) == "x5c_path"


def test_a_known_header_does_not_vouch_for_another_signature_or_part() -> None:
    good = bind(issue())
    verify(good)
    header, _, rest = good.partition(".")
    other = bind(forge(claims(), signer=Authority.root("Elsewhere").signer(ISSUER_ID)))

    assert refusal_of(f"{header}.{other.partition('.')[2]}") == "issuer_signature"
    for damaged in (f"{header}.{rest.replace('.', '', 1)}", f"{header}..{rest}", f"{header}.x.{rest}"):
        with pytest.raises((CheckFailed, Malformed)):
            verify(damaged)


def test_a_header_of_another_type_is_refused_after_a_good_one_of_the_same_issuer() -> None:
    verify(bind(issue()))

    assert refusal_of(bind(forge(claims(), typ="vc+sd-jwt"))) == "jws_typ"
    assert refusal_of(bind(forge(claims(), crit=["exp"]))) == "jws_extension"


def test_a_credential_of_a_known_issuer_still_expires() -> None:
    presentation = bind(issue())
    verify(presentation)

    assert refusal_of(presentation, now=later(days=31)) == "expired"


def test_the_memory_is_bounded_and_forgets_huge_headers() -> None:
    vc._signers.clear()
    for number in range(vc.MAX_SIGNERS + 5):
        verify(bind(forge(claims(), kid=str(number))))
    full = len(vc._signers)

    vc._signers.clear()
    verify(bind(forge(claims(), kid="x" * vc.MAX_HEADER)))

    assert full == vc.MAX_SIGNERS
    assert len(vc._signers) == 0


def test_the_same_list_of_trusted_issuers_is_what_counts() -> None:
    vc._signers.clear()
    presentation = bind(issue())

    for trusted in (TRUSTED, TrustedIssuers(TRUSTED.issuers)):
        assert verify(presentation, trusted=trusted, expected_binding=BINDING).issuer == TRUSTED.issuers[0]

    assert len(vc._signers) == 2
    assert ISSUER.chain[0] == verify(presentation).chain.leaf
