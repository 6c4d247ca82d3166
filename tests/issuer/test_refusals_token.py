"""What the offer, token and nonce endpoints refuse, and that nothing changes then (THREATS A1 to A3)."""

from __future__ import annotations

import pytest

from issuer.store.tables import nonces, offers, tokens
from openid4vc.oauth.token import PRE_AUTHORIZED
from tests.issuer.place import PUBLIC


def _code(issuer, offered):
    return issuer.read_offer(offered["offer"]).pre_authorized.pre_authorized_code


def _refused(answer, error, status=400):
    assert (answer.status_code, answer.json["error"]) == (status, error)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.content_type == "application/json"
    assert all(32 <= ord(c) < 127 and c not in '"\\' for c in answer.json.get("error_description", ""))


@pytest.mark.threat("016")
def test_unknown_expired_and_used_codes_look_alike(issuer):
    used, late = issuer.make_offer(tx_code=False), issuer.make_offer(tx_code=False)
    codes = [_code(issuer, used), _code(issuer, late)]
    assert issuer.token_answer(codes[0]).status_code == 200

    again, unknown = issuer.token_answer(codes[0]), issuer.token_answer("x" * 43)
    issuer.clock.advance(minutes=10)
    expired = issuer.token_answer(codes[1])

    for answer in (again, unknown, expired):
        _refused(answer, "invalid_grant")
    assert again.data == unknown.data == expired.data
    assert issuer.count(tokens) == 1


@pytest.mark.threat("018")
def test_a_missing_or_unexpected_tx_code_does_not_spend_the_code(issuer):
    with_code, without = issuer.make_offer(), issuer.make_offer(tx_code=False)

    _refused(issuer.token_answer(_code(issuer, with_code)), "invalid_request")
    _refused(issuer.token_answer(_code(issuer, without), tx_code="123456"), "invalid_request")

    assert issuer.count(offers, offers.c.tx_code_failures == 0, offers.c.redeemed_at.is_(None)) == 2
    assert issuer.token_answer(_code(issuer, with_code), tx_code=with_code["tx_code"]).status_code == 200
    assert issuer.token_answer(_code(issuer, without)).status_code == 200


@pytest.mark.threat("019")
def test_five_wrong_tx_codes_kill_the_code(issuer):
    offered = issuer.make_offer()
    code = _code(issuer, offered)
    wrong = f"{(int(offered['tx_code']) + 1) % 1_000_000:06d}"

    for _ in range(5):
        _refused(issuer.token_answer(code, tx_code=wrong), "invalid_grant")

    _refused(issuer.token_answer(code, tx_code=offered["tx_code"]), "invalid_grant")
    assert issuer.count(tokens) == 0


def test_four_wrong_tx_codes_leave_room_for_the_right_one(issuer):
    offered = issuer.make_offer()
    code = _code(issuer, offered)

    for _ in range(4):
        issuer.token_answer(code, tx_code="abcdef")

    assert issuer.token_answer(code, tx_code=offered["tx_code"]).status_code == 200


@pytest.mark.threat("022")
@pytest.mark.parametrize("tx_code", ["1" * 1_000_00, "１２３４５６", "12345\r\n", ""])
def test_an_odd_tx_code_is_refused(issuer, tx_code):
    offered = issuer.make_offer()
    form = {"grant_type": PRE_AUTHORIZED, "pre-authorized_code": _code(issuer, offered), "tx_code": tx_code}

    answer = issuer.open("POST", "/municipality/token", data=form)

    assert answer.status_code == 400
    assert answer.json["error"] in ("invalid_request", "invalid_grant")
    assert issuer.count(tokens) == 0


@pytest.mark.threat("023")
@pytest.mark.parametrize("grant", ["password", "implicit", "client_credentials"])
def test_other_grants_are_unsupported(issuer, grant):
    _refused(issuer.open("POST", "/municipality/token", data={"grant_type": grant}), "unsupported_grant_type")


@pytest.mark.threat("011")
def test_a_doubled_field_spends_nothing(issuer):
    code = _code(issuer, issuer.make_offer(tx_code=False))
    body = f"grant_type={PRE_AUTHORIZED}&pre-authorized_code={code}&pre-authorized_code={code}"
    form = {"content_type": "application/x-www-form-urlencoded"}

    _refused(issuer.open("POST", "/municipality/token", data=body, **form), "invalid_request")
    in_both = issuer.open(
        "POST", f"/municipality/token?pre-authorized_code={code}", data=body.rpartition("&")[0], **form
    )

    _refused(in_both, "invalid_request")
    assert issuer.token_answer(code).status_code == 200


@pytest.mark.threat("024")
def test_parameters_in_the_address_are_refused(issuer):
    code = _code(issuer, issuer.make_offer(tx_code=False))
    query = f"grant_type={PRE_AUTHORIZED}&pre-authorized_code={code}"

    posted = issuer.open(
        "POST", f"/municipality/token?{query}", content_type="application/x-www-form-urlencoded"
    )

    _refused(posted, "invalid_request")
    assert issuer.count(tokens) == 0


@pytest.mark.threat("025")
@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "multipart/form-data", None])
def test_a_token_request_is_a_form(issuer, content_type):
    code = _code(issuer, issuer.make_offer(tx_code=False))
    body = f"grant_type={PRE_AUTHORIZED}&pre-authorized_code={code}"

    answer = issuer.open("POST", "/municipality/token", data=body.encode(), content_type=content_type)

    assert answer.status_code in (400, 415)
    assert answer.json["error"] == "invalid_request"
    assert issuer.count(tokens) == 0


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize(
    "endpoint", ["token", "nonce", "credential", "notification", "par", "challenge", "deferred"]
)
def test_other_methods_are_not_allowed(issuer, method, endpoint):
    answer = issuer.open(method, f"/municipality/{endpoint}")

    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_a_code_of_one_organisation_is_no_code_at_another(issuer):
    code = _code(issuer, issuer.make_offer(tx_code=False))

    _refused(issuer.token_answer(code, tenant="bank"), "invalid_grant")

    assert issuer.token_answer(code).status_code == 200


@pytest.mark.threat("033")
def test_a_token_lives_five_minutes_and_covers_only_the_offer(issuer):
    code = _code(issuer, issuer.make_offer("income-assessment-2022", tx_code=False))

    answer = issuer.token_answer(code, tenant="tax-authority")
    other = issuer.request_credential(
        answer.json["access_token"],
        issuer.proof(issuer.nonce("tax-authority"), tenant="tax-authority"),
        configuration="income-assessment-2023",
        tenant="tax-authority",
    )

    assert (answer.json["expires_in"], answer.json["token_type"]) == (300, "Bearer")
    assert "authorization_details" not in answer.json
    assert answer.headers["Cache-Control"] == "no-store"
    assert (other.status_code, other.json["error"]) == (403, "insufficient_scope")


@pytest.mark.threat("034")
def test_authorization_details_are_not_offered(issuer):
    code = _code(issuer, issuer.make_offer(tx_code=False))
    form = {"grant_type": PRE_AUTHORIZED, "pre-authorized_code": code, "authorization_details": "[]"}

    _refused(issuer.open("POST", "/municipality/token", data=form), "invalid_authorization_details")

    assert issuer.token_answer(code).status_code == 200


def test_what_other_wallets_send_beside_is_ignored(issuer):
    offered = issuer.make_offer()
    form = {
        "grant_type": PRE_AUTHORIZED,
        "pre-authorized_code": _code(issuer, offered),
        "tx_code": offered["tx_code"],
        "user_pin": offered["tx_code"],
        "resource": f"{PUBLIC}/municipality",
    }

    assert issuer.open("POST", "/municipality/token", data=form).status_code == 200


@pytest.mark.threat("001")
def test_a_used_or_expired_offer_looks_like_one_that_never_was(issuer):
    used, late = (issuer.make_offer(by_reference=True, tx_code=False) for _ in range(2))
    paths = [
        issuer.read_offer(each["offer"]) and each["wallet_link"].split("=")[1].split("8001%2F")[1]
        for each in (used, late)
    ]
    issuer.token_answer(_code(issuer, used))

    gone = issuer.open("GET", "/" + paths[0].replace("%2F", "/"))
    issuer.clock.advance(minutes=11)
    expired = issuer.open("GET", "/" + paths[1].replace("%2F", "/"))
    never = issuer.open("GET", "/municipality/offers/AAAAAAAAAAAAAAAAAAAAAA")

    assert gone.status_code == expired.status_code == never.status_code == 404
    assert gone.data == expired.data == never.data


@pytest.mark.threat("003")
def test_an_offer_holds_no_personal_data(issuer):
    offered = issuer.make_offer("account-holder")

    text = str(issuer.read_offer(offered["offer"]).to_json()) + offered["wallet_link"]

    assert not [word for word in ("noor", "Vries", "999990019", "VBLD") if word.lower() in text.lower()]
    assert offered["tx_code"] not in text


@pytest.mark.threat("037")
def test_the_nonce_endpoint_takes_any_body_and_is_never_cached(issuer):
    answer = issuer.open("POST", "/municipality/nonce", data=b"{junk", content_type="application/json")

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert len(answer.json["c_nonce"]) >= 22


@pytest.mark.threat("039")
def test_a_flood_of_nonces_is_bounded_and_honest_ones_stay_good(issuer, monkeypatch):
    monkeypatch.setattr("issuer.store.nonces.CAPACITY", 3)
    token = issuer.access_token()
    honest = issuer.nonce()
    for _ in range(2):
        issuer.nonce()

    flooded = issuer.open("POST", "/municipality/nonce")
    answer = issuer.request_credential(token, issuer.proof(honest))

    assert flooded.status_code == 503
    assert answer.status_code == 200
    issuer.clock.advance(seconds=301)
    issuer.nonce()
    assert issuer.count(nonces) == 1


def test_a_tenant_that_is_not_there_is_not_found(issuer):
    for method, path in [("POST", "/nobody/token"), ("POST", "/nobody/nonce"), ("GET", "/nobody/jwks")]:
        assert issuer.open(method, path).status_code == 404
