"""The signed request for erasure and the signed certificate: each check turns red on its own."""

from datetime import timedelta

import pytest

from consent.erasure import (
    CERTIFICATE_TYP,
    DELETION_TYP,
    sign_deletion_request,
    sign_erasure_certificate,
    unverified_mandate_id,
    verify_deletion_request,
    verify_erasure_certificate,
)
from consent.erasure_grounds import EXTENSIONS, REFUSALS
from consent.plain_text import LocalText
from consent.rights import DeletionRequest, ErasedItem, ErasureCertificate, KeptItem
from consent.transaction_log import NATIONAL_NUMBER, ClaimInfo, Identifier
from openid4vc.errors import CheckFailed, Malformed
from openid4vc.jose import strict_json
from openid4vc.jose.jws import sign_jws
from openid4vc.jose.keys import SigningKey
from openid4vc.jose.x5c import encode_x5c
from openid4vc.trust.certificates import LeafSubject
from tests.consent.parts import DESK, IDENTITY_VCT, MANDATE_ID, NOW, Authority, desk

AUDIENCE = "http://localhost:8003/rights"
SECONDS = int(NOW.timestamp())
PARTY = Identifier(type=NATIONAL_NUMBER, identifier=DESK.id)
GRANTOR = SigningKey.generate()
OTHER = LeafSubject(organisation="Vreemd Loket", common_name="Vreemd Loket", identifier="NTRNL-00000099")
STRANGER = Authority.make(OTHER)


def request(**changes):
    said = {
        "request_id": "d-0123456789abcdef",
        "requested_at": SECONDS,
        "party_identifier": PARTY,
        "party_name": DESK.name,
        "claims": (ClaimInfo(credential_identifier=IDENTITY_VCT, claims=("given_name",)),),
        "mandate_id": MANDATE_ID,
    }
    return DeletionRequest(**said | changes)


def statement_of(claims, key=GRANTOR, typ=DELETION_TYP):
    return sign_jws(claims, typ=typ, key=key)


def claims_of(asked, **changes):
    said = {
        "aud": AUDIENCE,
        "iat": SECONDS,
        "jti": asked.request_id,
        "request": strict_json.loads_object(asked.to_json()),
    }
    return said | changes


def judge(compact, now=NOW):
    return verify_deletion_request(
        compact, grantor=GRANTOR.public, expected_audience=AUDIENCE, expected_party=DESK.id, now=now
    )


def certificate(**changes):
    said = {
        "request_id": "d-0123456789abcdef",
        "decided_at": SECONDS,
        "decision": "partly",
        "erased": (ErasedItem(what="account", fields=("iban",), sha256="A" * 43),),
        "kept": (KeptItem(what="evidence", rule="BW 3:71", why=LocalText(nl="Bewijs.", en="Proof.")),),
        "mandate_id": MANDATE_ID,
        "party_identifier": PARTY,
        "party_name": DESK.name,
    }
    return ErasureCertificate(**said | changes)


def signed(said, who=None):
    who = who or desk()
    return sign_erasure_certificate(said, key=who.key, chain=who.chain)


def check(compact, root=None):
    anchors = [root or desk().root]
    return verify_erasure_certificate(compact, anchors=anchors, expected_request=request(), now=NOW)


def test_the_grantor_asks_and_the_desk_reads_it():
    compact = sign_deletion_request(request(), audience=AUDIENCE, key=GRANTOR)

    assert unverified_mandate_id(compact) == MANDATE_ID
    assert judge(compact).request == request()


def test_somebody_else_s_key_is_refused_even_when_it_comes_along():
    other = SigningKey.generate()
    header = {"jwk": other.public.jwk()}
    compact = sign_jws(claims_of(request()), typ=DELETION_TYP, key=other, header=header)

    with pytest.raises(CheckFailed) as refused:
        judge(compact)
    assert refused.value.check == "deletion_signature"


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ({"aud": "http://localhost:8003/mandates"}, "deletion_audience"),
        ({"jti": "another"}, "deletion_coherent"),
        ({"iat": SECONDS - 1}, "deletion_coherent"),
    ],
)
def test_a_statement_for_elsewhere_or_at_odds_with_itself_is_refused(changed, name):
    with pytest.raises(CheckFailed) as refused:
        judge(statement_of(claims_of(request(), **changed)))
    assert refused.value.check == name


def test_a_request_to_another_organisation_is_refused():
    elsewhere = request(party_identifier=Identifier(type=NATIONAL_NUMBER, identifier="NTRNL-00000099"))

    with pytest.raises(CheckFailed) as refused:
        judge(statement_of(claims_of(elsewhere)))
    assert refused.value.check == "deletion_party"


@pytest.mark.parametrize("later", [timedelta(seconds=301), timedelta(seconds=-61)])
def test_a_request_that_lay_waiting_or_lies_ahead_is_refused(later):
    with pytest.raises(CheckFailed) as refused:
        judge(statement_of(claims_of(request())), now=NOW + later)
    assert refused.value.check == "deletion_age"


def test_another_kind_of_statement_is_no_request():
    with pytest.raises(CheckFailed):
        judge(statement_of(claims_of(request()), typ="eenmalig-revocation+jwt"))
    with pytest.raises(Malformed):
        judge(statement_of({"aud": AUDIENCE, "iat": SECONDS, "jti": "x"}))


def test_a_request_that_names_no_mandate_proves_nobody():
    with pytest.raises(CheckFailed) as refused:
        unverified_mandate_id(statement_of(claims_of(request(mandate_id=None))))
    assert refused.value.check == "deletion_mandate"


def test_a_certificate_of_the_desk_is_verified():
    found = check(signed(certificate()))

    assert (found.certificate, found.identifier) == (certificate(), DESK.id)


def test_a_certificate_needs_the_desk_s_own_chain_to_be_signed():
    with pytest.raises(ValueError, match="signing key"):
        sign_erasure_certificate(certificate(), key=STRANGER.key, chain=desk().chain)


def test_a_certificate_under_another_root_is_refused():
    with pytest.raises(CheckFailed):
        check(signed(certificate(), who=STRANGER))


def test_a_certificate_of_another_organisation_under_the_same_root_is_refused():
    with pytest.raises(CheckFailed) as refused:
        check(signed(certificate(), who=STRANGER), root=STRANGER.root)
    assert refused.value.check == "erasure_party"


@pytest.mark.parametrize(
    "changed", [{"request_id": "d-another0123456789"}, {"mandate_id": "another-mandate-id-0"}]
)
def test_a_certificate_for_another_request_is_refused(changed):
    with pytest.raises(CheckFailed) as refused:
        check(signed(certificate(**changed)))
    assert refused.value.check == "erasure_request"


@pytest.mark.parametrize("seconds", [61, -61])
def test_a_certificate_from_the_future_or_before_the_question_is_refused(seconds):
    with pytest.raises(CheckFailed) as refused:
        check(signed(certificate(decided_at=SECONDS + seconds)))
    assert refused.value.check == "erasure_time"


def test_a_changed_certificate_is_refused():
    claims = strict_json.loads_object(certificate(decision="partly").to_json())
    compact = sign_jws(
        claims, typ=CERTIFICATE_TYP, key=SigningKey.generate(), header={"x5c": encode_x5c(desk().chain)}
    )

    with pytest.raises(CheckFailed) as refused:
        check(compact)
    assert refused.value.check == "erasure_signature"


def test_every_ground_says_where_the_law_knows_it():
    for code, ground in (REFUSALS | EXTENSIONS).items():
        assert ground.code == code
        assert ground.rule.startswith("AVG ")
