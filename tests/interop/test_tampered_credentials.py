"""Credentials that must not be accepted: offered to our wallet, and shown to the strangers' library."""

from __future__ import annotations

from typing import Any

import pytest

from tests.interop.certificates import jwk, new_key
from tests.interop.stage import Said, Stage

pytestmark = pytest.mark.interop

CREDENTIAL_FAULTS = {
    # fault: our check that says no; whether the strangers' side refuses it too
    "signature": ("issuer_signature", True),
    "other_key": ("issuer_signature", True),
    "alg_none": ("jws_alg", True),
    "untrusted": ("x5c_path", True),
    "self_signed": ("x5c_self_signed", True),
    "expired_certificate": ("x5c_path", True),
    "another_name": ("issuer", True),
    "anchor_in_x5c": ("x5c_contains_anchor", True),
    "chain_cut": ("x5c_path", True),
    "no_x5c": ("Malformed", True),
    "old_typ": ("jws_typ", False),
    "critical_header": ("jws_extension", False),
    "expired": ("expired", True),
    "not_yet_valid": ("not_yet_valid", True),
    "another_type": ("vct", True),
    "another_issuer": ("issuer", True),
    # A copy that no key of ours opens is left; when all are, nothing came.
    "other_holder": ("no_copies", True),
    "unlimited": ("validity_unlimited", False),
    "changed_disclosure": ("disclosure_unreferenced", False),
    "unreferenced_disclosure": ("disclosure_unreferenced", False),
    "doubled_disclosure": ("disclosure_twice", False),
    "doubled_digest": ("digest_twice", False),
    "claim_twice": ("disclosure_collision", True),
    "hidden_status": ("registered_claim_disclosed", False),
    "weak_hash": ("sd_alg", False),
    "key_binding_attached": ("Malformed", True),
    "revoked": ("status_revoked", True),
    "status_out_of_range": ("status_index", True),
    "status_gone": ("PeerNonsense", True),
    "status_expired": ("expired", True),
    "status_other_address": ("status_subject", True),
    "status_untrusted": ("x5c_path", True),
    "status_other_signer": ("status_signer", True),
    "status_signature": ("status_signature", True),
    "status_typ": ("jws_typ", True),
    "status_media_type": ("PeerNonsense", True),
}


def test_a_good_credential_passes_on_both_sides(stage: Stage) -> None:
    offer = stage.their_issuer.post("/test/offers", {})

    got = stage.collected(stage.citizen(), offer)

    assert len(got["cards"]) == 1
    assert checked_by_strangers(stage, fault=None)["claims"]["given_name"] == "Noor"


@pytest.mark.parametrize("fault", CREDENTIAL_FAULTS)
def test_our_wallet_keeps_nothing(stage: Stage, fault: str) -> None:
    offer = stage.their_issuer.post("/test/offers", {"fault": fault})
    citizen = stage.citizen()

    with pytest.raises(Said) as refused:
        stage.collected(citizen, offer)

    assert refused.value.code == "cards_discarded"
    assert stage.last_audit("wallet", "card_discarded")["check"] == CREDENTIAL_FAULTS[fault][0]
    assert citizen.get("/api/v1/cards")["cards"] == []
    last = stage.their_issuer.get("/test/log")[-1]
    assert last == {"path": "/notification", "event": "credential_failure"}


@pytest.mark.parametrize("fault", CREDENTIAL_FAULTS)
def test_the_strangers_library_refuses_what_it_checks(stage: Stage, fault: str) -> None:
    answer = checked_by_strangers(stage, fault=fault)

    assert ("error" in answer) == CREDENTIAL_FAULTS[fault][1], answer


def checked_by_strangers(stage: Stage, *, fault: str | None) -> dict[str, Any]:
    holder = {name: value for name, value in jwk(new_key()).items() if name != "d"}
    made = stage.their_issuer.post("/test/credentials", {"holder": holder, "fault": fault})
    return stage.tried(
        "check",
        sd_jwt=made["credential"],
        vct=made["vct"],
        holder=holder,
        anchors=stage.strangers.issuers.root_pem,
    )
