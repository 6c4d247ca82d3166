import os
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consent.evidence import Evidence, EvidenceBundle, verify_evidence_bundle
from consent.evidence_report import CHECKS
from consent.mandate_text import text_digest
from openid4vc.errors import Malformed
from openid4vc.jose import strict_json
from openid4vc.jose.keys import SigningKey
from openid4vc.sdjwt.issue import issue_sd_jwt_vc
from openid4vc.sdjwt.present import HeldSdJwt, present
from openid4vc.status.status_list import StatusList
from openid4vc.status.token import sign_status_list_token
from openid4vc.trust.anchors import TrustedIssuers
from openid4vc.trust.certificates import LeafSubject
from openid4vc.trust.list_kinds import ACCESS_AUTHORITIES, PUB_EAA_PROVIDERS
from openid4vc.trust.listing import Keeper, ListedEntity, TrustList
from openid4vc.trust.lists import LIST_SIGNING, sign_list
from tests.consent.parts import (
    IDENTITY_VCT,
    ISSUER,
    NOW,
    Authority,
    answer,
    desk,
    identity_card,
    mandate,
    municipality,
    question,
    signed,
    trusted,
)

HOLDER = SigningKey.generate()
ENTRY = mandate().encode()
STATUS_URI = f"{ISSUER}/municipality/statuslists/1"
KEEPER = Authority.make(
    LeafSubject("Vertrouwenslijst", "Vertrouwenslijst", "NTRNL-00000007", purposes=(LIST_SIGNING,))
)
YEARS_LATER = NOW + timedelta(days=3000)


def status_token(status=0, *, sender=None, uri=STATUS_URI, at=NOW, idx=7):
    who = sender or municipality()
    statuses = StatusList(1, bytearray(16))
    statuses.set(idx, status)
    return sign_status_list_token(
        statuses, uri=uri, key=who.key, chain=who.chain, iat=at, exp=at + timedelta(hours=1), ttl=60
    )


def trust_list(*, kind=PUB_EAA_PROVIDERS, sequence=12, anchors=None, vct=IDENTITY_VCT, at=NOW):
    listed = ListedEntity(
        name="Gemeente Voorbeeldstad",
        name_en="Municipality",
        identifier="NTRNL-00000003",
        website="http://localhost:8001/municipality",
        certificates=anchors or (municipality().root,),
        issuer=f"{ISSUER}/municipality",
        vcts=frozenset({vct}),
    )
    made = TrustList(
        kind=kind,
        keeper=Keeper("Lijst", "Straat 1", "http://localhost:8000/"),
        sequence=sequence,
        issued_at=at - timedelta(hours=1),
        next_update=at + timedelta(days=1),
        entities=(listed,),
    )
    return sign_list(made, key=KEEPER.key, chain=KEEPER.chain)


def evidence(*, card=None, paths=None):
    asked = question(ENTRY)
    given_answer = answer(asked, holder=HOLDER, card=card)
    return Evidence(signed(asked), ENTRY, given_answer)


KEPT = evidence()


def bundle(kept=KEPT, **changes):
    members = {
        "granted_at": NOW + timedelta(seconds=2),
        "status_tokens": {STATUS_URI: status_token()},
        "trust_list": trust_list(),
        "trust_list_sequence": 12,
    }
    return EvidenceBundle.of(kept, **members | changes)


def judge(given_bundle, **changes):
    arguments = {
        "access_anchors": [desk().root],
        "trusted": trusted(),
        "expected_action": "request",
        "at": YEARS_LATER,
        "list_signers": [KEEPER.root],
    }
    data = given_bundle if isinstance(given_bundle, bytes) else given_bundle.to_json()
    return verify_evidence_bundle(data, **arguments | changes)


def failed(given_bundle, **changes):
    report = judge(given_bundle, **changes)

    assert report.verified is None
    assert not report.passed
    return [(check.name, check.detail.split(":")[0]) for check in report.checks if not check.passed]


def test_a_bundle_proves_a_grant_years_later_from_the_file_alone():
    report = judge(bundle())

    assert [check.name for check in report.checks] == list(CHECKS)
    assert all(check.passed for check in report.checks)
    assert report.verified.mandate == mandate()
    assert report.passed


def test_it_survives_being_kept_and_does_not_show_itself():
    kept = bundle()

    assert EvidenceBundle.from_json(kept.to_json()) == kept
    assert "eyJ" not in repr(kept)
    assert "eyJ" not in repr(judge(kept))
    assert "999990019" not in repr(judge(kept))


def test_a_trust_list_is_not_needed_where_nobody_is_pinned_to_sign_one():
    report = judge(bundle(trust_list=None, trust_list_sequence=None), list_signers=())

    assert report.passed
    assert "trust_list" not in [check.name for check in report.checks]


@pytest.mark.parametrize(
    "change",
    [
        {"type": "urn:eenmalig:evidence:1"},
        {"identity": None},
        {"identity": ""},
        {"status_tokens": []},
        {"status_tokens": {"x": 1}},
        {"granted_at": "2026-11-24"},
        {"granted_at": -1},
        {"trust_list_sequence": None},
        {"amount": 2809},
    ],
)
def test_what_is_no_bundle_fails_by_name_and_stops_there(change):
    members = strict_json.loads_object(bundle().to_json()) | change
    data = strict_json.dumps(members)

    assert failed(data) == [("bundle", "not the members of an evidence bundle")]
    assert len(judge(data).checks) == 1
    with pytest.raises(Malformed):
        EvidenceBundle.from_json(data)


@pytest.mark.parametrize("name", ["type", "request_object", "identity", "status_tokens", "granted_at"])
def test_a_bundle_with_a_part_missing_fails(name):
    members = strict_json.loads_object(bundle().to_json())
    del members[name]

    assert failed(strict_json.dumps(members))[0][0] == "bundle"


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"\xff", b"null", b'{"a":1,"a":1}', b"[" * 100_000])
def test_bytes_that_are_no_json_object_fail(data):
    assert failed(data)[0][0] == "bundle"


# The grant, check by check: the first that fails is named, and nothing after it.


def other_key_binding(**changes):
    return evidence_with(answer(question(ENTRY), holder=HOLDER, **changes))


def evidence_with(identity):
    return replace(KEPT, identity=identity)


def foreign_question():
    other = mandate(mandate_id="m-another-0123456789").encode()
    return replace(KEPT, request_object=signed(question(other)))


@pytest.mark.parametrize(
    ("kept", "check"),
    [
        (evidence_with(KEPT.identity.rpartition("~")[0] + "~"), "signing_time"),
        (replace(KEPT, request_object=KEPT.request_object[:-6] + "AAAAAA"), "question"),
        (foreign_question(), "transaction_data"),
        (evidence(card=identity_card(HOLDER, issued_at=NOW - timedelta(days=91))), "identity"),
        (evidence(card=identity_card(SigningKey.generate())), "key_binding"),
        (other_key_binding(nonce="n-other"), "key_binding"),
        (other_key_binding(transaction_data=()), "key_binding"),
    ],
)
def test_the_first_check_of_the_grant_that_fails_is_named(kept, check):
    report = judge(bundle(kept))

    assert report.checks[-1].name == check
    assert not report.checks[-1].passed
    assert [one.name for one in report.checks] == list(CHECKS[: len(report.checks)])
    assert report.verified is None


def altered_mandate(**changes):
    entry = mandate().model_copy(update=changes).encode()
    asked = question(entry)
    return Evidence(signed(asked), entry, answer(asked, holder=HOLDER))


def resealed(**changes):
    changed = mandate().model_copy(update=changes)
    return altered_mandate(**changes, text_sha256=text_digest(changed))


@pytest.mark.parametrize(
    ("kept", "check"),
    [
        (altered_mandate(legal_basis="Wet IB 2001"), "mandate"),
        (resealed(mandatary=mandate().mandatary.model_copy(update={"id": "NTRNL-00000009"})), "mandatary"),
        (resealed(data=mandate().data[:-1]), "scope"),
        (
            resealed(
                not_before=int((NOW - timedelta(days=2)).timestamp()),
                expires_at=int((NOW - timedelta(days=1)).timestamp()),
            ),
            "term",
        ),
    ],
)
def test_a_mandate_that_does_not_fit_is_named(kept, check):
    assert failed(bundle(kept))[0][0] == check


def test_an_act_that_the_mandate_does_not_allow_is_named():
    assert failed(bundle(), expected_action="objection") == [("action", "evidence_action")]


def test_without_anchors_the_question_fails():
    assert failed(bundle(), access_anchors=[]) == [("question", "x5c_no_anchors")]


def test_without_trusted_issuers_the_identity_fails():
    assert failed(bundle(), trusted=TrustedIssuers(())) == [("identity", "x5c_no_anchors")]


def test_a_bundle_of_the_future_fails():
    assert failed(bundle(), at=NOW - timedelta(hours=1)) == [("signing_time", "evidence_time")]


# What was true at the time of the grant.


@pytest.mark.parametrize("seconds", [-60, 0, 600, 660])
def test_a_grant_while_the_question_was_open_holds(seconds):
    kept = bundle(
        granted_at=NOW + timedelta(seconds=seconds),
        status_tokens={STATUS_URI: status_token(at=NOW - timedelta(minutes=5))},
    )

    assert judge(kept).passed


@pytest.mark.parametrize("seconds", [-61, 661, 1800])
def test_a_grant_at_another_time_fails(seconds):
    kept = bundle(
        granted_at=NOW + timedelta(seconds=seconds),
        status_tokens={STATUS_URI: status_token(at=NOW - timedelta(minutes=5))},
    )

    assert failed(kept) == [("grant_time", "evidence_grant_time")]


def test_a_grant_after_the_moment_of_looking_fails():
    kept = bundle(granted_at=NOW + timedelta(minutes=5))

    assert failed(kept, at=NOW + timedelta(minutes=1)) == [("grant_time", "evidence_grant_time")]


@pytest.mark.parametrize(
    ("token", "refusal"),
    [
        (status_token(1), "status_revoked"),
        (status_token(sender=desk()), "x5c_path"),
        (status_token(uri=f"{STATUS_URI}0"), "status_subject"),
        (status_token(at=NOW - timedelta(hours=2)), "expired"),
        (status_token(at=NOW + timedelta(hours=2)), "issued_in_future"),
        ("x", "a compact JWS has three parts"),
    ],
)
def test_a_status_of_that_moment_that_does_not_hold_fails(token, refusal):
    assert failed(bundle(status_tokens={STATUS_URI: token})) == [("status", refusal)]


def test_a_bundle_without_the_status_of_that_moment_fails():
    assert failed(bundle(status_tokens={})) == [("status", "evidence_status")]


def card_without_status():
    payload = {name: value for name, value in identity_card(HOLDER).payload.items() if name != "status"}
    return HeldSdJwt(
        issue_sd_jwt_vc(
            payload,
            disclosable=[("given_name",), ("family_name",), ("personal_administrative_number",)],
            key=municipality().key,
            chain=municipality().chain,
            random_bytes=os.urandom,
        )
    )


def test_a_card_that_cannot_be_withdrawn_needs_no_status():
    kept = evidence(card=card_without_status())
    checks = {check.name: check for check in judge(bundle(kept, status_tokens={})).checks}

    assert checks["status"].passed
    assert failed(bundle(kept)) == [("nothing_more", "evidence_surplus")]


def test_a_status_list_of_something_else_is_one_too_many():
    tokens = {STATUS_URI: status_token(), f"{ISSUER}/bank/statuslists/1": status_token()}

    assert failed(bundle(status_tokens=tokens)) == [("nothing_more", "evidence_surplus")]


def test_an_identity_that_shows_more_than_the_mandate_names_is_too_much():
    asked = question(ENTRY)
    shown = identity_card(HOLDER).select([("given_name",), ("family_name",), ("birthdate",)])
    identity = present(
        shown,
        key=HOLDER,
        iat=NOW,
        audience=asked.client_id,
        nonce=asked.nonce,
        transaction_data=asked.transaction_data,
        jti="jti-1",
        send_alg=True,
    )

    assert failed(bundle(evidence_with(identity))) == [("nothing_more", "evidence_surplus")]


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"trust_list": None}, "evidence_trust_list"),
        ({"trust_list_sequence": 13}, "evidence_trust_list"),
        ({"trust_list": trust_list(vct="https://other.example/vct")}, "evidence_trust_list"),
        ({"trust_list": trust_list(anchors=(desk().root,))}, "evidence_trust_list"),
        ({"trust_list": trust_list(kind=ACCESS_AUTHORITIES)}, "list_kind"),
        ({"trust_list": trust_list(at=NOW - timedelta(days=3))}, "list_outdated"),
        ({"trust_list": trust_list()[:-6] + "AAAAAA"}, "list_signature"),
    ],
)
def test_a_trust_list_of_that_moment_that_does_not_hold_fails(change, refusal):
    assert failed(bundle(**change)) == [("trust_list", refusal)]


def test_a_trust_list_by_somebody_else_fails():
    assert failed(bundle(), list_signers=[desk().root]) == [("trust_list", "x5c_path")]


def test_several_failures_at_that_moment_are_all_named():
    kept = bundle(status_tokens={}, trust_list_sequence=13)

    assert [name for name, _ in failed(kept)] == ["status", "trust_list"]


# Whatever comes.

WHOLE = bundle().to_json()


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(WHOLE) - 1), st.integers(0, 255))
def test_no_byte_of_a_bundle_can_change_unseen(place, byte):
    tampered = WHOLE[:place] + bytes([byte]) + WHOLE[place + 1 :]

    report = judge(tampered)

    assert report.passed == (tampered == WHOLE) or is_granted_at(place)


def is_granted_at(place):
    """The one member that nobody signs: it is held to the signed times around it."""
    start = WHOLE.index(b'"granted_at":')
    return start <= place < len(WHOLE)


@settings(max_examples=100, deadline=None)
@given(
    st.binary(max_size=300)
    | st.recursive(st.text() | st.integers(), st.lists).map(lambda v: repr(v).encode())
)
def test_nothing_makes_it_raise(data):
    assert not judge(data).passed
