"""Names of certificates are compared only where their encodings allow that they are the same."""

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.name import _ASN1Type
from cryptography.x509.oid import NameOID

from openid4vc.errors import CheckFailed
from openid4vc.jose.certificate_der import may_be_self_issued, names
from openid4vc.jose.keys import SigningKey
from openid4vc.jose.x5c import encode_x5c, parse_x5c, verify_x5c
from tests.openid4vc.jose.authority import NOW, Authority, later

KEY = SigningKey.generate()
KINDS = [
    _ASN1Type.UTF8String,
    _ASN1Type.PrintableString,
    _ASN1Type.T61String,
    _ASN1Type.BMPString,
    _ASN1Type.UniversalString,
]


def name(text: str, *, times: int = 1, kind: _ASN1Type = _ASN1Type.UTF8String) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, text, kind)] * times)


def certificate(
    issuer: x509.Name, subject: x509.Name, *, serial: int = 7, signed_by: SigningKey = KEY
) -> x509.Certificate:
    builder = x509.CertificateBuilder(issuer, subject, KEY.public.key, serial, NOW, later(days=10))
    return builder.sign(signed_by.private, SHA256())


@pytest.mark.parametrize("serial", [1, 1 << 150])
@pytest.mark.parametrize("issuer_times", [1, 4, 40])
@pytest.mark.parametrize("subject_times", [1, 4, 40])
def test_the_names_are_found_where_they_stand(serial: int, issuer_times: int, subject_times: int) -> None:
    issuer, subject = name("Belastingdienst", times=issuer_times), name("Bank", times=subject_times)

    der = certificate(issuer, subject, serial=serial).public_bytes(Encoding.DER)

    assert names(der) == (issuer.public_bytes(), subject.public_bytes())


def test_a_certificate_of_the_first_version_has_no_version_in_front() -> None:
    der = certificate(name("One"), name("Another")).public_bytes(Encoding.DER)
    tbs_start = der.index(b"\xa0\x03\x02\x01\x02")
    first_version = der[:tbs_start] + der[tbs_start + 5 :]

    assert names(first_version) == names(der)


@pytest.mark.threat(217)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("other_kind", KINDS)
def test_a_leaf_of_its_own_name_is_refused_however_the_name_is_written(
    kind: _ASN1Type, other_kind: _ASN1Type
) -> None:
    leaf = certificate(name("Same", kind=kind), name("Same", kind=other_kind))

    with pytest.raises(CheckFailed, match="x5c_self_signed"):
        parse_x5c({"x5c": encode_x5c([leaf])})


@pytest.mark.threat(217)
@pytest.mark.parametrize("kind", KINDS)
def test_a_leaf_with_the_name_of_its_anchor_is_refused_however_the_name_is_written(kind: _ASN1Type) -> None:
    anchor = Authority.root("Same")
    subject = x509.Name(
        [x509.NameAttribute(each.oid, each.value, _kind(each, kind)) for each in anchor.certificate.subject]
    )
    leaf = certificate(anchor.certificate.subject, subject, signed_by=anchor.key)

    with pytest.raises(CheckFailed, match="x5c_self_signed"):
        parse_x5c({"x5c": encode_x5c([leaf])})


@pytest.mark.threat(217)
@pytest.mark.parametrize("kind", KINDS)
def test_the_path_refuses_a_self_signed_leaf_by_itself(kind: _ASN1Type) -> None:
    """Whatever is said about names, nobody's word is under it, or it is the anchor and has no place here."""
    lonely = certificate(name("Same"), name("Same", kind=kind))

    assert _refused_by_the_path(lonely, anchor=Authority.root("Same").certificate) == "x5c_path"
    assert _refused_by_the_path(lonely, anchor=lonely) == "x5c_contains_anchor"


def test_names_of_other_lengths_are_not_read_without_need() -> None:
    thirty = name("x" * 30)

    assert not may_be_self_issued(certificate(thirty, name("Same")).public_bytes(Encoding.DER))


def test_another_name_is_not_the_same() -> None:
    leaves = [
        certificate(name("Same"), name("Some")),
        certificate(name("Same"), name("Some", kind=_ASN1Type.BMPString)),
    ]

    assert [parse_x5c({"x5c": encode_x5c([leaf])}) for leaf in leaves] == [(leaf,) for leaf in leaves]


def _kind(attribute: x509.NameAttribute[str | bytes], kind: _ASN1Type) -> _ASN1Type:
    """A country has one kind only."""
    return _ASN1Type.PrintableString if attribute.oid == NameOID.COUNTRY_NAME else kind


def _refused_by_the_path(leaf: x509.Certificate, *, anchor: x509.Certificate) -> str:
    with pytest.raises(CheckFailed) as refusal:
        verify_x5c([leaf], anchors=[anchor], now=NOW)
    return refusal.value.check
