"""Names of certificates are compared only where their lengths allow that they are the same."""

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.name import _ASN1Type
from cryptography.x509.oid import NameOID

from openid4vc.errors import CheckFailed
from openid4vc.jose.certificate_der import name_lengths
from openid4vc.jose.keys import SigningKey
from openid4vc.jose.x5c import encode_x5c, parse_x5c
from tests.openid4vc.jose.authority import NOW, later

KEY = SigningKey.generate()


def name(text: str, *, times: int = 1, kind: _ASN1Type = _ASN1Type.UTF8String) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, text, kind)] * times)


def certificate(issuer: x509.Name, subject: x509.Name, *, serial: int = 7) -> x509.Certificate:
    builder = x509.CertificateBuilder(issuer, subject, KEY.public.key, serial, NOW, later(days=10))
    return builder.sign(KEY.private, SHA256())


@pytest.mark.parametrize("serial", [1, 1 << 150])
@pytest.mark.parametrize("issuer_times", [1, 4, 40])
@pytest.mark.parametrize("subject_times", [1, 4, 40])
def test_the_lengths_are_those_of_the_names(serial: int, issuer_times: int, subject_times: int) -> None:
    issuer, subject = name("Belastingdienst", times=issuer_times), name("Bank", times=subject_times)

    der = certificate(issuer, subject, serial=serial).public_bytes(Encoding.DER)

    assert name_lengths(der) == (len(issuer.public_bytes()), len(subject.public_bytes()))


def test_a_certificate_of_the_first_version_has_no_version_in_front() -> None:
    der = certificate(name("One"), name("Another")).public_bytes(Encoding.DER)
    tbs_start = der.index(b"\xa0\x03\x02\x01\x02")
    first_version = der[:tbs_start] + der[tbs_start + 5 :]

    assert name_lengths(first_version) == name_lengths(der)


@pytest.mark.threat(217)
@pytest.mark.parametrize("kind", [_ASN1Type.UTF8String, _ASN1Type.PrintableString])
def test_a_leaf_of_its_own_name_is_refused_however_the_name_is_written(kind: _ASN1Type) -> None:
    leaf = certificate(name("Same"), name("Same", kind=kind))

    with pytest.raises(CheckFailed, match="x5c_self_signed"):
        parse_x5c({"x5c": encode_x5c([leaf])})


def test_another_name_of_the_same_length_is_not_the_same() -> None:
    leaf = certificate(name("Same"), name("Some"))

    assert parse_x5c({"x5c": encode_x5c([leaf])}) == (leaf,)
