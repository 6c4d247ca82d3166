"""An open entry of the trust list believes whoever its anchors certify, under a name of the certificate."""

import pytest

from openid4vc.errors import CheckFailed
from openid4vc.trust.anchors import ANY_ISSUER, ANY_TYPE, TrustedIssuer, TrustedIssuers
from openid4vc.trust.certificates import LeafSubject, make_leaf
from tests.openid4vc.jose.authority import NOW, Authority, root
from tests.openid4vc.sdjwt import desk

OPEN = TrustedIssuers((TrustedIssuer(ANY_ISSUER, "?", frozenset({ANY_TYPE}), (root().certificate,)),))


def _verified(**change):
    return desk.verify(desk.bind(desk.forge(desk.claims(**change))), trusted=OPEN)


def test_a_stranger_is_known_by_the_uri_of_the_certificate():
    verified = _verified()

    assert verified.issuer.id == desk.ISSUER_ID
    assert verified.issuer.name == "Voorbeeld"


def test_a_stranger_without_iss_is_named_by_the_certificate():
    assert _verified(iss=...).issuer.id == desk.ISSUER_ID


@pytest.mark.parametrize("iss", ["https://other.example", 7, ""])
def test_a_stranger_may_not_take_a_name_that_is_not_in_the_certificate(iss):
    with pytest.raises(CheckFailed) as refused:
        _verified(iss=iss)

    assert refused.value.check == "issuer"


def test_a_stranger_below_another_root_is_not_believed():
    other = Authority.root("Another root").signer(desk.ISSUER_ID)

    with pytest.raises(CheckFailed):
        desk.verify(desk.bind(desk.forge(desk.claims(), signer=other)), trusted=OPEN)


def signer_named(**names):
    key = desk.ISSUER.key
    leaf = make_leaf(
        subject=LeafSubject("Stranger", "Stranger", "NTRNL-00000077", **names),
        public=key.public,
        issuer=root().certificate,
        issuer_key=root().key,
        serial=4711,
        now=NOW,
        days=30,
    )
    return type(desk.ISSUER)(key, (leaf,))


def judged(signer, iss):
    return desk.verify(desk.bind(desk.forge(desk.claims(iss=iss), signer=signer)), trusted=OPEN).issuer.id


@pytest.mark.parametrize(
    "iss", ["https://issuer.example", "https://issuer.example/municipality", "https://issuer.example:8443"]
)
def test_the_name_of_a_host_counts_for_what_lives_there(iss):
    assert judged(signer_named(dns=("issuer.example",)), iss) == iss


@pytest.mark.parametrize(
    "iss", ["http://issuer.example", "https://issuer.example.evil", "https://issuer.exampl", 7, [], {}]
)
def test_the_name_of_a_host_counts_for_https_only_and_not_for_its_neighbours(iss):
    with pytest.raises(CheckFailed) as refused:
        judged(signer_named(dns=("issuer.example",)), iss)

    assert refused.value.check == "issuer"


def test_a_stranger_without_iss_may_be_named_by_its_host():
    assert judged(signer_named(dns=("issuer.example",)), ...) == "https://issuer.example"


def test_a_stranger_without_any_name_is_nobody():
    with pytest.raises(CheckFailed) as refused:
        judged(signer_named(), ...)

    assert refused.value.check == "issuer"
