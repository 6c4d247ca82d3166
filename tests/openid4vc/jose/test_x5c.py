import base64
from collections.abc import Sequence
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID, ObjectIdentifier

from openid4vc.errors import CheckFailed, Malformed
from openid4vc.jose.keys import PublicKey, SigningKey
from openid4vc.jose.x5c import VerifiedChain, encode_x5c, parse_x5c, verify_x5c
from openid4vc.trust.certificates import make_intermediate, make_root
from tests.openid4vc.jose.authority import NOW, Authority, later, root


def verify(chain: Sequence[x509.Certificate], *anchors: x509.Certificate, **at: Any) -> VerifiedChain:
    trusted = anchors or (root().certificate,)
    return verify_x5c(parse_x5c({"x5c": encode_x5c(chain)}), anchors=trusted, now=at.get("now", NOW))


def refusal_of(chain: Sequence[x509.Certificate], *anchors: x509.Certificate, **at: Any) -> str:
    with pytest.raises(CheckFailed) as refusal:
        verify(chain, *anchors, **at)
    return refusal.value.check


def custom_leaf(public: Any, *extensions: tuple[x509.ExtensionType, bool]) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Custom")])
    builder = x509.CertificateBuilder(
        root().certificate.subject, name, public, 77, NOW, later(days=10)
    ).add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root().key.public.key), False)
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    return builder.sign(root().key.private, SHA256())


def key_usage(**usages: bool) -> x509.KeyUsage:
    names = (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
    )
    others = ("key_cert_sign", "crl_sign", "encipher_only", "decipher_only")
    return x509.KeyUsage(**{name: usages.get(name, False) for name in names + others})


def test_a_leaf_under_an_anchor_verifies() -> None:
    signer = root().signer("https://issuer.example")

    chain = verify(signer.chain)

    assert chain.leaf == signer.chain[0]
    assert chain.key == signer.key.public
    assert chain.anchor == root().certificate


def test_a_leaf_under_an_intermediate_verifies() -> None:
    intermediate = root().below()
    signer = intermediate.signer()

    chain = verify([*signer.chain, intermediate.certificate])

    assert chain.certificates == (*signer.chain, intermediate.certificate)


def test_x5c_is_standard_base64_of_der_leaf_first() -> None:
    signer = root().signer()

    assert encode_x5c(signer.chain) == [base64.b64encode(signer.chain[0].public_bytes(Encoding.DER)).decode()]


@pytest.mark.threat(216)
@pytest.mark.parametrize("x5c", [None, [], "MIIB", {"0": "MIIB"}, [7], [""], ["AAAA"], ["é"], [["MIIB"]]])
def test_what_is_no_chain_is_malformed(x5c: Any) -> None:
    with pytest.raises(Malformed):
        parse_x5c({"x5c": x5c})
    with pytest.raises(Malformed):
        parse_x5c({})


@pytest.mark.threat(216)
def test_another_encoding_of_a_certificate_is_malformed() -> None:
    leaf = root().signer().chain[0]
    der = leaf.public_bytes(Encoding.DER)
    spellings = [
        leaf.public_bytes(Encoding.PEM).decode(),
        base64.urlsafe_b64encode(der + b"\xff\xff\xff").decode(),
        base64.b64encode(der).decode() + "\n",
        base64.encodebytes(der).decode(),
        base64.b64encode(der[:-1]).decode(),
        base64.b64encode(der + b"\0").decode(),
    ]

    for spelling in spellings:
        with pytest.raises(Malformed):
            parse_x5c({"x5c": [spelling]})


@pytest.mark.threat(216)
@pytest.mark.parametrize("version", [3, 7, 255])
def test_a_certificate_of_a_version_that_does_not_exist_is_malformed(version: int) -> None:
    der = root().signer().chain[0].public_bytes(Encoding.DER)
    altered = der.replace(b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01" + bytes([version]), 1)

    with pytest.raises(Malformed):
        parse_x5c({"x5c": [base64.b64encode(altered).decode()]})


@pytest.mark.threat(216)
def test_more_certificates_than_anybody_needs_are_malformed() -> None:
    entry = encode_x5c(root().signer().chain)[0]

    assert len(parse_x5c({"x5c": [entry] * 5})) == 5
    with pytest.raises(Malformed):
        parse_x5c({"x5c": [entry] * 6})


@pytest.mark.threat(216)
def test_certificates_that_are_not_the_path_are_refused() -> None:
    intermediate, stranger = root().below("One"), root().below("Other")
    leaf = intermediate.signer().chain[0]

    assert refusal_of([leaf, stranger.certificate, intermediate.certificate]) == "x5c_order"
    assert refusal_of([leaf, intermediate.certificate, intermediate.certificate]) == "x5c_order"
    assert refusal_of([leaf, leaf]) == "x5c_path"
    assert refusal_of([intermediate.certificate, leaf]) == "x5c_path"


@pytest.mark.threat(217)
def test_a_self_signed_leaf_is_refused_even_when_it_is_an_anchor() -> None:
    lonely = Authority.root("Lonely")

    assert refusal_of([lonely.certificate], lonely.certificate) == "x5c_self_signed"


def test_an_authority_of_another_name_with_the_key_of_the_anchor_is_not_the_anchor() -> None:
    other = make_intermediate(
        name="Other name",
        public=root().key.public,
        issuer=root().certificate,
        issuer_key=root().key,
        serial=4242,
        now=NOW,
        days=50,
    )

    chain = verify([*Authority(root().key, other).signer().chain, other])

    assert chain.anchor == root().certificate


@pytest.mark.threat(217)
def test_an_anchor_inside_x5c_is_refused() -> None:
    signer = root().signer()
    renewed = make_root(key=root().key, name="Test Root", serial=99, now=NOW, days=50)

    assert refusal_of([*signer.chain, root().certificate]) == "x5c_contains_anchor"
    assert refusal_of([*signer.chain, renewed]) == "x5c_contains_anchor"


@pytest.mark.threat(217)
def test_a_leaf_of_an_authority_that_is_not_trusted_is_refused() -> None:
    stranger, namesake = Authority.root("Stranger"), Authority.root("Test Root")

    assert refusal_of(stranger.signer().chain) == "x5c_path"
    assert refusal_of(namesake.signer().chain) == "x5c_path"


@pytest.mark.threat(224)
def test_without_anchors_nobody_is_trusted() -> None:
    with pytest.raises(CheckFailed, match="x5c_no_anchors"):
        verify_x5c(root().signer().chain, anchors=(), now=NOW)


@pytest.mark.threat(218)
def test_a_leaf_or_intermediate_outside_its_time_is_refused() -> None:
    signer = root().signer(days=10)
    short_lived = root().below(days=5)
    under_short_lived = [short_lived.signer().chain[0], short_lived.certificate]

    assert verify(signer.chain, now=later(days=9))
    assert refusal_of(signer.chain, now=later(days=11)) == "x5c_path"
    assert refusal_of(signer.chain, now=later(seconds=-1)) == "x5c_path"
    assert refusal_of(under_short_lived, now=later(days=6)) == "x5c_path"


def test_an_anchor_past_its_time_is_refused() -> None:
    old = Authority.root("Old", days=10)

    assert refusal_of(old.signer(days=100).chain, old.certificate, now=later(days=50)) == "x5c_path"


def test_a_leaf_cannot_certify_another() -> None:
    middle = SigningKey.generate()
    false_authority = Authority(middle, root().certify(middle, name="False authority"))

    assert refusal_of([false_authority.signer().chain[0], false_authority.certificate]) == "x5c_path"


def test_an_intermediate_that_may_only_sign_leaves_cannot_make_another_authority() -> None:
    first = root().below("First")
    second = first.below("Second")

    assert refusal_of([second.signer().chain[0], second.certificate, first.certificate]) == "x5c_path"


def test_a_certificate_authority_signs_no_messages() -> None:
    assert refusal_of([root().below().certificate]) == "x5c_path"


def test_a_certificate_authority_signs_no_messages_even_if_its_key_usage_allows_it() -> None:
    public = SigningKey.generate().public.key
    extensions = [(key_usage(digital_signature=True, key_cert_sign=True), True)]
    authority = (x509.BasicConstraints(ca=True, path_length=None), True)

    assert verify([custom_leaf(public, *extensions)])
    assert refusal_of([custom_leaf(public, *extensions, authority)]) == "x5c_path"


def test_a_certificate_with_a_key_of_an_unknown_curve_is_malformed() -> None:
    p256, unknown = bytes.fromhex("06082a8648ce3d030107"), bytes.fromhex("06082a8648ce3d03017f")
    der = root().signer().chain[0].public_bytes(Encoding.DER).replace(p256, unknown)

    with pytest.raises(Malformed):
        parse_x5c({"x5c": [base64.b64encode(der).decode()]})
    with pytest.raises(Malformed):
        PublicKey.from_certificate(x509.load_der_x509_certificate(der))


def test_a_key_usage_without_signatures_is_refused() -> None:
    public = SigningKey.generate().public.key

    assert verify([custom_leaf(public, (key_usage(digital_signature=True), True))])
    assert refusal_of([custom_leaf(public, (key_usage(key_agreement=True), True))]) == "x5c_path"


def test_a_leaf_without_extended_key_usage_and_host_name_is_fine() -> None:
    assert verify([custom_leaf(SigningKey.generate().public.key)])


def test_an_unknown_critical_extension_is_refused() -> None:
    unknown = x509.UnrecognizedExtension(ObjectIdentifier("1.2.3.4.5"), b"\x05\x00")

    assert refusal_of([custom_leaf(SigningKey.generate().public.key, (unknown, True))]) == "x5c_path"


@pytest.mark.parametrize(
    "public",
    [
        ec.generate_private_key(ec.SECP384R1()).public_key(),
        rsa.generate_private_key(65537, 2048).public_key(),
    ],
)
def test_a_leaf_with_another_kind_of_key_is_refused(public: Any) -> None:
    with pytest.raises((Malformed, CheckFailed)):
        verify([custom_leaf(public)])
