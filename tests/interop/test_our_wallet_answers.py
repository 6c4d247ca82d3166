"""Our wallet answers a stranger's verifier."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Any

import pytest

from consent.mandate import Organisation, Parties, propose_mandate
from consent.purpose import load_purpose
from tests.interop.stage import OFFERS, PIN, Caller, Stage
from tests.processes import ROOT

pytestmark = pytest.mark.interop


@pytest.fixture(scope="module")
def citizen(stage: Stage) -> Caller:
    """Noor with an identity of ours and enough copies of a diploma of the strangers."""
    citizen = stage.citizen()
    stage.collected(citizen, stage.offered("identity"))
    for _ in range(5):
        stage.collected(citizen, stage.their_issuer.post("/test/offers", {}))
    return citizen


def identity(stage: Stage, *paths: list[Any]) -> dict[str, Any]:
    vct = f"{stage.our_issuer.base}/municipality/vct/identity/1"
    claims = [{"path": path} for path in paths]
    return {"id": "identity", "format": "dc+sd-jwt", "meta": {"vct_values": [vct]}, "claims": claims}


def answered(stage: Stage, citizen: Caller, request: dict[str, Any]) -> dict[str, Any]:
    screen = citizen.post("/api/v1/requests", {"url": request["link"]})
    approval = {"pin": PIN, "digest": screen["digest"]}
    done = citizen.post(f"/api/v1/requests/{screen['id']}/approve", approval)
    assert done["outcome"] == "shared", (done, stage.their_verifier.get(f"/test/requests/{request['id']}"))
    found: dict[str, Any] = stage.their_verifier.get(f"/test/requests/{request['id']}")
    assert found["state"] == "verified", found
    return found


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("prefix", ["x509_hash", "x509_san_dns"])
def test_it_answers_in_the_clear(stage: Stage, citizen: Caller, prefix: str, method: str) -> None:
    request = stage.asked(stage.diploma(["given_name"]), prefix=prefix, method=method)

    found = answered(stage, citizen, request)

    (claims,) = found["result"]["claims"]["diploma"]
    assert claims["given_name"] == "Noor"
    assert "family_name" not in claims
    assert found["fetched"]["method"] == method.upper()


@pytest.mark.parametrize("enc", ["A128GCM", "A256GCM"])
@pytest.mark.parametrize("prefix", ["x509_hash", "x509_san_dns"])
def test_it_answers_encrypted(stage: Stage, citizen: Caller, prefix: str, enc: str) -> None:
    request = stage.asked(stage.diploma(["given_name"]), prefix=prefix, mode="direct_post.jwt", enc=[enc])

    found = answered(stage, citizen, request)

    assert found["answered"] == {"encrypted": True, "members": ["response"]}
    header = found["result"]["jwe"]
    assert (header["alg"], header["enc"]) == ("ECDH-ES", enc)
    assert header["kid"] == found["encryption_key"]
    assert set(header) == {"alg", "enc", "kid", "epk"}
    assert found["result"]["claims"]["diploma"][0]["given_name"] == "Noor"


def test_it_shows_nested_claims_and_list_members_alone(stage: Stage, citizen: Caller) -> None:
    request = stage.asked(stage.diploma(["degree", "name"], ["languages", 1]))

    (claims,) = answered(stage, citizen, request)["result"]["claims"]["diploma"]

    assert claims["degree"] == {"name": "Informatica"}
    assert claims["languages"] == ["en"]


def test_no_claims_asked_is_nothing_shown(stage: Stage, citizen: Caller) -> None:
    request = stage.asked(stage.diploma())

    (claims,) = answered(stage, citizen, request)["result"]["claims"]["diploma"]

    assert claims.keys() <= {"iss", "iat", "exp", "vct", "cnf", "status", "vct#integrity"}


def test_it_combines_cards_of_two_issuers(stage: Stage, citizen: Caller) -> None:
    request = stage.asked(stage.diploma(["degree", "level"]), identity(stage, ["birthdate"]))

    claims = answered(stage, citizen, request)["result"]["claims"]

    assert claims["diploma"][0]["degree"]["level"] == "master"
    assert claims["identity"][0]["birthdate"]


def test_it_follows_credential_sets(stage: Stage, citizen: Caller) -> None:
    query = {
        "credentials": [
            stage.diploma(["given_name"]) | {"meta": {"vct_values": ["urn:nobody:has"]}, "id": "rare"},
            stage.diploma(["family_name"]),
        ],
        "credential_sets": [{"options": [["rare"], ["diploma"]]}],
    }
    request = stage.their_verifier.post("/test/requests", {"query": query})

    found = answered(stage, citizen, request)

    assert list(found["result"]["claims"]) == ["diploma"]


def test_it_says_no_for_the_citizen(stage: Stage, citizen: Caller) -> None:
    request = stage.asked(stage.diploma(["given_name"]))
    screen = citizen.post("/api/v1/requests", {"url": request["link"]})

    citizen.post(f"/api/v1/requests/{screen['id']}/decline", {})

    found = stage.their_verifier.get(f"/test/requests/{request['id']}")
    assert (found["state"], found["error"]) == ("refused", "access_denied")


def test_it_follows_the_stranger_back(stage: Stage, citizen: Caller) -> None:
    request = stage.asked(stage.diploma(["given_name"]), redirect=True)
    screen = citizen.post("/api/v1/requests", {"url": request["link"]})

    approval = {"pin": PIN, "digest": screen["digest"]}
    done = citizen.post(f"/api/v1/requests/{screen['id']}/approve", approval)

    assert done["redirect_uri"].startswith(f"{stage.strangers.verifier}/done?response_code=")


def test_it_names_who_asks_by_the_certificate(stage: Stage, citizen: Caller) -> None:
    request = stage.asked(stage.diploma(["given_name"]))

    screen = citizen.post("/api/v1/requests", {"url": request["link"]})

    assert screen["verifier"]["name"] == "Stranger Employer"
    assert screen["verifier"]["identifier"] == "VATBE-0123456789"


def test_it_sends_a_nonce_and_its_metadata_along(stage: Stage, citizen: Caller) -> None:
    request = stage.asked(stage.diploma(["given_name"]))

    citizen.post("/api/v1/requests", {"url": request["link"]})

    fetched = stage.their_verifier.get(f"/test/requests/{request['id']}")["fetched"]
    assert fetched["accept"] == "application/oauth-authz-req+jwt"
    assert set(fetched["form"]) == {"wallet_metadata", "wallet_nonce"}


def test_it_signs_a_mandate_for_a_stranger(stage: Stage) -> None:
    citizen = stage.citizen()
    for credentials in OFFERS:
        stage.collected(citizen, stage.offered(*credentials))
    purpose = load_purpose((ROOT / "verifier/data/purposes/averaging.toml").read_bytes())
    mandate = propose_mandate(
        purpose,
        Parties(
            Organisation(id="VATBE-0123456789", name="Stranger Employer"),
            Organisation(id="NTRNL-00000002", name="Belastingdienst (voorbeeld)"),
        ),
        mandate_id=secrets.token_urlsafe(16),
        revocation_uri=f"{stage.strangers.verifier}/mandates/1/revoke",
        not_before=datetime.now(UTC),
        text_lang="en",
    )
    query = purpose.dcql(lambda template: template.replace("{issuer}", stage.our_issuer.base)).to_json()
    order = {"query": query, "transaction_data": [mandate.encode()]}
    request = stage.their_verifier.post("/test/requests", order)

    found = answered(stage, citizen, request)

    assert found["result"]["transaction"] == [{"credentialId": "identity", "signed": 1}]
    signed = [id for id, kb in found["result"]["kb"].items() if "transaction_data_hashes" in kb[0]["payload"]]
    assert signed == ["identity"]
    assert found["result"]["kb"]["identity"][0]["payload"]["jti"]
