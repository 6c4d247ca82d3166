import pytest
from cryptography import x509

from openid4vc.jose.keys import PublicKey, SigningKey
from openid4vc.trust.certificates import (
    CertificateNames,
    LeafSubject,
    certificate_names,
    has_purpose,
    make_leaf,
)
from tests.openid4vc.jose.authority import NOW, later, root

SUBJECT = LeafSubject(
    "Geldloket Voorbeeldstad",
    "Middeling",
    "NTRNL-00000001",
    uris=("http://localhost:8003",),
    dns=("localhost",),
    policies=("0.4.0.194118.1.1",),
)


def leaf(subject: LeafSubject = SUBJECT) -> x509.Certificate:
    return make_leaf(
        subject=subject,
        public=SigningKey.generate().public,
        issuer=root().certificate,
        issuer_key=root().key,
        serial=42,
        now=NOW.replace(microsecond=7),
        days=10,
    )


def test_the_names_of_an_organisation_are_read_back() -> None:
    assert certificate_names(leaf()) == CertificateNames(
        organisation="Geldloket Voorbeeldstad",
        common_name="Middeling",
        identifier="NTRNL-00000001",
        country="NL",
        uris=("http://localhost:8003",),
        dns=("localhost",),
    )


def test_names_that_are_absent_are_empty() -> None:
    names = certificate_names(root().certificate)

    assert (names.organisation, names.identifier, names.uris, names.dns) == ("", "", (), ())


def test_the_identifier_of_an_organisation_has_its_own_oid() -> None:
    oids = [attribute.oid.dotted_string for attribute in leaf().subject]

    assert oids == ["2.5.4.6", "2.5.4.10", "2.5.4.97", "2.5.4.3"]


def test_a_leaf_signs_messages_and_nothing_else() -> None:
    extensions = leaf().extensions
    constraints = extensions.get_extension_for_class(x509.BasicConstraints)
    usage = extensions.get_extension_for_class(x509.KeyUsage)

    assert constraints.critical
    assert not constraints.value.ca
    assert usage.critical
    assert usage.value.digital_signature
    assert not usage.value.key_cert_sign


def test_a_leaf_points_to_the_key_of_its_issuer() -> None:
    certificate = leaf()
    above = root().certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    pointer = certificate.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value

    assert pointer.key_identifier == above.key_identifier
    assert certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)


def test_a_leaf_lives_from_now_for_its_days_under_its_number() -> None:
    certificate = leaf()

    assert (certificate.not_valid_before_utc, certificate.not_valid_after_utc) == (NOW, later(days=10))
    assert certificate.serial_number == 42


def test_policies_and_names_stay_out_when_there_are_none() -> None:
    bare = leaf(LeafSubject("O", "C", "NTRNL-1"))

    for extension in (x509.SubjectAlternativeName, x509.CertificatePolicies):
        leaf().extensions.get_extension_for_class(extension)
        with pytest.raises(x509.ExtensionNotFound):
            bare.extensions.get_extension_for_class(extension)


def test_a_root_is_an_authority_of_its_own_name() -> None:
    certificate = root().certificate

    assert certificate.issuer == certificate.subject
    assert certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert PublicKey.from_certificate(certificate) == root().key.public


def test_a_purpose_is_in_the_certificate_for_which_it_was_asked() -> None:
    signer = leaf(LeafSubject("O", "C", "NTRNL-1", purposes=("0.4.0.2231.3.0",)))

    assert has_purpose(signer, "0.4.0.2231.3.0")
    assert not has_purpose(signer, "0.4.0.2231.3.1")
    assert not has_purpose(leaf(), "0.4.0.2231.3.0")
