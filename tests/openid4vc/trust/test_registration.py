"""Registration certificates: what a register says about who asks."""

import pytest

from openid4vc.dcql.query import parse_dcql
from openid4vc.errors import CheckFailed, Malformed
from openid4vc.jose import base64url
from openid4vc.jose.jws import parse_jws, sign_jws
from openid4vc.jose.x5c import encode_x5c
from openid4vc.messages import read_message
from openid4vc.sdjwt.vc import StatusReference
from openid4vc.trust.registration import (
    REGISTRATION_TYP,
    Registration,
    sign_registration,
    verify_registration,
)
from tests.openid4vc.jose.authority import NOW, Authority, Signer, later

REGISTER = Authority.root("Register")
OTHER_REGISTER = Authority.root("Other register")
SIGNER = REGISTER.signer()
ACCESS = Authority.root("Access").signer()
DESK = ACCESS.chain[0]
IDENTIFIER = "NTRNL-00000009"
VCT = "https://issuer.example/vct/identity/1"
SECONDS = int(NOW.timestamp())
YEAR = 365 * 86400
CLAIMS = {
    "name": "Geldloket",
    "sub": IDENTIFIER,
    "sub_ln": "Geldloket Voorbeeldstad",
    "country": "NL",
    "registry_uri": "https://register.example",
    "info_uri": "https://desk.example",
    "support_uri": "mailto:help@desk.example",
    "privacy_policy": "https://desk.example/privacy",
    "srv_description": [[{"lang": "nl", "value": "Middeling aanvragen"}]],
    "entitlements": ["https://uri.etsi.org/19475/Entitlement/Service_Provider"],
    "supervisory_authority": {"email": "info@dpa.example", "uri": "https://dpa.example"},
    "policy_id": ["0.4.0.19475.3.1"],
    "certificate_policy": "https://register.example/policy",
    "iat": SECONDS,
    "exp": SECONDS + YEAR,
    "status": {"status_list": {"idx": 3, "uri": "https://register.example/statuslists/1"}},
    "credentials": [
        {"format": "dc+sd-jwt", "meta": {"vct_values": [VCT]}, "claim": [{"path": ["family_name"]}]}
    ],
    "purpose": [{"lang": "nl", "value": "Teruggaaf aanvragen"}, {"lang": "en", "value": "Claim a refund"}],
    "intended_use_id": "averaging",
    "public_body": True,
}
REGISTRATION = read_message(Registration, CLAIMS, refusal=Malformed)


def signed(*, typ=REGISTRATION_TYP, signer=SIGNER, chain=None, header=None, without=(), **changed):
    claims = {name: value for name, value in (CLAIMS | changed).items() if name not in without}
    return sign_jws(
        claims, typ=typ, key=signer.key, header={"x5c": encode_x5c(chain or signer.chain)} | (header or {})
    )


def verify(data, **changed):
    expected = {"anchors": (REGISTER.certificate,), "access_certificate": DESK, "now": NOW}
    return verify_registration(data, **(expected | changed))


def refusal(data, **changed):
    with pytest.raises(CheckFailed) as refused:
        verify(data, **changed)
    return refused.value.check


def test_what_a_register_signs_is_believed():
    verified = verify(sign_registration(REGISTRATION, key=SIGNER.key, chain=SIGNER.chain))

    assert verified.registration == REGISTRATION
    assert verified.chain.leaf == SIGNER.chain[0]
    assert verified.expires_at == later(days=365)
    assert verified.status == StatusReference("https://register.example/statuslists/1", 3)


def test_our_certificate_has_the_form_of_the_standard():
    compact = sign_registration(REGISTRATION, key=SIGNER.key, chain=SIGNER.chain)

    unverified = parse_jws(compact, expected_typ="rc-wrp+jwt")

    assert unverified.header == {
        "alg": "ES256",
        "typ": "rc-wrp+jwt",
        "x5c": encode_x5c(SIGNER.chain),
        "iat": SECONDS,
    }
    assert unverified.claims() == CLAIMS | {"provides_attestations": []}


def test_the_certificate_may_come_as_its_base64url():
    compact = signed()

    assert verify(base64url.encode(compact.encode())).registration == verify(compact).registration


def test_the_whole_chain_may_be_sent_with_its_anchor():
    assert verify(signed(chain=[*SIGNER.chain, REGISTER.certificate]))


def test_a_certificate_between_leaf_and_anchor_stays():
    between = REGISTER.below()
    signer = between.signer()

    assert verify(signed(signer=signer, chain=[*signer.chain, between.certificate]))
    assert verify(signed(signer=signer, chain=[*signer.chain, between.certificate, REGISTER.certificate]))


@pytest.mark.threat("110")
def test_an_anchor_does_not_sign_registrations_itself():
    between = REGISTER.below()

    only_anchor = signed(signer=Signer(between.key, (between.certificate,)))

    assert refusal(only_anchor, anchors=(between.certificate,)) == "x5c_contains_anchor"


@pytest.mark.threat("110")
def test_a_register_that_is_not_trusted_is_refused():
    stranger = OTHER_REGISTER.signer()

    assert refusal(signed(signer=stranger)) == "x5c_path"
    assert refusal(signed(signer=stranger, chain=[*stranger.chain, OTHER_REGISTER.certificate])) == "x5c_path"
    assert refusal(signed(), anchors=()) == "x5c_no_anchors"
    assert refusal(signed(chain=[REGISTER.certificate])) == "x5c_self_signed"


@pytest.mark.threat("112")
def test_an_access_certificate_does_not_sign_registrations():
    assert refusal(signed(signer=ACCESS)) == "x5c_path"


@pytest.mark.threat("133")
def test_a_signature_of_somebody_else_is_refused():
    assert refusal(signed(signer=ACCESS, chain=SIGNER.chain)) == "registration_signature"


@pytest.mark.threat("103")
@pytest.mark.parametrize("typ", ["JWT", "", "oauth-authz-req+jwt"])
def test_another_type_is_refused(typ):
    assert refusal(signed(typ=typ)) == "jws_typ"


@pytest.mark.threat("133")
@pytest.mark.parametrize("subject", ["NTRNL-00000008", "ntrnl-00000009", "NTRNL-00000009 "])
def test_the_registration_of_another_party_is_refused(subject):
    assert refusal(signed(sub=subject)) == "registration_subject"


@pytest.mark.threat("133")
def test_a_certificate_without_an_identifier_is_nobody():
    nameless = REGISTER.certificate

    assert refusal(signed(), access_certificate=nameless) == "registration_subject"


def test_an_intermediary_asks_with_its_own_certificate():
    through = {"sub": IDENTIFIER, "sname": "Doorgeefluik"}

    assert verify(signed(sub="NTRNL-00000008", intermediary=through)).registration.asker == IDENTIFIER


@pytest.mark.threat("133")
def test_who_is_registered_through_an_intermediary_does_not_ask_itself():
    assert refusal(signed(intermediary={"sub": "NTRNL-00000008"})) == "registration_subject"


def test_a_registration_from_another_time_is_refused():
    assert refusal(signed(exp=SECONDS - 120, iat=SECONDS - 240)) == "expired"
    assert refusal(signed(nbf=SECONDS + 120)) == "not_yet_valid"
    assert refusal(signed(iat=SECONDS + 120)) == "issued_in_future"
    assert refusal(signed(header={"iat": SECONDS + 120})) == "issued_in_future"
    assert refusal(signed(without=("exp",))) == "registration_no_exp"


def test_a_registration_for_more_than_a_year_is_refused():
    assert refusal(signed(exp=SECONDS + 367 * 86400)) == "registration_life"
    assert verify(signed(exp=SECONDS + 366 * 86400))


def test_a_registration_that_ends_before_it_begins_is_refused():
    assert refusal(signed(iat=SECONDS + 30, exp=SECONDS + 30)) == "registration_life"


@pytest.mark.parametrize(
    "change",
    [
        {"name": None},
        {"name": ""},
        {"sub": {"legal_name": ["x"]}},
        {"sub_ln": None},
        {"sub_ln": None, "sub_gn": "Jan"},
        {"sub_ln": None, "sub_fn": "Jansen"},
        {"country": "nl"},
        {"support_uri": "javascript:alert(1)"},
        {"support_uri": "https://desk.example/ <script>"},
        {"privacy_policy": "javascript:alert(1)"},
        {"privacy_policy": None},
        {"info_uri": "file:///etc/passwd"},
        {"entitlements": []},
        {"supervisory_authority": None},
        {"supervisory_authority": {"uri": "data:text/html,x"}},
        {"iat": None},
        {"iat": "now"},
        {"purpose": []},
        {"purpose": None},
        {"credentials": [{"format": "dc+sd-jwt"}]},
        {"credentials": {}},
        {"status": {}},
        {"status": {"status_list": {"idx": -1, "uri": "https://register.example/1"}}},
        {"status": {"status_list": {"idx": True, "uri": "https://register.example/1"}}},
        {"public_body": "yes"},
        {"intermediary": {}},
    ],
    ids=str,
)
def test_a_registration_that_misses_something_is_malformed(change):
    with pytest.raises(Malformed):
        verify(signed(**change))


@pytest.mark.parametrize("data", ["", "a.b", "é", "AAAA", "_w", "x" * 70_000, "e30.e30.e30." * 9])
def test_what_is_no_registration_is_malformed(data):
    with pytest.raises(Malformed):
        verify(data)


def test_a_registration_that_is_too_long_is_not_read():
    with pytest.raises(Malformed, match="too long"):
        verify(signed(padding="x" * 70_000))


def test_a_registration_of_exactly_the_size_is_read(monkeypatch):
    compact = signed()

    monkeypatch.setattr("openid4vc.trust.registration.MAX_REGISTRATION", len(compact))
    assert verify(compact).registration == REGISTRATION

    monkeypatch.setattr("openid4vc.trust.registration.MAX_REGISTRATION", len(compact) - 1)
    with pytest.raises(Malformed, match="too long"):
        verify(compact)


def test_crit_is_refused():
    assert refusal(signed(header={"crit": ["sigD"]})) == "jws_extension"


def test_a_person_has_a_name_in_two_parts():
    person = verify(signed(without=("sub_ln",), sub_gn="Jan", sub_fn="Jansen")).registration

    assert (person.legal_name, REGISTRATION.legal_name) == ("Jan Jansen", "Geldloket Voorbeeldstad")


def test_the_purpose_is_told_in_the_language_of_the_citizen():
    german = verify(signed(purpose=[{"lang": "de-AT", "value": "Erstattung"}])).registration

    assert REGISTRATION.purpose_in("nl") == "Teruggaaf aanvragen"
    assert REGISTRATION.purpose_in("fr") == "Claim a refund"
    assert (german.purpose_in("nl"), german.purpose_in("de")) == ("Erstattung", "Erstattung")
    assert verify(signed(without=("purpose", "credentials"))).registration.purpose_in("nl") == ""


def test_a_flat_description_is_read_too():
    assert verify(signed(srv_description=[{"lang": "en", "value": "A desk"}]))


def test_a_certificate_that_cannot_be_revoked_has_no_status():
    assert verify(signed(without=("status",))).status is None


@pytest.mark.threat("124")
def test_a_verified_registration_knows_the_surplus_of_a_query():
    asked = {"id": "a", "format": "dc+sd-jwt", "meta": {"vct_values": [VCT]}}
    claims = [{"path": ["family_name"]}, {"path": ["birthdate"]}]
    query = parse_dcql({"credentials": [asked | {"claims": claims}]})

    assert [one.path for one in verify(signed()).surplus(query)] == [("birthdate",)]


def test_an_issuer_is_registered_for_what_it_issues():
    provided = [{"format": "dc+sd-jwt", "meta": {"vct_values": [VCT]}}]
    issuer = verify(signed(provides_attestations=provided))

    assert issuer.provides(VCT)
    assert not issuer.provides("https://issuer.example/vct/other/1")
    assert not verify(signed()).provides(VCT)


@pytest.mark.parametrize("exp", [None, SECONDS, SECONDS + 367 * 86400])
def test_no_register_signs_without_an_end_within_a_year(exp):
    with pytest.raises(ValueError, match="year"):
        sign_registration(REGISTRATION.model_copy(update={"exp": exp}), key=SIGNER.key, chain=SIGNER.chain)
