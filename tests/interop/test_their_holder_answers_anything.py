"""A stranger's wallet answers presentations that need no mandate: plain, encrypted, by GET and POST."""

from __future__ import annotations

from typing import Any

import pytest

from tests.interop.stage import Said, Stage, StrangerFailed

pytestmark = pytest.mark.interop
Cards = list[dict[str, Any]]


def account(stage: Stage, *paths: list[Any]) -> dict[str, Any]:
    vct = f"{stage.our_issuer.base}/bank/vct/account-holder/1"
    claims = [{"path": path} for path in paths]
    return {"id": "account", "format": "dc+sd-jwt", "meta": {"vct_values": [vct]}, "claims": claims}


def asked(stage: Stage, *credentials: dict[str, Any], **wish: Any) -> dict[str, Any]:
    order = {"query": {"credentials": list(credentials)}, **wish}
    answer: dict[str, Any] = stage.our_verifier.post("/api/v1/presentations", order)
    return answer


def answered(stage: Stage, cards: Cards, request: dict[str, Any], **how: Any) -> dict[str, Any]:
    return stage.holder("answer", link=request["uri"], anchors=stage.access_anchors, cards=cards, **how)


def result(stage: Stage, request: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = stage.our_verifier.get(f"/api/v1/presentations/{request['id']}")
    return found


@pytest.mark.parametrize("mode", ["direct_post", "direct_post.jwt"])
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("prefix", ["x509_hash", "x509_san_dns"])
def test_it_answers(stage: Stage, cards: Cards, prefix: str, method: str, mode: str) -> None:
    request = asked(stage, account(stage, ["iban"]), prefix=prefix, method=method, mode=mode)

    got = answered(stage, cards, request)

    assert got["status"] == 200, got
    assert got["encrypted"] == (mode == "direct_post.jwt")
    found = result(stage, request)
    assert found["state"] == "submitted"
    assert found["claims"]["account"][0]["iban"].startswith("NL")
    assert "tenaamstelling" not in found["claims"]["account"][0]
    assert all(check["passed"] for check in found["checks"])


@pytest.mark.parametrize("enc", ["A128GCM", "A256GCM"])
def test_it_chooses_the_content_encryption(stage: Stage, cards: Cards, enc: str) -> None:
    request = asked(stage, account(stage, ["iban"]), mode="direct_post.jwt")

    got = answered(stage, cards, request, enc=[enc])

    assert got["status"] == 200, got
    assert got["jwe"]["enc"] == enc
    assert result(stage, request)["state"] == "submitted"


def test_every_request_has_its_own_key(stage: Stage) -> None:
    requests = [asked(stage, account(stage, ["iban"]), mode="direct_post.jwt") for _ in range(2)]

    read = [stage.holder("ask", link=one["uri"], anchors=stage.access_anchors) for one in requests]

    keys = [one["request"]["client_metadata"]["jwks"]["keys"] for one in read]
    assert [len(one) for one in keys] == [1, 1]
    assert keys[0][0]["x"] != keys[1][0]["x"]
    assert keys[0][0]["kid"] != keys[1][0]["kid"]
    assert "d" not in keys[0][0]


def test_it_signs_a_mandate_encrypted(stage: Stage, cards: Cards) -> None:
    request = stage.our_verifier.post("/api/v1/presentations", {"mandate": True, "mode": "direct_post.jwt"})

    got = answered(stage, cards, request)

    assert got["status"] == 200, got
    assert got["encrypted"]
    assert "response_code=" in got["body"]["redirect_uri"]


def test_an_encrypted_question_is_not_answered_in_the_clear(stage: Stage, cards: Cards) -> None:
    request = asked(stage, account(stage, ["iban"]), mode="direct_post.jwt")

    got = answered(stage, cards, request, clear=True)

    assert got["status"] == 400, got
    assert result(stage, request)["state"] == "requested"


def test_an_answer_under_another_key_is_not_read(stage: Stage, cards: Cards) -> None:
    request = asked(stage, account(stage, ["iban"]), mode="direct_post.jwt")

    got = answered(stage, cards, request, other_key=True)

    assert got["status"] == 400, got
    assert result(stage, request)["state"] == "requested"


def test_it_may_leave_an_optional_question_out(stage: Stage, cards: Cards) -> None:
    rare = {**account(stage, ["iban"]), "id": "rare", "meta": {"vct_values": ["urn:nobody:has"]}}
    query = {
        "credentials": [rare, account(stage, ["iban"])],
        "credential_sets": [{"options": [["account"]]}, {"options": [["rare"]], "required": False}],
    }
    request = stage.our_verifier.post("/api/v1/presentations", {"query": query})

    got = answered(stage, cards, request)

    assert got["status"] == 200, got
    assert list(result(stage, request)["claims"]) == ["account"]


def test_it_shows_a_diploma_of_its_own_issuer(stage: Stage) -> None:
    offer = stage.their_issuer.post("/test/offers", {})
    order: dict[str, Any] = {"anchors": stage.strangers.issuers.root_pem, "types": False}
    order |= {"offer": offer["offer"], "tx_code": offer["tx_code"]}
    got = stage.holder("collect", **order)
    diploma = {
        "id": "diploma",
        "format": "dc+sd-jwt",
        "meta": {"vct_values": [stage.strangers.vct]},
        "claims": [{"path": ["degree", "name"]}, {"path": ["languages", 0]}],
    }
    request = asked(stage, diploma)

    shown = answered(stage, got["cards"][0]["copies"], request)

    assert shown["status"] == 200, (shown, stage.last_audit("verifier", "presentation_refused"))
    (claims,) = result(stage, request)["claims"]["diploma"]
    assert claims["degree"] == {"name": "Informatica"}
    assert claims["languages"] == ["nl"]


def test_an_answer_counts_once(stage: Stage, cards: Cards) -> None:
    request = asked(stage, account(stage, ["iban"]))
    read = stage.holder("ask", link=request["uri"], anchors=stage.access_anchors)
    assert read["request"]["response_mode"]
    answered(stage, cards, request)

    with pytest.raises((StrangerFailed, Said)):
        answered(stage, cards, request)
