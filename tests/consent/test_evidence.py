import json
from dataclasses import replace
from datetime import timedelta

import pytest

from consent.evidence import Evidence, verify_evidence
from consent.mandate_text import text_digest
from openid4vc.errors import CheckFailed, Malformed
from openid4vc.jose import base64url, strict_json
from openid4vc.jose.jws import sign_jws
from openid4vc.jose.keys import SigningKey
from openid4vc.jose.x5c import encode_x5c
from openid4vc.trust.anchors import TrustedIssuers
from openid4vc.vp.request_object import REQUEST_OBJECT_TYP
from tests.consent.parts import (
    IDENTITY,
    MANDATE_ID,
    NOW,
    Authority,
    LeafSubject,
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


def evidence(request=None, *, entry=ENTRY, sender=None, request_object=None, **answered):
    asked = request or question(entry)
    return Evidence(
        request_object=request_object or signed(asked, sender=sender),
        transaction_data=entry,
        identity=answer(asked, **{"holder": HOLDER, **answered}),
    )


def verify(given, **changes):
    arguments = {
        "access_anchors": [desk().root],
        "trusted": trusted(),
        "expected_action": "request",
        "now": NOW + timedelta(minutes=1),
    }
    return verify_evidence(given, **arguments | changes)


def refusal(given, **changes):
    with pytest.raises((CheckFailed, Malformed)) as refused:
        verify(given, **changes)
    return getattr(refused.value, "check", "malformed")


def signed_by(sender, claims):
    """A request object that our own signing function would refuse to make."""
    header = {"x5c": encode_x5c(sender.chain)}
    return sign_jws(claims, typ=REQUEST_OBJECT_TYP, key=sender.key, header=header)


def resealed(**changes):
    changed = mandate().model_copy(update=changes)
    return changed.model_copy(update={"text_sha256": text_digest(changed)}).encode()


def test_a_grant_is_proven_by_its_three_strings():
    verified = verify(evidence())

    assert verified.mandate == mandate()
    assert verified.identity.claims["personal_administrative_number"] == "999990019"
    assert verified.identity.holder_key == HOLDER.public
    assert (verified.signed_at, verified.request.nonce) == (NOW, question().nonce)


def test_it_is_still_proven_when_certificates_and_credential_have_expired():
    assert verify(evidence(), now=NOW + timedelta(days=5000)).mandate.mandate_id == MANDATE_ID


def test_it_survives_being_kept():
    given = evidence()

    assert Evidence.from_json(given.to_json()) == given
    assert verify(Evidence.from_json(given.to_json()))


def test_it_does_not_show_itself_in_a_log():
    assert "eyJ" not in repr(evidence())
    assert "999990019" not in repr(verify(evidence()))


@pytest.mark.parametrize(
    "change",
    [
        {"type": "urn:eenmalig:evidence:2"},
        {"identity": None},
        {"identity": 1},
        {"status_tokens": "x"},
        {"status_tokens": [1]},
        {"amount": 2809},
    ],
)
def test_what_is_no_evidence_is_refused(change):
    members = strict_json.loads_object(evidence().to_json())

    with pytest.raises(Malformed):
        Evidence.from_json(strict_json.dumps(members | change))


@pytest.mark.parametrize("name", ["type", "request_object", "transaction_data", "identity"])
def test_evidence_with_a_part_missing_is_refused(name):
    members = strict_json.loads_object(evidence().to_json())
    del members[name]

    with pytest.raises(Malformed):
        Evidence.from_json(strict_json.dumps(members))


# The question.


def test_a_question_without_anchors_of_trust_is_refused():
    assert refusal(evidence(), access_anchors=[]) == "x5c_no_anchors"


def test_a_question_of_an_untrusted_sender_is_refused():
    assert refusal(evidence(), access_anchors=[municipality().root]) == "x5c_path"


def test_a_question_with_a_changed_letter_is_refused():
    given = evidence()
    header, payload, signature = given.request_object.split(".")
    other = signed(question(ENTRY, state="s-other")).split(".")[1]

    assert refusal(replace(given, request_object=f"{header}.{other}.{signature}")) == "jws_signature"
    assert payload != other


def test_a_question_under_somebody_elses_client_id_is_refused():
    stranger = Authority.make(LeafSubject("Ander loket", "Ander loket", "NTRNL-00000001"))
    claims = question(ENTRY).claims()
    forged = signed_by(stranger, claims)

    check = refusal(evidence(request_object=forged), access_anchors=[desk().root, stranger.root])

    assert check == "client_id_hash"


def test_a_question_without_client_id_is_refused():
    claims = question(ENTRY).claims()
    del claims["client_id"]
    forged = sign_jws(
        claims, typ=REQUEST_OBJECT_TYP, key=desk().key, header={"x5c": encode_x5c(desk().chain)}
    )

    assert refusal(evidence(request_object=forged)) == "malformed"


def test_a_question_that_no_wallet_may_answer_is_refused():
    claims = question(ENTRY).claims() | {"redirect_uri": "https://elsewhere.example/"}
    forged = sign_jws(
        claims, typ=REQUEST_OBJECT_TYP, key=desk().key, header={"x5c": encode_x5c(desk().chain)}
    )

    assert refusal(evidence(request_object=forged)) == "evidence_request"


def test_another_kind_of_token_is_no_question():
    given = evidence()

    assert refusal(replace(given, request_object=given.identity.split("~")[0])) == "jws_typ"


# The mandate.


def test_a_mandate_that_was_not_in_the_question_is_refused():
    other = mandate(mandate_id="m-another-0123456789").encode()

    assert refusal(replace(evidence(), transaction_data=other)) == "evidence_transaction_data"


def test_the_same_mandate_in_another_spelling_is_refused():
    spaced = base64url.encode(json.dumps(json.loads(base64url.decode(ENTRY))).encode())

    assert refusal(replace(evidence(), transaction_data=spaced)) == "evidence_transaction_data"


def test_a_question_with_two_mandates_is_refused():
    asked = question(ENTRY, mandate(text_lang="en").encode())

    assert refusal(evidence(asked)) == "evidence_transaction_data"


def test_a_question_without_a_mandate_is_refused():
    assert refusal(evidence(question(), transaction_data=())) == "evidence_transaction_data"


def test_transaction_data_of_another_type_are_refused():
    other = base64url.encode(strict_json.dumps({"type": "payment", "credential_ids": ["identity"]}))

    assert refusal(evidence(entry=other)) == "evidence_mandate"


def test_a_mandate_whose_text_hash_does_not_fit_is_refused():
    wrong = mandate().model_copy(update={"text_sha256": "A" * 43}).encode()

    assert refusal(evidence(entry=wrong)) == "evidence_mandate"


def test_a_mandate_for_another_organisation_than_who_asked_is_refused():
    other = mandate().mandatary.model_copy(update={"id": "NTRNL-00000009"})

    assert refusal(evidence(entry=resealed(mandatary=other))) == "evidence_mandatary"


def test_a_mandate_that_names_fewer_data_than_were_asked_is_refused():
    assert refusal(evidence(entry=resealed(data=mandate().data[:-1]))) == "evidence_scope"


@pytest.mark.parametrize("action", ["object", "", "REQUEST"])
def test_an_action_that_the_mandate_does_not_name_is_refused(action):
    assert refusal(evidence(), expected_action=action) == "evidence_action"


# The answer.


def test_a_grant_that_nobody_signed_is_refused():
    given = evidence()
    unsigned = given.identity.rpartition("~")[0] + "~"

    assert refusal(replace(given, identity=unsigned)) == "evidence_key_binding"


def test_a_grant_signed_by_another_key_is_refused():
    stranger = SigningKey.generate()

    assert refusal(evidence(holder=stranger, card=identity_card(HOLDER))) == "key_binding_signature"


@pytest.mark.parametrize(
    ("change", "check"),
    [
        ({"nonce": "n-other"}, "key_binding_nonce"),
        ({"audience": "x509_hash:other"}, "key_binding_audience"),
        ({"transaction_data": ()}, "transaction_data"),
        ({"transaction_data": (mandate(text_lang="en").encode(),)}, "transaction_data"),
        ({"send_alg": False}, "transaction_data"),
    ],
)
def test_a_signature_for_something_else_is_refused(change, check):
    assert refusal(evidence(**change)) == check


def test_an_identity_of_an_untrusted_issuer_is_refused():
    assert refusal(evidence(), trusted=TrustedIssuers(())) == "x5c_no_anchors"


def test_another_persons_disclosure_is_refused():
    given = evidence()
    other = answer(
        question(ENTRY), holder=HOLDER, card=identity_card(HOLDER, IDENTITY | {"given_name": "Henk"})
    )
    mixed = given.identity.split("~")
    mixed[1] = other.split("~")[1]

    assert refusal(replace(given, identity="~".join(mixed))) in {"disclosure_unreferenced", "sd_hash"}


def test_a_disclosure_left_out_afterwards_is_refused():
    given = evidence()
    parts = given.identity.split("~")

    assert refusal(replace(given, identity="~".join([parts[0], *parts[2:]]))) == "sd_hash"


def test_a_grant_of_one_question_proves_nothing_for_another():
    other = question(ENTRY, nonce="n-another")

    assert refusal(replace(evidence(), request_object=signed(other))) == "key_binding_nonce"


# The time.


def test_a_signature_in_the_future_is_refused():
    assert refusal(evidence(), now=NOW - timedelta(seconds=61)) == "evidence_time"


@pytest.mark.parametrize("seconds", [-59, 0, 600, 659])
def test_a_signature_while_the_question_was_open_counts(seconds):
    at = NOW + timedelta(seconds=seconds)
    card = identity_card(HOLDER, issued_at=NOW - timedelta(days=1))

    assert verify(evidence(at=at, card=card), now=NOW + timedelta(hours=1)).signed_at == at


@pytest.mark.parametrize("seconds", [-3600, -61, 661, 3600, 86_400])
def test_a_signature_outside_the_window_of_the_question_is_refused(seconds):
    at = NOW + timedelta(seconds=seconds)
    card = identity_card(HOLDER, issued_at=NOW - timedelta(days=1))

    check = refusal(evidence(at=at, card=card), now=NOW + timedelta(days=2))

    assert check in {"key_binding_iat", "expired", "request_age", "issued_in_future", "evidence_time"}


def test_a_signature_after_the_end_of_the_mandate_is_refused():
    entry = mandate(not_before=NOW - timedelta(days=14, minutes=-1)).encode()
    late = NOW + timedelta(minutes=2)

    assert refusal(evidence(entry=entry, at=late), now=late) == "evidence_time"


def test_a_signature_before_the_start_of_the_mandate_is_refused():
    entry = mandate(not_before=NOW + timedelta(hours=1)).encode()

    assert refusal(evidence(entry=entry)) == "evidence_time"


def test_a_credential_that_had_expired_when_it_signed_is_refused():
    stale = identity_card(HOLDER, issued_at=NOW - timedelta(days=91))

    assert refusal(evidence(card=stale)) == "expired"


def test_an_access_certificate_that_had_expired_when_it_asked_is_refused():
    old = Authority.make(
        LeafSubject("Geldloket Voorbeeldstad", "Geldloket", "NTRNL-00000001"), now=NOW - timedelta(days=900)
    )
    asked = question(ENTRY, sender=old)

    check = refusal(evidence(asked, sender=old), access_anchors=[old.root])

    assert check == "x5c_path"


# The edges of the windows, to the second.

LONG_CARD = identity_card(HOLDER, issued_at=NOW - timedelta(days=1))


def signed_at(seconds, *, entry=ENTRY):
    return evidence(entry=entry, at=NOW + timedelta(seconds=seconds), card=LONG_CARD)


def test_a_clock_may_differ_by_a_minute_and_no_more():
    given = signed_at(0)

    assert verify(given, now=NOW - timedelta(seconds=60))
    assert refusal(given, now=NOW - timedelta(seconds=61)) == "evidence_time"


def test_the_window_of_the_question_is_a_minute_wider_on_both_sides():
    later = {"now": NOW + timedelta(days=1)}
    early_entry = mandate(not_before=NOW - timedelta(hours=1)).encode()

    assert verify(signed_at(-60, entry=early_entry), **later)
    assert refusal(signed_at(-61, entry=early_entry), **later) == "issued_in_future"
    assert verify(signed_at(659), **later)
    assert refusal(signed_at(660), **later) == "expired"


def test_the_term_of_the_mandate_starts_a_minute_early_and_ends_on_time():
    ends_at_five = mandate(not_before=NOW - timedelta(days=14, minutes=-5)).encode()
    starts_at_five = mandate(not_before=NOW + timedelta(minutes=5)).encode()

    assert verify(signed_at(299, entry=ends_at_five), now=NOW + timedelta(hours=1))
    assert refusal(signed_at(300, entry=ends_at_five), now=NOW + timedelta(hours=1)) == "evidence_time"
    assert verify(signed_at(240, entry=starts_at_five), now=NOW + timedelta(hours=1))
    assert refusal(signed_at(239, entry=starts_at_five), now=NOW + timedelta(hours=1)) == "evidence_time"
