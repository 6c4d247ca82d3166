"""Who asks, in every way that it can be proven, and what the register says about it."""

from __future__ import annotations

import json

import pytest

from openid4vc.jose import base64url, strict_json
from openid4vc.jose.jws import sign_jws
from tests.wallet.outside import DESK, VCT, WALLET, Authority
from tests.wallet.papers import attestation, pem_of, registered, registration
from tests.wallet.test_requests import code_of

BOTH = ("given_name", "family_name")
RESPONSE_URI = f"{DESK}/oid4vp/response"


@pytest.fixture
def register():
    """The register whose word counts."""
    return Authority("Register", "NTRNL-00000005")


@pytest.fixture
def checked(build, register):
    """A town whose wallet believes the register; the desk asks without a mandate."""
    town = build(trusted_files={"registration-anchors.pem": pem_of(register)})
    town.join()
    town.collects()
    town.verifier.with_mandate = False
    return town


def page_of(town, step: int) -> str:
    browser = town.browser().signs_in()
    text: str = browser.goes(f"/requests/{town.asked().json['id']}/{step}").text
    return text


def test_a_registration_gives_a_purpose_and_the_name_in_the_register(checked, register):
    checked.verifier.claims["verifier_info"] = registered(registration(register, claims=BOTH))

    shown = checked.asked().json

    assert shown["purpose"] == {"nl": "Uw dossier openen.", "en": "Open your file."}
    assert shown["registered"]["legal_name"] == "Stichting Geldloket Voorbeeldstad"
    assert (shown["surplus"], shown["registration_doubt"]) == ([], None)
    page = page_of(checked, 1)
    assert "Uw dossier openen." in page and "Geen doel genoemd" not in page
    assert checked.approves(shown).json["outcome"] == "shared"


def test_the_purpose_is_told_too_while_a_card_is_missing(build, register):
    town = build(trusted_files={"registration-anchors.pem": pem_of(register)})
    town.join()
    town.verifier.with_mandate = False
    town.verifier.claims["verifier_info"] = registered(registration(register, claims=BOTH))

    page = page_of(town, 1)

    assert "U mist hiervoor 1 kaart" in page
    assert "Uw dossier openen." in page and "De organisatie zegt dat niet" not in page


def test_its_base64url_is_read_too(checked, register):
    compact = registration(register, claims=BOTH)
    checked.verifier.claims["verifier_info"] = registered(base64url.encode(compact.encode()))

    assert checked.asked().json["registered"] is not None


def test_what_is_asked_beyond_it_is_marked_and_needs_a_yes_of_its_own(checked, register):
    checked.verifier.claims["verifier_info"] = registered(registration(register, claims=("given_name",)))
    shown = checked.asked().json
    assert shown["surplus"] == ["family_name"]

    refused = checked.approves(shown)
    assert (code_of(refused), checked.verifier.received) == ("surplus_not_accepted", [])

    assert checked.approves(shown, surplus="accept").json["outcome"] == "shared"


def test_the_pages_mark_the_surplus_and_tick_nothing_beforehand(checked, register):
    checked.verifier.claims["verifier_info"] = registered(registration(register, claims=("given_name",)))
    shown = checked.asked().json
    browser = checked.browser().signs_in()
    assert browser.goes(f"/requests/{shown['id']}/2").text.count("utrecht-status-badge--warning") == 2
    assert "Wie dit vraagt, is daarvoor niet geregistreerd." in browser.text

    browser.goes(f"/requests/{shown['id']}/confirm?digest={shown['digest']}")
    assert 'name="surplus"' in browser.text and "checked" not in browser.text
    browser.sends(f"/requests/{shown['id']}/approve", pin="482913", digest=shown["digest"])
    assert browser.page.status_code == 409 and "field-surplus" in browser.text
    browser.sends(f"/requests/{shown['id']}/approve", pin="482913", digest=shown["digest"], surplus="accept")

    assert browser.leads_to == f"{DESK}/return?response_code=yes"


DOUBTS = {
    "of another party": ("registration_subject", {"sub": "NTRNL-00000098"}),
    "expired": ("expired", {"exp": 1_790_000_000, "iat": 1_780_000_000}),
    "for too long": ("registration_life", {"exp": 1_990_000_000}),
}


@pytest.mark.parametrize("fault", DOUBTS)
def test_a_registration_that_fails_a_check_is_a_warning_and_no_purpose(checked, register, fault):
    check, changes = DOUBTS[fault]
    checked.verifier.claims["verifier_info"] = registered(registration(register, claims=BOTH, **changes))

    shown = checked.asked().json

    assert (shown["registration_doubt"], shown["registered"], shown["purpose"]) == (check, None, None)
    page = page_of(checked, 1)
    assert "Registratie niet geldig" in page and "Geen doel genoemd" in page


def test_two_registrations_are_none(checked, register):
    one = registered(registration(register, claims=BOTH))
    checked.verifier.claims["verifier_info"] = [*one, *one]

    assert checked.asked().json["registration_doubt"] == "registration_shape"


def test_a_registration_whose_status_cannot_be_had_is_in_doubt(checked, register):
    status = {"status_list": {"uri": "http://localhost:8009/statuslists/1", "idx": 0}}
    compact = registration(register, claims=BOTH, status=status)
    checked.verifier.claims["verifier_info"] = registered(compact)

    assert checked.asked().json["registration_doubt"] == "registration_unreadable"


def test_other_formats_of_verifier_info_are_left(checked):
    checked.verifier.claims["verifier_info"] = [{"format": "seal", "data": "x"}]

    shown = checked.asked().json

    assert (shown["registration_doubt"], shown["registered"]) == (None, None)


def test_without_anchors_nobody_is_registered(town, register):
    town.collects()
    town.verifier.claims["verifier_info"] = registered(registration(register, claims=BOTH))

    assert town.asked().json["registered"] is None


@pytest.mark.parametrize("claims", [None, ("given_name",)])
def test_a_wallet_that_demands_a_registration_tells_who_has_none(build, register, claims):
    town = build(trusted_files={"registration-anchors.pem": pem_of(register)}, require_registration=True)
    town.join()
    town.collects()
    if claims:
        other = registration(register, claims=claims, sub="NTRNL-00000098")
        town.verifier.claims["verifier_info"] = registered(other)

    assert code_of(town.asked()) == "request_faulty"
    assert [told["error"] for told in town.verifier.received] == ["invalid_request"]


def test_a_mandate_and_its_registration_go_together(checked, register):
    checked.verifier.with_mandate = True
    checked.verifier.claims["verifier_info"] = registered(registration(register, claims=BOTH))

    shown = checked.asked().json

    assert shown["purpose"]["nl"] == "Eén verzoek doen."
    assert checked.approves(shown).json["mandate"]["state"] == "granted"


def test_a_dns_name_of_the_certificate_will_do(checked):
    checked.verifier.named = "x509_san_dns:localhost"

    shown = checked.asked().json

    assert shown["verifier"]["name"] == "Geldloket Voorbeeldstad"
    assert checked.approves(shown).json["outcome"] == "shared"


def test_a_dns_name_that_is_not_in_the_certificate_is_nobody(checked):
    checked.verifier.named = "x509_san_dns:desk.example"

    assert code_of(checked.asked()) == "request_not_trusted"


@pytest.fixture
def attested(build):
    """A town whose wallet believes an attester of verifiers."""
    attester = Authority("Attester", "NTRNL-00000008")
    listed = {"attesters": {"https://attester.example": [pem_of(attester).decode()]}}
    town = build(trusted_files={"verifier-attesters.json": json.dumps(listed).encode()})
    town.join()
    town.collects()
    town.verifier.with_mandate = False
    town.verifier.named = "verifier_attestation:desk"
    vouch(town, attester)
    return town


def vouch(town, attester, **changes) -> None:
    def seal(said, key, _header):
        header = {"jwt": attestation(attester, key, **changes)}
        return sign_jws(said, typ="oauth-authz-req+jwt", key=key, header=header)

    town.verifier.seal = seal


def test_an_attester_may_say_who_asks_and_is_named_for_it(attested):
    shown = attested.asked().json

    assert (shown["verifier"]["name"], shown["verifier"]["identifier"]) == ("desk", "")
    assert "https://attester.example zegt wie dit is" in page_of(attested, 1)
    assert attested.approves(shown).json["outcome"] == "shared"


def test_an_attested_verifier_gets_no_mandate(attested):
    attested.verifier.with_mandate = True

    assert code_of(attested.asked()) == "request_faulty"
    assert attested.verifier.received[0]["error"] == "invalid_transaction_data"


def test_an_attester_that_nobody_lists_proves_nothing(attested):
    vouch(attested, Authority("Stranger", "NTRNL-00000097"))

    assert code_of(attested.asked()) == "request_not_trusted"
    assert attested.verifier.received == []


def test_an_answer_goes_only_where_the_attestation_allows(attested):
    attester = Authority("Attester", "NTRNL-00000008")
    vouch(attested, attester, response_uris=(f"{DESK}/elsewhere",))

    assert code_of(attested.asked()) == "request_not_trusted"


def unsigned(said, _key, _header) -> str:
    header = {"alg": "none", "typ": "oauth-authz-req+jwt"}
    return "".join(f"{base64url.encode(strict_json.dumps(part))}." for part in (header, said))


@pytest.fixture
def nameless(build):
    """A town whose wallet lets anybody ask, for tests."""
    town = build(allow_unsigned_requests=True)
    town.join()
    town.collects()
    town.verifier.with_mandate = False
    town.verifier.named = f"redirect_uri:{RESPONSE_URI}"
    town.verifier.seal = unsigned
    return town


def test_a_nameless_request_is_called_nameless(nameless):
    shown = nameless.asked().json

    assert shown["verifier"]["name"] == "localhost:8003"
    page = page_of(nameless, 1)
    assert "Wij weten niet wie dit vraagt" in page and "certificaat" not in page
    assert nameless.approves(shown).json["outcome"] == "shared"


def test_a_nameless_request_may_come_whole_in_its_link(nameless):
    parameters = strict_json.loads_object(base64url.decode(nameless.verifier.request(None).split(".")[1]))
    from urllib.parse import urlencode

    texts = {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in parameters.items()
        if name not in {"aud", "iat", "exp"}
    }
    shown = nameless.asked(f"openid4vp://?{urlencode(texts)}").json

    assert shown["verifier"]["client_id"] == f"redirect_uri:{RESPONSE_URI}"


def test_a_nameless_request_is_refused_where_it_is_not_allowed(town):
    town.verifier.named = f"redirect_uri:{RESPONSE_URI}"
    town.verifier.seal = unsigned

    assert code_of(town.asked()) == "request_not_trusted"
    assert town.verifier.received == []


@pytest.mark.parametrize(
    "scheme", ["openid4vp://", "haip-vp://", "eu-eaap://authorize", f"{WALLET}/authorize"]
)
def test_a_link_of_any_scheme_is_the_same_request(town, scheme):
    town.collects()
    query = town.verifier.link().partition("?")[2]

    assert town.asked(f"{scheme}?{query}").status_code == 201


def test_the_fetch_tells_what_the_wallet_can_and_nothing_about_anybody(town):
    town.asked()

    body = next(body for _, url, body in town.wire.sent if url.endswith("/oid4vp/request/1"))
    metadata = strict_json.loads_object(body["wallet_metadata"])
    assert metadata["client_id_prefixes_supported"] == ["x509_hash", "x509_san_dns"]
    assert metadata["response_modes_supported"] == ["direct_post", "direct_post.jwt"]
    assert set(body) == {"wallet_metadata", "wallet_nonce"}


def test_several_cards_answer_where_several_are_asked(town):
    town.verifier.with_mandate = False
    town.collects()
    town.issuer.claims["given_name"] = "Eva"
    town.collects()
    meta = {"vct_values": [VCT]}
    one = {"id": "all", "format": "dc+sd-jwt", "meta": meta, "multiple": True}
    town.verifier.query = {"credentials": [one | {"claims": [{"path": ["given_name"]}]}]}

    shown = town.asked().json
    done = town.approves(shown)

    shared = shown["shared"]["all"]
    assert {shared["claims"]["given_name"], shared["more"][0]["claims"]["given_name"]} == {"Noor", "Eva"}
    assert done.json["outcome"] == "shared"
    assert len(town.verifier.answers[0].credentials["all"]) == 2
    assert len(town.history()[0]["receipt"]["cards"]) == 2


def test_the_first_option_that_can_be_answered_is_taken(town):
    town.verifier.with_mandate = False
    town.collects()
    identity = {"id": "identity", "format": "dc+sd-jwt", "meta": {"vct_values": [VCT]}}
    identity["claims"] = [{"path": ["given_name"]}]
    passport = {"id": "passport", "format": "dc+sd-jwt", "meta": {"vct_values": ["urn:passport"]}}
    sets = [{"options": [["passport"], ["identity"]]}]
    town.verifier.query = {"credentials": [passport, identity], "credential_sets": sets}

    assert list(town.asked().json["shared"]) == ["identity"]


def test_a_card_of_another_authority_than_asked_is_not_offered(town):
    town.verifier.with_mandate = False
    town.collects()
    identity = {"id": "identity", "format": "dc+sd-jwt", "meta": {"vct_values": [VCT]}}
    wanted = {"trusted_authorities": [{"type": "aki", "values": ["bm9ib2R5"]}]}
    town.verifier.query = {"credentials": [identity | wanted]}

    assert [card["why"] for card in town.asked().json["missing"]] == ["other"]
