"""An issuer's certificate that its authority took back (THREATS C3, row 223)."""

import secrets
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from chassis.outbound import Answer, PeerTooLarge, PeerUnreachable
from openid4vc.jose.keys import SigningKey
from tests.verifier.helpers.pki import NOON, Ca, Party
from tests.verifier.helpers.plain import Forge, Question

URL = "http://localhost:8001/crl"


def with_list(party, ca, url=URL):
    """The same leaf, but it says where it may be revoked."""
    old, key = party.chain[0], SigningKey.generate()
    point = x509.DistributionPoint([x509.UniformResourceIdentifier(url)], None, None, None)
    builder = (
        x509.CertificateBuilder()
        .subject_name(old.subject)
        .issuer_name(ca.root.subject)
        .public_key(key.public.key)
        .serial_number(secrets.randbits(150))
        .not_valid_before(NOON - timedelta(days=1))
        .not_valid_after(NOON + timedelta(days=90))
    )
    for extension in old.extensions:
        if extension.oid != x509.SubjectKeyIdentifier.oid:
            builder = builder.add_extension(extension.value, extension.critical)
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public.key), critical=False)
    builder = builder.add_extension(x509.CRLDistributionPoints([point]), critical=False)
    return Party(key, (builder.sign(ca.key.private, SHA256()),))


def revocation_list(ca, serials=(), *, last=-1, following=1, name=None):
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(name or ca.root.subject)
        .last_update(NOON + timedelta(days=last))
        .next_update(NOON + timedelta(days=following))
    )
    for serial in serials:
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(NOON).build()
        builder = builder.add_revoked_certificate(entry)
    return builder.sign(ca.key.private, SHA256()).public_bytes(Encoding.DER)


@pytest.fixture
def party(pki):
    return with_list(pki.issuers["municipality"], pki.issuers_ca)


@pytest.fixture
def forged(party, forge, desk):
    desk.pki.issuers["municipality"], before = party, desk.pki.issuers["municipality"]
    yield Forge(party, forge.holder)
    desk.pki.issuers["municipality"] = before


@pytest.fixture
def publish(desk, monkeypatch):
    real, asked = desk.wire.get, []

    def publishes(served):
        def get(url, **more):
            if url != URL:
                return real(url, **more)
            asked.append(url)
            if isinstance(served, Exception):
                raise served
            return Answer(200, "application/pkix-crl", {}, served)

        monkeypatch.setattr(desk.wire, "get", get)
        return asked

    return publishes


def answer(desk, forged):
    question = Question.asked(desk)
    return question, question.present(forged.card(), forged.holder)


@pytest.mark.threat("223")
def test_a_certificate_that_is_not_on_the_list_is_in_force(desk, forged, publish, pki):
    asked = publish(revocation_list(pki.issuers_ca, [1, 2, 3]))
    for _ in range(2):
        question, presentation = answer(desk, forged)
        assert question.answer(presentation).status_code == 200

    assert asked == [URL]


@pytest.mark.threat("223")
def test_a_revoked_certificate_is_refused(desk, forged, publish, pki):
    publish(revocation_list(pki.issuers_ca, [forged.by.chain[0].serial_number]))
    question, presentation = answer(desk, forged)

    assert question.refuses(presentation) == "certificate_revoked"


@pytest.mark.threat("223")
@pytest.mark.parametrize("failure", [PeerUnreachable("h"), PeerTooLarge("h", "50 MB")], ids=["down", "large"])
def test_a_list_that_cannot_be_had_refuses(desk, forged, publish, failure):
    publish(failure)
    question, presentation = answer(desk, forged)

    assert question.refuses(presentation) == "crl_unavailable"


@pytest.mark.threat("223")
def test_a_list_by_somebody_else_or_of_another_day_is_refused(desk, forged, publish, pki):
    intruder, ours = Ca.new("intruder"), pki.issuers_ca
    for served, check in (
        (revocation_list(intruder), "crl_signature"),
        (revocation_list(intruder, name=ours.root.subject), "crl_signature"),
        (revocation_list(ours, last=-3, following=-1), "crl_outdated"),
        (revocation_list(ours, last=1, following=2), "crl_outdated"),
        (b"nonsense", "malformed"),
    ):
        publish(served)
        question, presentation = answer(desk, forged)

        assert question.refuses(presentation) == check


@pytest.mark.threat("223")
def test_a_list_that_ran_out_is_asked_again(desk, forged, publish, pki):
    publish(revocation_list(pki.issuers_ca))
    question, presentation = answer(desk, forged)
    assert question.answer(presentation).status_code == 200
    desk.advance(days=1)
    question = Question.asked(desk)
    iat = {"iat": int(desk.clock.now.timestamp())}

    assert question.refuses(question.present(forged.card(), forged.holder, claims=iat)) == "crl_outdated"


@pytest.mark.threat("223")
def test_a_list_at_an_address_that_cannot_be_asked_refuses(desk, forge, pki):
    party = with_list(pki.issuers["municipality"], pki.issuers_ca, url="ldap://localhost/crl")
    question = Question.asked(desk)

    check = question.refuses(question.present(Forge(party, forge.holder).card(), forge.holder))

    assert check == "crl_address"
    assert desk.wire.asked == []
