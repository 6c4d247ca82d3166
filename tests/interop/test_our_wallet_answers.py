"""Our wallet answers a stranger's verifier."""

from __future__ import annotations

from typing import Any

import pytest

from tests.interop.stage import PIN, Caller, Said, Stage

pytestmark = pytest.mark.interop


@pytest.fixture(scope="module")
def citizen(stage: Stage) -> Caller:
    """Noor with an identity of ours and enough copies of a diploma of the strangers."""
    citizen = stage.citizen()
    stage.collected(citizen, stage.offered("identity"))
    for _ in range(5):
        stage.collected(citizen, stage.their_issuer.post("/test/offers", {}))
    return citizen


def diploma(stage: Stage, *paths: list[Any], id: str = "diploma") -> dict[str, Any]:
    asked = {"id": id, "format": "dc+sd-jwt", "meta": {"vct_values": [stage.strangers.vct]}}
    return asked | ({"claims": [{"path": path} for path in paths]} if paths else {})


def identity(stage: Stage, *paths: list[Any]) -> dict[str, Any]:
    vct = f"{stage.our_issuer.base}/municipality/vct/identity/1"
    claims = [{"path": path} for path in paths]
    return {"id": "identity", "format": "dc+sd-jwt", "meta": {"vct_values": [vct]}, "claims": claims}


def asked(stage: Stage, *credentials: dict[str, Any], **wish: Any) -> dict[str, Any]:
    order = {"query": {"credentials": list(credentials)}, **wish}
    answer: dict[str, Any] = stage.their_verifier.post("/test/requests", order)
    return answer


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
    request = asked(stage, diploma(stage, ["given_name"]), prefix=prefix, method=method)

    found = answered(stage, citizen, request)

    (claims,) = found["result"]["claims"]["diploma"]
    assert claims["given_name"] == "Noor"
    assert "family_name" not in claims
    assert found["fetched"]["method"] == method.upper()


@pytest.mark.xfail(reason="our wallet answers direct_post only, so far", strict=True)
@pytest.mark.parametrize("enc", ["A128GCM", "A256GCM"])
@pytest.mark.parametrize("prefix", ["x509_hash", "x509_san_dns"])
def test_it_answers_encrypted(stage: Stage, citizen: Caller, prefix: str, enc: str) -> None:
    request = asked(stage, diploma(stage, ["given_name"]), prefix=prefix, mode="direct_post.jwt", enc=[enc])

    found = answered(stage, citizen, request)

    assert found["answered"] == {"encrypted": True, "members": ["response"]}
    assert found["result"]["jwe"]["alg"] == "ECDH-ES"
    assert found["result"]["jwe"]["enc"] == enc
    assert found["result"]["claims"]["diploma"][0]["given_name"] == "Noor"


def test_it_shows_nested_claims_and_list_members_alone(stage: Stage, citizen: Caller) -> None:
    request = asked(stage, diploma(stage, ["degree", "name"], ["languages", 1]))

    (claims,) = answered(stage, citizen, request)["result"]["claims"]["diploma"]

    assert claims["degree"] == {"name": "Informatica"}
    assert claims["languages"] == ["en"]


def test_no_claims_asked_is_nothing_shown(stage: Stage, citizen: Caller) -> None:
    request = asked(stage, diploma(stage))

    (claims,) = answered(stage, citizen, request)["result"]["claims"]["diploma"]

    assert claims.keys() <= {"iss", "iat", "exp", "vct", "cnf", "status", "vct#integrity"}


def test_it_combines_cards_of_two_issuers(stage: Stage, citizen: Caller) -> None:
    request = asked(stage, diploma(stage, ["degree", "level"]), identity(stage, ["birthdate"]))

    claims = answered(stage, citizen, request)["result"]["claims"]

    assert claims["diploma"][0]["degree"]["level"] == "master"
    assert claims["identity"][0]["birthdate"]


def test_it_follows_credential_sets(stage: Stage, citizen: Caller) -> None:
    query = {
        "credentials": [
            diploma(stage, ["given_name"]) | {"meta": {"vct_values": ["urn:nobody:has"]}, "id": "rare"},
            diploma(stage, ["family_name"]),
        ],
        "credential_sets": [{"options": [["rare"], ["diploma"]]}],
    }
    request = stage.their_verifier.post("/test/requests", {"query": query})

    found = answered(stage, citizen, request)

    assert list(found["result"]["claims"]) == ["diploma"]


def test_it_says_no_for_the_citizen(stage: Stage, citizen: Caller) -> None:
    request = asked(stage, diploma(stage, ["given_name"]))
    screen = citizen.post("/api/v1/requests", {"url": request["link"]})

    citizen.post(f"/api/v1/requests/{screen['id']}/decline", {})

    found = stage.their_verifier.get(f"/test/requests/{request['id']}")
    assert (found["state"], found["error"]) == ("refused", "access_denied")


def test_it_follows_the_stranger_back(stage: Stage, citizen: Caller) -> None:
    request = asked(stage, diploma(stage, ["given_name"]), redirect=True)
    screen = citizen.post("/api/v1/requests", {"url": request["link"]})

    approval = {"pin": PIN, "digest": screen["digest"]}
    done = citizen.post(f"/api/v1/requests/{screen['id']}/approve", approval)

    assert done["redirect_uri"].startswith(f"{stage.strangers.verifier}/done?response_code=")


def test_it_names_who_asks_by_the_certificate(stage: Stage, citizen: Caller) -> None:
    request = asked(stage, diploma(stage, ["given_name"]))

    screen = citizen.post("/api/v1/requests", {"url": request["link"]})

    assert screen["verifier"]["name"] == "Stranger Employer"
    assert screen["verifier"]["identifier"] == "VATBE-0123456789"


def test_it_sends_a_nonce_and_its_metadata_along(stage: Stage, citizen: Caller) -> None:
    request = asked(stage, diploma(stage, ["given_name"]))

    citizen.post("/api/v1/requests", {"url": request["link"]})

    fetched = stage.their_verifier.get(f"/test/requests/{request['id']}")["fetched"]
    assert fetched["accept"] == "application/oauth-authz-req+jwt"
    assert set(fetched["form"]) == {"wallet_metadata", "wallet_nonce"}


REQUEST_FAULTS: dict[str, tuple[str, bool]] = {
    # fault: what our wallet posts to response_uri ("" = nothing), whether the strangers' library refuses too
    "request_signature": ("", True),
    "request_other_key": ("", True),
    "request_untrusted": ("", True),
    "request_self_signed": ("", True),
    "request_expired": ("", True),
    "request_audience": ("", False),
    "request_typ": ("", True),
    "request_alg_none": ("", True),
    "request_other_client": ("", True),
    "request_no_client": ("", True),
    "request_wallet_nonce": ("", True),
    "request_no_wallet_nonce": ("", False),
    "request_html": ("", True),
    "request_media_type": ("", False),
    "request_no_nonce": ("invalid_request", True),
    "request_no_query": ("invalid_request", False),
    "request_bad_query": ("invalid_request", False),
    "request_redirect_uri": ("invalid_request", False),
    "request_presentation_definition": ("invalid_request", True),
    "request_unknown_mode": ("invalid_request", True),
    "request_no_encryption_key": ("invalid_request", False),
    "request_unknown_transaction": ("invalid_transaction_data", False),
}


@pytest.mark.parametrize("fault", REQUEST_FAULTS)
def test_a_faulty_request_is_refused(stage: Stage, citizen: Caller, fault: str) -> None:
    request = asked(stage, diploma(stage, ["given_name"]), fault=fault)

    with pytest.raises(Said) as refused:
        citizen.post("/api/v1/requests", {"url": request["link"]})

    found = stage.their_verifier.get(f"/test/requests/{request['id']}")
    assert refused.value.status < 500 or refused.value.status == 502
    assert found["state"] == ("refused" if REQUEST_FAULTS[fault][0] else "requested"), found
    assert found.get("error", "") == REQUEST_FAULTS[fault][0]


@pytest.mark.parametrize("fault", REQUEST_FAULTS)
def test_the_strangers_wallet_refuses_what_its_library_checks(stage: Stage, fault: str) -> None:
    request = asked(stage, diploma(stage, ["given_name"]), fault=fault)

    answer = stage.tried("ask", link=request["link"], anchors=stage.strangers.access.root_pem)

    assert ("error" in answer) == REQUEST_FAULTS[fault][1], answer
