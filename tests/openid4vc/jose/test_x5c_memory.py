"""A chain that held is remembered, and the memory never says more than a fresh check would."""

from datetime import datetime
from typing import Any

import pytest
from cryptography import x509

from openid4vc.errors import CheckFailed
from openid4vc.jose import x5c
from openid4vc.jose.x5c import VerifiedChain, encode_x5c, parse_x5c, verify_x5c
from tests.openid4vc.jose.authority import NOW, Authority, later

ROOT = Authority.root("Remembered Root", days=10)
SIGNER = ROOT.signer(days=5)
HEADER = {"x5c": encode_x5c(SIGNER.chain)}


def verify(*, anchors: Any = (ROOT.certificate,), now: datetime = NOW) -> VerifiedChain:
    return verify_x5c(parse_x5c(HEADER), anchors=anchors, now=now)


def refusal_of(**change: Any) -> str:
    with pytest.raises(CheckFailed) as refusal:
        verify(**change)
    return refusal.value.check


def test_the_same_chain_is_not_built_again() -> None:
    assert verify() is verify()


def test_a_remembered_chain_is_refused_when_a_certificate_of_it_has_ended() -> None:
    chain = verify()

    assert chain.expires_at == later(days=5)
    assert verify(now=later(days=5))
    assert refusal_of(now=later(days=5, seconds=1)) == "x5c_path"
    assert refusal_of(now=later(days=11)) == "x5c_path"


def test_a_remembered_chain_ends_with_its_anchor() -> None:
    short = Authority.root("Short Root", days=2)
    chain = parse_x5c({"x5c": encode_x5c(short.signer(days=90).chain)})

    remembered = verify_x5c(chain, anchors=[short.certificate], now=NOW)

    assert remembered.expires_at == later(days=2)
    with pytest.raises(CheckFailed, match="x5c_path"):
        verify_x5c(chain, anchors=[short.certificate], now=later(days=3))


def test_a_remembered_chain_is_refused_before_it_began() -> None:
    assert verify().not_before == NOW
    assert refusal_of(now=later(seconds=-1)) == "x5c_path"


def test_a_remembered_chain_is_refused_when_its_anchor_was_removed() -> None:
    other = Authority.root("Other Root")
    verify(anchors=(ROOT.certificate, other.certificate))

    assert refusal_of(anchors=(other.certificate,)) == "x5c_path"
    assert refusal_of(anchors=()) == "x5c_no_anchors"


def test_an_equal_anchor_that_was_read_anew_counts_the_same() -> None:
    again = x509.load_der_x509_certificate(ROOT.certificate.public_bytes(x5c.Encoding.DER))

    assert verify(anchors=(again,)).anchor == verify().anchor


def test_another_chain_below_anchors_that_were_used_before_is_judged_at_its_own_moment() -> None:
    verify()
    newcomer = parse_x5c({"x5c": encode_x5c(ROOT.signer(days=50).chain)})

    assert verify_x5c(newcomer, anchors=[ROOT.certificate], now=later(days=9))
    for moment in (later(seconds=-1), later(days=11)):
        with pytest.raises(CheckFailed, match="x5c_path"):
            verify_x5c(newcomer, anchors=[ROOT.certificate], now=moment)


def test_a_refusal_is_not_remembered() -> None:
    stranger = Authority.root("Stranger")
    chain = parse_x5c({"x5c": encode_x5c(stranger.signer().chain)})
    with pytest.raises(CheckFailed):
        verify_x5c(chain, anchors=[ROOT.certificate], now=NOW)

    assert verify_x5c(chain, anchors=[stranger.certificate], now=NOW)


def test_the_memory_is_bounded() -> None:
    for _ in range(x5c.MAX_VERDICTS + 10):
        verify_x5c(SIGNER.chain, anchors=[ROOT.certificate, Authority.root().certificate], now=NOW)

    assert len(x5c._verdicts) == x5c.MAX_VERDICTS
