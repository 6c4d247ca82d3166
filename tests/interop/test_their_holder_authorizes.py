"""A stranger's wallet collects from our issuer by authorization code: PAR, PKCE, DPoP, attestation."""

from __future__ import annotations

from typing import Any

import pytest

from tests.interop.stage import WALLET, Stage, StrangerFailed

pytestmark = pytest.mark.interop


def login(stage: Stage, **change: Any) -> dict[str, Any]:
    """What the wallet needs beyond the offer."""
    known = stage.attester(stage.strangers.providers)
    return {
        "grant": "code",
        "client_id": WALLET,
        "persona": "noor",
        "dpop": True,
        "attester": known,
        "anchors": stage.issuer_anchors,
        **change,
    }


def collected(stage: Stage, *credentials: str, **change: Any) -> dict[str, Any]:
    offer = stage.offered(*credentials, grant="code")
    return stage.holder("collect", offer=offer["offer"], **login(stage, **change))


def test_it_collects_with_pushed_request_key_bound_token_and_attestation(stage: Stage) -> None:
    got = collected(stage, "identity")

    assert got["token_type"] == "DPoP"
    assert got["cards"][0]["copies"][0]["claims"]["given_name"] == "Noor"
    assert got["cards"][0]["notified"]
    spoken = {one["path"]: one for one in got["spoken"] if one["status"] < 300}
    assert spoken["/municipality/par"]["attested"]
    assert spoken["/municipality/token"]["attested"]
    assert spoken["/municipality/token"]["dpop"]
    assert spoken["/municipality/credential"]["authorization"] == "DPoP"


def test_it_collects_by_a_reference(stage: Stage) -> None:
    offer = stage.offered("account-holder", grant="code", by_reference=True)

    got = stage.holder("collect", offer=offer["offer"], **login(stage))

    assert got["cards"][0]["copies"][0]["claims"]["tenaamstelling"]


def test_it_gets_a_batch_for_a_key_bound_token(stage: Stage) -> None:
    got = collected(stage, "identity")

    copies = got["cards"][0]["copies"]
    assert len(copies) > 1
    assert len({copy["key"]["x"] for copy in copies}) == len(copies)


def test_it_refreshes_its_token_once(stage: Stage) -> None:
    got = collected(stage, "identity", refresh=True)

    assert got["refreshed"]["token_type"] == "DPoP"
    assert got["refreshed"]["copies"] > 0


def test_another_instance_cannot_refresh_it(stage: Stage) -> None:
    with pytest.raises(StrangerFailed) as refused:
        collected(stage, "identity", refresh="as another")

    assert refused.value.said["error"] == "invalid_grant"


def test_a_wallet_of_an_unknown_provider_is_refused(stage: Stage) -> None:
    with pytest.raises(StrangerFailed) as refused:
        collected(stage, "identity", attester=stage.attester(stage.strangers.nobody))

    assert refused.value.said["error"] in {"invalid_client_attestation", "invalid_client"}


def test_a_wallet_without_attestation_is_refused(stage: Stage) -> None:
    with pytest.raises(StrangerFailed) as refused:
        collected(stage, "identity", attester=None)

    assert refused.value.said["error"] == "invalid_client"


def test_an_unknown_wallet_is_refused(stage: Stage) -> None:
    with pytest.raises(StrangerFailed) as refused:
        collected(stage, "identity", client_id="never-heard-of")

    assert refused.value.said["error"] in {"invalid_client", "unauthorized_client"}


def test_a_wallet_without_a_key_for_its_token_is_refused(stage: Stage) -> None:
    with pytest.raises(StrangerFailed) as refused:
        collected(stage, "identity", dpop=False)

    assert refused.value.said["error"] == "invalid_dpop_proof"


def test_a_key_bound_token_works_for_a_pre_authorized_code_too(stage: Stage) -> None:
    offer = stage.offered("identity", tx_code=True)

    got = stage.holder(
        "collect", offer=offer["offer"], tx_code=offer["tx_code"], anchors=stage.issuer_anchors, dpop=True
    )

    assert got["token_type"] == "DPoP"
    assert got["cards"][0]["copies"]


def test_it_waits_for_a_deferred_credential(stage: Stage) -> None:
    offer = stage.offered("income-assessment-2024", deferred=True, tx_code=False)

    got = stage.holder("collect", offer=offer["offer"], anchors=stage.issuer_anchors, copies=1)

    assert got["cards"][0]["deferred"]
    assert got["cards"][0]["copies"][0]["claims"]["jaar"] == 2024


def test_it_speaks_encrypted_both_ways(stage: Stage) -> None:
    offer = stage.offered("identity", tx_code=False)

    got = stage.holder(
        "collect", offer=offer["offer"], anchors=stage.issuer_anchors, copies=2, encrypt="A256GCM"
    )

    assert got["cards"][0]["encrypted"] == {"alg": "ECDH-ES", "enc": "A256GCM"}
    assert len(got["cards"][0]["copies"]) == 2


def test_it_is_asked_for_a_nonce_and_brings_it(stage: Stage) -> None:
    got = collected(stage, "identity")

    spoken = [(one["path"].rpartition("/")[2], one["status"]) for one in got["spoken"] if one["dpop"]]
    assert spoken[:2] == [("par", 400), ("par", 201)]
    assert all(status < 300 for _, status in spoken[2:]), "the nonce of one answer serves the next request"
