import json
import os
from datetime import timedelta
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consent.receipts import (
    COUNTERSIGNATURE_TYP,
    USE_RECEIPT_TYP,
    GrantReceipt,
    Help,
    ReceiptAnchors,
    RecordEvent,
    UseReceipt,
    check_receipt,
    consent_record,
    countersign,
    receipt_vct,
    sign_use_receipt,
    verify_use_receipt,
)
from consent.use_receipt import Countersignature, digest_of
from openid4vc.errors import CheckFailed, Malformed
from openid4vc.jose import base64url, strict_json
from openid4vc.jose.jws import parse_jws, sign_jws
from openid4vc.jose.keys import SigningKey
from openid4vc.jose.x5c import encode_x5c
from openid4vc.sdjwt.issue import issue_sd_jwt_vc
from openid4vc.sdjwt.vc import StatusReference, verify_issued
from openid4vc.trust.anchors import TrustedIssuer, TrustedIssuers
from openid4vc.trust.certificates import LeafSubject
from tests.consent.parts import AUTHORITY, DESK, IDENTITY, NOW, Authority, desk, mandate

VERIFIER = "http://localhost:8003"
VCT = receipt_vct(VERIFIER)
USED = NOW + timedelta(days=2)
LATER = NOW + timedelta(days=4000)
HOLDER = SigningKey.generate()
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@cache
def authority():
    return Authority.make(LeafSubject(AUTHORITY.name, AUTHORITY.name, AUTHORITY.id))


@cache
def register():
    return Authority.make(LeafSubject("Register", "Register", "NTRNL-00000005", uris=(VERIFIER,)))


ANCHORS = ReceiptAnchors(desk=[desk().root], authority=[authority().root], register=[register().root])


def use(**changes):
    said = {
        "mandate_id": mandate().mandate_id,
        "used_at": int(USED.timestamp()),
        "outcome": "granted",
        "decision_sha256": digest_of("the decision"),
        "grant_text_sha256": mandate().text_sha256,
        "ledger_seq": 41,
        "ledger_hash": digest_of("line 41"),
    }
    return UseReceipt(**said | changes)


def receipt_text(receipt=None, *, first=None, second=None, at=USED + timedelta(minutes=1)):
    acted, decided = first or desk(), second or authority()
    signed = sign_use_receipt(receipt or use(), key=acted.key, chain=acted.chain)
    return countersign(signed, key=decided.key, chain=decided.chain, at=at)


TEXT = receipt_text()


def refusal(text, **changes):
    with pytest.raises(CheckFailed) as refused:
        verify_use_receipt(text, **{"anchors": ANCHORS, "at": LATER} | changes)
    return refused.value.check


def failed(text, **changes):
    checks = check_receipt(text, **{"anchors": ANCHORS, "at": LATER} | changes)
    return {check.name: check.detail for check in checks if not check.passed}


# The receipt of a use.


def test_a_use_is_proven_by_two_signatures_years_later():
    verified = verify_use_receipt(TEXT, anchors=ANCHORS, at=LATER, expected_mandate=mandate())

    assert verified.receipt == use()
    assert (verified.desk.identifier, verified.authority.identifier) == (DESK.id, AUTHORITY.id)
    assert verified.countersigned_at == USED + timedelta(minutes=1)
    assert failed(TEXT) == {}


def test_every_check_of_a_use_receipt_is_named():
    assert [check.name for check in check_receipt(TEXT, anchors=ANCHORS, at=LATER)] == [
        "form",
        "desk_form",
        "desk_content",
        "desk_time",
        "desk_certificate",
        "desk_signature",
        "authority_form",
        "authority_content",
        "authority_time",
        "authority_certificate",
        "authority_signature",
        "countersignature",
        "unchanged",
        "content",
        "two_parties",
        "order",
    ]


def test_a_use_receipt_holds_hashes_and_codes_only():
    text = base64url.decode(TEXT.split(".")[1]).decode()

    assert not [value for value in ("Noor", "999990019", "2809", "NL00VBLD") if value in text]


@pytest.mark.parametrize(
    "change",
    [
        {"outcome": "EUR 2,809"},
        {"mandate_id": "short"},
        {"decision_sha256": "x"},
        {"ledger_seq": 0},
        {"used_at": -1},
        {"refund": 2809},
    ],
)
def test_a_use_receipt_that_says_something_else_cannot_be_made(change):
    with pytest.raises(ValueError, match=r"validation error"):
        use(**change)


def other(character):
    return ALPHABET[(ALPHABET.index(character) + 1) % 64] if character in ALPHABET else "A"


def altered(text, place, character=None):
    return text[:place] + (character or other(text[place])) + text[place + 1 :]


def part_of(text, place):
    """Which part of the receipt a character belongs to."""
    first, second = text.split("~")
    name, where = ("desk", place) if place < len(first) else ("authority", place - len(first) - 1)
    if where < 0:
        return "separator"
    header, content, _ = (first if name == "desk" else second).split(".")
    bounds = (len(header), len(header) + 1, len(header) + len(content) + 1, len(header) + len(content) + 2)
    kinds = ("header", "dot", "content", "dot", "signature")
    return f"{name} {kinds[sum(where >= bound for bound in bounds)]}"


EXPOSED_BY = {
    "separator": {"form"},
    "desk dot": {"desk_form", "unchanged"},
    "authority dot": {"authority_form"},
}


@pytest.mark.parametrize("slice_of_eight", range(8))
def test_no_character_of_a_use_receipt_can_change_without_a_name_for_what_broke(slice_of_eight):
    for place in range(slice_of_eight, len(TEXT), 8):
        broken = failed(altered(TEXT, place))
        part = part_of(TEXT, place)

        assert broken, place
        assert set(broken) & EXPOSED_BY.get(part, {check for check in broken if check.startswith(part[:4])})
        if part in {"desk header", "desk signature"}:
            assert broken["unchanged"].endswith(part.removeprefix("desk "))
        if part == "desk content":
            assert "unchanged" in broken


@settings(max_examples=200, deadline=None)
@given(st.integers(0, len(TEXT) - 1), st.characters())
def test_no_character_can_become_any_other_one_unseen(place, character):
    if character != TEXT[place]:
        assert failed(altered(TEXT, place, character))


def with_claims(**changes):
    """The first part says something else now, under the old signature."""
    header, content, signature = TEXT.split("~")[0].split(".")
    claims = strict_json.loads_object(base64url.decode(content)) | changes
    claims = {name: value for name, value in claims.items() if value is not None}
    return f"{header}.{base64url.encode(strict_json.dumps(claims))}.{signature}~{TEXT.split('~')[1]}"


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"outcome": "refused"}, "outcome"),
        ({"used_at": int(USED.timestamp()) + 1}, "used_at"),
        ({"ledger_seq": 42}, "ledger_seq"),
        ({"ledger_hash": "A" * 43, "outcome": "refused"}, "ledger_hash, outcome"),
        ({"decision_sha256": None}, "decision_sha256"),
        ({"extra": 1}, "content"),
    ],
)
def test_the_very_claim_that_was_altered_is_named(change, named):
    broken = failed(with_claims(**change))

    assert broken["unchanged"] == f"receipt_changed: {named}"
    assert "desk_signature" in broken


def test_a_receipt_that_its_own_signer_changed_afterwards_is_named():
    signed = sign_use_receipt(use(outcome="refused"), key=desk().key, chain=desk().chain)
    text = f"{signed}~{TEXT.split('~')[1]}"

    assert failed(text) == {"unchanged": "receipt_changed: outcome, signature"}


def test_another_spelling_under_another_signature_of_the_same_words_is_named():
    signed = sign_use_receipt(use(), key=desk().key, chain=desk().chain)

    assert failed(f"{signed}~{TEXT.split('~')[1]}") == {"unchanged": "receipt_changed: signature"}


@pytest.mark.parametrize("text", ["", "~", "a", "a~", "~a", "a~b~c", TEXT.split("~")[0], "é~ü", "\ud800~a"])
def test_what_is_no_receipt_is_named(text):
    assert failed(text)
    assert check_receipt(text, anchors=ANCHORS, at=LATER)


def test_a_text_that_is_too_long_is_not_even_read():
    assert failed("A" * 70_000) == {"form": "too long for a receipt"}


def test_white_space_around_a_pasted_receipt_does_not_matter():
    assert failed(f"\n {TEXT} \n") == {}


def test_a_receipt_signed_twice_by_one_organisation_is_refused():
    twin = Authority.make(LeafSubject(DESK.name, DESK.name, DESK.id))
    anchors = ReceiptAnchors(desk=[desk().root], authority=[twin.root, desk().root], register=[])

    assert refusal(receipt_text(second=twin), anchors=anchors) == "receipt_two_parties"
    assert refusal(receipt_text(second=desk()), anchors=anchors) == "receipt_two_parties"


def test_a_receipt_signed_by_somebody_without_a_number_is_refused():
    nobody = Authority.make(LeafSubject("Niemand", "Niemand", ""))
    anchors = ReceiptAnchors(desk=[desk().root], authority=[nobody.root], register=[])

    assert refusal(receipt_text(second=nobody), anchors=anchors) == "receipt_two_parties"


def test_a_stranger_may_sign_neither_part():
    stranger = Authority.make(LeafSubject("Ander", "Ander", "NTRNL-00000009"))

    assert refusal(receipt_text(first=stranger)) == "receipt_desk_certificate"
    assert refusal(receipt_text(second=stranger)) == "receipt_authority_certificate"


def test_without_anchors_nothing_is_believed():
    nobody = ReceiptAnchors(desk=[], authority=[], register=[])

    assert set(failed(TEXT, anchors=nobody)) == {"desk_certificate", "authority_certificate"}


def test_a_receipt_from_the_future_is_refused():
    assert refusal(TEXT, at=USED - timedelta(minutes=2)) == "receipt_desk_time"
    assert refusal(receipt_text(at=USED + timedelta(hours=1)), at=USED) == "receipt_authority_time"


def test_a_receipt_of_before_the_certificate_is_refused():
    early = use(used_at=int((NOW - timedelta(days=31)).timestamp()))

    assert refusal(receipt_text(early)) == "receipt_desk_certificate"


def test_a_countersignature_of_before_the_use_is_refused():
    assert verify_use_receipt(receipt_text(at=USED - timedelta(seconds=60)), anchors=ANCHORS, at=LATER)
    assert refusal(receipt_text(at=USED - timedelta(seconds=61))) == "receipt_order"


def test_a_countersignature_about_another_mandate_is_refused():
    signed = sign_use_receipt(use(), key=desk().key, chain=desk().chain)
    honest = parse_jws(TEXT.split("~")[1], expected_typ=COUNTERSIGNATURE_TYP).claims()
    claims = honest | {"mandate_id": "m-another-0123456789", "receipt_sha256": digest_of(signed)}
    forged = sign_jws(
        claims,
        typ=COUNTERSIGNATURE_TYP,
        key=authority().key,
        header={"x5c": encode_x5c(authority().chain)},
    )

    assert refusal(f"{signed}~{forged}") == "receipt_order"


def test_two_good_signatures_under_something_else_make_no_receipt():
    claims = use().claims() | {"outcome": "EUR 2,809"}
    signed = sign_jws(claims, typ=USE_RECEIPT_TYP, key=desk().key, header={"x5c": encode_x5c(desk().chain)})
    honest = parse_jws(TEXT.split("~")[1], expected_typ=COUNTERSIGNATURE_TYP).claims()
    second = sign_jws(
        honest | {"receipt_sha256": digest_of(signed)},
        typ=COUNTERSIGNATURE_TYP,
        key=authority().key,
        header={"x5c": encode_x5c(authority().chain)},
    )

    assert set(failed(f"{signed}~{second}")) == {"content"}
    assert refusal(f"{signed}~{second}") == "receipt_content"


@pytest.mark.parametrize("name", ["type", "mandate_id", "iat", "receipt_sha256", "claims_sha256"])
def test_a_countersignature_that_leaves_something_out_is_refused(name):
    honest = parse_jws(TEXT.split("~")[1], expected_typ=COUNTERSIGNATURE_TYP).claims()
    del honest[name]

    with pytest.raises(Malformed):
        Countersignature.from_claims(honest)


@pytest.mark.parametrize("name", [*use().claims()])
def test_a_use_receipt_that_leaves_something_out_is_refused(name):
    claims = use().claims()
    del claims[name]

    with pytest.raises(Malformed):
        UseReceipt.from_claims(claims)


def test_a_signed_document_of_another_kind_is_no_receipt():
    claims = use().claims()
    header = {"x5c": encode_x5c(desk().chain)}
    token = sign_jws(claims, typ="eenmalig-revocation+jwt", key=desk().key, header=header)

    with pytest.raises(CheckFailed, match="jws_typ"):
        countersign(token, key=authority().key, chain=authority().chain, at=USED)


def test_what_is_no_use_receipt_cannot_be_countersigned():
    token = sign_jws({"iat": 1}, typ=USE_RECEIPT_TYP, key=desk().key, header={"x5c": []})

    with pytest.raises(Malformed):
        countersign(token, key=authority().key, chain=authority().chain, at=USED)


def test_a_key_signs_only_under_its_own_certificate():
    with pytest.raises(ValueError, match="chain"):
        sign_use_receipt(use(), key=desk().key, chain=authority().chain)
    with pytest.raises(ValueError, match="chain"):
        countersign(TEXT.split("~")[0], key=authority().key, chain=desk().chain, at=USED)
    with pytest.raises(ValueError, match="chain"):
        sign_use_receipt(use(), key=desk().key, chain=())


# A use of this mandate, and of no other.


@pytest.mark.parametrize(
    "change",
    [
        {"mandate_id": "m-another-0123456789"},
        {"grant_text_sha256": "A" * 43},
        {"used_at": mandate().expires_at},
        {"used_at": mandate().not_before - 1},
    ],
)
def test_a_use_outside_the_mandate_is_refused(change):
    receipt = use(**change)
    text = receipt_text(receipt, at=receipt.moment())

    assert refusal(text, expected_mandate=mandate()) == "receipt_mandate"


def test_a_use_signed_by_others_than_its_parties_is_refused():
    swapped = receipt_text(first=authority(), second=desk())
    anchors = ReceiptAnchors(desk=ANCHORS.authority, authority=ANCHORS.desk, register=[])

    assert verify_use_receipt(swapped, anchors=anchors, at=LATER)
    assert refusal(swapped, anchors=anchors, expected_mandate=mandate()) == "receipt_mandate"


# The receipt of a grant.


def grant():
    return GrantReceipt.of(mandate(), granted_at=NOW + timedelta(seconds=3))


def credential(**changes):
    claims = grant().claims(
        issuer=VERIFIER,
        vct=VCT,
        holder=HOLDER.public,
        status=StatusReference(f"{VERIFIER}/statuslists/1", 5),
        issued_at=NOW + timedelta(minutes=1),
        expires_at=NOW + timedelta(days=60),
    )
    return issue_sd_jwt_vc(
        {name: value for name, value in (claims | changes).items() if value is not None},
        disclosable=(),
        key=register().key,
        chain=register().chain,
        random_bytes=os.urandom,
    )


GRANT = credential()


def test_a_grant_receipt_is_a_credential_that_a_wallet_takes():
    trusted = TrustedIssuers((TrustedIssuer(VERIFIER, "Register", frozenset({VCT}), (register().root,)),))
    verified = verify_issued(
        GRANT, trusted=trusted, expected_vct=VCT, expected_holder=HOLDER.public, now=NOW + timedelta(days=1)
    )

    assert GrantReceipt.from_claims(verified.claims) == grant()
    assert verified.status == (f"{VERIFIER}/statuslists/1", 5)


def test_a_grant_receipt_says_what_was_allowed_and_nothing_personal():
    said = grant().model_dump()

    assert said["mandate_id"] == mandate().mandate_id
    assert said["actions"] == ("request", "receive-decision")
    assert said["text_sha256"] == mandate().text_sha256
    assert not [value for value in IDENTITY.values() if isinstance(value, str) and value in GRANT]
    assert "~" not in GRANT[:-1]


def test_every_check_of_a_grant_receipt_is_named():
    checks = check_receipt(GRANT, anchors=ANCHORS, at=LATER)

    assert all(check.passed for check in checks)
    assert [check.name for check in checks] == [
        "form",
        "register_form",
        "register_content",
        "register_time",
        "register_certificate",
        "register_signature",
        "content",
    ]


@pytest.mark.parametrize("slice_of_four", range(4))
def test_no_character_of_a_grant_receipt_can_change_without_a_name_for_what_broke(slice_of_four):
    for place in range(slice_of_four, len(GRANT), 4):
        assert failed(altered(GRANT, place)), place


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"given_name": "Noor"}, "content"),
        ({"mandate_id": None}, "content"),
        ({"type": "urn:eenmalig:grant-receipt:2"}, "content"),
        ({"granted_at": None}, "register_time"),
        ({"granted_at": int(LATER.timestamp()) + 61}, "register_time"),
        ({"granted_at": "now"}, "register_time"),
    ],
)
def test_a_grant_receipt_that_says_something_else_is_named(change, named):
    assert set(failed(credential(**change))) == {named}


def test_a_presentation_of_a_grant_receipt_is_no_receipt():
    assert "form" in failed(f"{GRANT}x~")


def test_a_grant_receipt_by_another_register_is_named():
    stranger = ReceiptAnchors(desk=[], authority=[], register=[desk().root])

    assert set(failed(GRANT, anchors=stranger)) == {"register_certificate"}


# The record for other people's software.


def record(*states):
    events = [RecordEvent(state, NOW + timedelta(hours=hour)) for hour, state in enumerate(states)]
    return consent_record(mandate(), record_id="r-1", events=events)


def test_a_record_names_parties_purpose_ground_fields_and_terms():
    made = record("proposed", "granted", "used")

    assert made["@type"] == ["dpv:ConsentRecord", "em:MandateRecord"]
    assert made["dct:conformsTo"] == "https://w3id.org/dpv/schema/dpv-27560#record"
    assert made["dpv:hasDataController"]["dct:identifier"] == DESK.id
    assert made["dpv:hasLegalBasis"]["@id"] == "eu-gdpr:A6-1-e"
    assert [one["dct:identifier"] for one in made["dpv:hasProcess"]] == [
        scope.query for scope in mandate().data
    ]
    assert made["dpv:hasProcess"][0]["dpv:hasPersonalData"][0]["dct:identifier"] == "identity.given_name"
    assert made["dpv:hasProcess"][0]["dpv:hasStorageCondition"][0]["dpv:hasDuration"] == "P30D"
    assert [one["@type"] for one in made["dpv:hasConsentStatus"]] == [
        "dpv:ConsentRequested",
        "dpv:ConsentGiven",
        "em:MandateUsed",
    ]
    assert made["em:mandate"]["em:maxUses"] == 1
    assert made["dct:modified"]["@value"] == "2026-11-24T12:00:00Z"


def test_every_prefix_in_a_record_is_explained():
    made = record("granted", "revoked")
    text = json.dumps({name: value for name, value in made.items() if name != "@context"})
    prefixes = {"dct", "dpv", "eu-gdpr", "loc", "xsd", "em"}

    assert set(made["@context"]) == prefixes
    assert [prefix for prefix in prefixes if f'"{prefix}:' not in text] == []


def test_a_record_does_not_call_a_mandate_consent():
    texts = " ".join(one["@value"] for one in record("granted")["dct:description"])

    assert "machtiging" in texts
    assert "toestemming" not in texts


@pytest.mark.parametrize("states", [(), ("granted", "lost")])
def test_a_record_without_a_state_that_exists_cannot_be_made(states):
    with pytest.raises(ValueError, match="event"):
        record(*states)


HELP = {"place": "counter", "relation": "volunteer", "helper_sha256": digest_of("Anna Bos")}


def test_the_receipt_of_a_use_says_that_somebody_helped_and_both_sign_for_it():
    helped = Help(**HELP, name="Anna Bos")

    text = receipt_text(use(helped_by=helped.without_names()))
    verified = verify_use_receipt(text, anchors=ANCHORS, at=LATER, expected_mandate=mandate())

    assert verified.receipt.helped_by == Help(**HELP)
    assert UseReceipt.from_claims(use().claims()).helped_by is None


@pytest.mark.parametrize("word", [None, {}, HELP | {"place": "at home"}, HELP | {"name": "An\u200bna"}])
def test_a_receipt_with_an_odd_word_about_help_is_none(word):
    with pytest.raises(Malformed):
        UseReceipt.from_claims(use().claims() | {"helped_by": word})
    with pytest.raises(Malformed):
        GrantReceipt.from_claims(grant().model_dump(mode="json", exclude_none=True) | {"helped_by": word})


def test_help_that_was_taken_out_of_a_receipt_is_noticed():
    signed = sign_use_receipt(use(helped_by=Help(**HELP)), key=desk().key, chain=desk().chain)
    bare = sign_use_receipt(use(), key=desk().key, chain=desk().chain)
    second = countersign(signed, key=authority().key, chain=authority().chain, at=USED).partition("~")[2]

    checks = check_receipt(f"{bare}~{second}", anchors=ANCHORS, at=LATER)

    assert not next(check for check in checks if check.name == "unchanged").passed
