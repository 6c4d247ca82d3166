"""Client attestations, DPoP proofs and refresh tokens that do not hold (THREATS A2)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from issuer.store.tables import spent, tokens
from openid4vc.jose import base64url, strict_json
from openid4vc.jose.jws import sign_jws
from openid4vc.jose.keys import SigningKey
from openid4vc.jose.x5c import encode_x5c
from openid4vc.oauth.attestation import (
    ATTESTATION_HEADER,
    ATTESTATION_TYP,
    CHALLENGE_HEADER,
    POP_HEADER,
    POP_TYP,
)
from openid4vc.oauth.dpop import DPOP_TYP, token_hash
from openid4vc.oauth.token import PRE_AUTHORIZED
from tests.issuer.place import CLIENT, PUBLIC, make_place
from tests.issuer.wallet import Wallet


def _refused(answer, *errors, status=400):
    assert answer.status_code == status, answer.text
    assert answer.json["error"] in errors
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.threat("026")
def test_without_attestation_nobody_asks_by_code(wallet):
    _refused(wallet.push({}), "invalid_client", status=401)
    _refused(wallet.redeem(wallet.code(), wallet.dpop("token")), "invalid_client", status=401)


def _now(wallet, **shift):
    return int((wallet.place.clock() + timedelta(**shift)).timestamp())


def _attestation(wallet, *, key=None, typ=ATTESTATION_TYP, header=None, **claims):
    """Signed by the real provider unless told otherwise, with claims left out that are None."""
    keys = wallet.place.keys
    said = {
        "sub": CLIENT,
        "exp": _now(wallet, hours=1),
        "cnf": {"jwk": wallet.instance.public.jwk()},
    } | claims
    said = {name: value for name, value in said.items() if value is not None}
    header = {"x5c": encode_x5c(keys.provider_chain)} | (header or {})
    return sign_jws(said, typ=typ, key=key or keys.provider, header=header)


def _pop(wallet, *, key=None, typ=POP_TYP, **claims):
    said = {"iss": CLIENT, "aud": wallet.issuer, "jti": base64url.encode(typ.encode()), "iat": _now(wallet)}
    said = {name: value for name, value in (said | claims).items() if value is not None}
    return sign_jws(said, typ=typ, key=key or wallet.instance)


def _damaged(jws):
    return jws[:-4] + ("AAAA" if not jws.endswith("AAAA") else "BBBA")


BAD_ATTESTATIONS = {
    "exp in the past": lambda w: _attestation(w, exp=_now(w, hours=-1)),
    "no exp": lambda w: _attestation(w, exp=None),
    "no sub": lambda w: _attestation(w, sub=None),
    "another sub": lambda w: _attestation(w, sub="stranger"),
    "no cnf": lambda w: _attestation(w, cnf=None),
    "bad signature": lambda w: _damaged(_attestation(w)),
    "by a provider that nobody knows": lambda w: _attestation(w, key=SigningKey.generate()),
    "no chain": lambda w: _attestation(w, header={"x5c": []}),
    "wrong typ": lambda w: _attestation(w, typ="JWT"),
    "not a JWT": lambda w: "x",
}
BAD_POPS = {
    "wrong aud": lambda w: _pop(w, aud=f"{PUBLIC}/municipality/token"),
    "aud of another tenant": lambda w: _pop(w, aud=f"{PUBLIC}/bank"),
    "another key": lambda w: _pop(w, key=SigningKey.generate()),
    "bad signature": lambda w: _damaged(_pop(w)),
    "another iss": lambda w: _pop(w, iss="stranger"),
    "old": lambda w: _pop(w, iat=_now(w, minutes=-10)),
    "from the future": lambda w: _pop(w, iat=_now(w, minutes=10)),
    "no iat": lambda w: _pop(w, iat=None),
    "no jti": lambda w: _pop(w, jti=None),
    "wrong typ": lambda w: _pop(w, typ="JWT"),
}


@pytest.mark.threat("027")
@pytest.mark.parametrize("fault", BAD_ATTESTATIONS)
def test_a_bad_attestation_is_refused(wallet, fault):
    headers = wallet.attested(attestation=BAD_ATTESTATIONS[fault](wallet))

    _refused(wallet.push(headers), "invalid_client_attestation")


@pytest.mark.threat("027")
@pytest.mark.parametrize("fault", BAD_POPS)
def test_a_bad_proof_of_an_attestation_is_refused(wallet, fault):
    _refused(wallet.push(wallet.attested(pop=BAD_POPS[fault](wallet))), "invalid_client_attestation")
    _refused(
        wallet.redeem(wallet.code(), wallet.attested(pop=BAD_POPS[fault](wallet)) | wallet.dpop("token")),
        "invalid_client_attestation",
    )


@pytest.mark.threat("027")
def test_each_attestation_header_comes_once(wallet):
    headers = wallet.attested()
    doubled = headers | {POP_HEADER: f"{headers[POP_HEADER]}, {headers[POP_HEADER]}"}
    alone = {ATTESTATION_HEADER: headers[ATTESTATION_HEADER]}

    for each in (doubled, alone):
        _refused(wallet.push(each), "invalid_client_attestation")


@pytest.mark.parametrize("iss", [CLIENT, None])
def test_an_attestation_of_the_old_and_of_the_new_draft_is_taken(wallet, iss):
    said = {} if iss is None else {"iss": "https://wallets.example"}
    headers = wallet.attested(_attestation(wallet, **said), _pop(wallet, iss=iss))

    assert wallet.push(headers).status_code == 201


@pytest.mark.threat("028")
def test_a_proof_of_an_attestation_serves_once(wallet):
    headers = wallet.attested()
    wallet.push(headers)

    _refused(wallet.push(headers), "invalid_client", status=401)


@pytest.mark.threat("028")
def test_a_challenge_serves_once_at_each_endpoint(wallet):
    challenge = wallet.challenge()

    first = wallet.push(wallet.attested(pop=wallet.pop(challenge=challenge)))
    again = wallet.push(wallet.attested(pop=wallet.pop(challenge=challenge)))
    headers = wallet.attested(pop=wallet.pop(challenge=challenge)) | wallet.dpop("token")

    assert first.status_code == 201
    _refused(again, "invalid_client", status=401)
    assert again.headers[CHALLENGE_HEADER] not in ("", challenge)
    assert wallet.redeem(wallet.code(), headers).status_code == 200


@pytest.mark.threat("028")
def test_an_old_or_foreign_challenge_is_answered_with_a_fresh_one(issuer, wallet):
    old, foreign = wallet.challenge(), wallet.other(tenant="bank").challenge()
    issuer.clock.advance(minutes=6)

    for challenge in (old, foreign, "made-up", wallet.dpop_nonce()):
        answer = wallet.push(wallet.attested(pop=wallet.pop(challenge=challenge)))

        _refused(answer, "use_attestation_challenge")
        fresh = answer.headers[CHALLENGE_HEADER]
        assert wallet.push(wallet.attested(pop=wallet.pop(challenge=fresh))).status_code == 201


def test_an_issuer_may_insist_on_its_challenge(tmp_path, keys, _empty_file):
    path = tmp_path / "issuer.db"
    path.write_bytes(_empty_file.read_bytes())
    strict = Wallet(make_place(tmp_path, keys, f"sqlite:///{path}", challenge_required=True))

    _refused(strict.push(strict.attested(pop=strict.pop(challenge=None))), "use_attestation_challenge")

    assert strict.push().status_code == 201


def test_the_challenge_endpoint_is_never_cached(wallet):
    answer = wallet.post("challenge", data=b"junk")

    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert len({wallet.challenge() for _ in range(100)}) == 100


def _dpop(wallet, *, header=None, typ=DPOP_TYP, key=None, **claims):
    key = key or wallet.dpop_key
    said = {"htm": "POST", "htu": f"{wallet.issuer}/token", "iat": _now(wallet), "jti": str(claims)}
    said |= {"nonce": wallet.dpop_nonce()} | claims
    said = {name: value for name, value in said.items() if value is not None}
    return {"DPoP": sign_jws(said, typ=typ, key=key, header={"jwk": key.public.jwk()} | (header or {}))}


def _unsigned(wallet, alg):
    header = {"alg": alg, "typ": DPOP_TYP, "jwk": wallet.dpop_key.public.jwk()}
    claims = {"htm": "POST", "htu": f"{wallet.issuer}/token", "iat": _now(wallet), "jti": "x"}
    parts = (base64url.encode(strict_json.dumps(part)) for part in (header, claims))
    return {"DPoP": ".".join(parts) + "."}


def _with_private_key(wallet):
    secret = wallet.dpop_key.private.private_numbers().private_value.to_bytes(32, "big")
    return _dpop(wallet, header={"jwk": wallet.dpop_key.public.jwk() | {"d": base64url.encode(secret)}})


BAD_DPOP = {
    "wrong htm": lambda w: _dpop(w, htm="GET"),
    "wrong htu": lambda w: _dpop(w, htu=f"{w.issuer}/credential"),
    "symmetric key": lambda w: _dpop(w, header={"jwk": {"kty": "oct", "k": "AAAA"}}),
    "private key": _with_private_key,
    "alg none": lambda w: _unsigned(w, "none"),
    "alg HS256": lambda w: _unsigned(w, "HS256"),
    "wrong typ": lambda w: _dpop(w, typ="JWT"),
    "ten minutes old": lambda w: _dpop(w, iat=_now(w, minutes=-10)),
    "ten minutes ahead": lambda w: _dpop(w, iat=_now(w, minutes=10)),
    "no jti": lambda w: _dpop(w, jti=None),
    "signed by another": lambda w: _dpop(
        w, key=SigningKey.generate(), header={"jwk": w.dpop_key.public.jwk()}
    ),
    "twice": lambda w: {"DPoP": ", ".join(w.dpop("token")["DPoP"] for _ in range(2))},
    "empty": lambda w: {"DPoP": ""},
    "absent": lambda w: {},
}


@pytest.mark.threat("029")
@pytest.mark.parametrize("fault", BAD_DPOP)
def test_a_bad_dpop_proof_gets_no_token_and_spends_no_code(wallet, fault):
    code = wallet.code()

    _refused(wallet.redeem(code, wallet.attested() | BAD_DPOP[fault](wallet)), "invalid_dpop_proof")

    assert wallet.redeem(code).status_code == 200


@pytest.mark.threat("029")
@pytest.mark.parametrize("claims", [{"ath": "x"}, {"ath": None}, {"htu": f"{PUBLIC}/municipality/token"}])
def test_a_bad_dpop_proof_at_a_resource_is_a_challenge(wallet, claims):
    token = wallet.tokens()["access_token"]
    good = {"htu": f"{wallet.issuer}/credential", "ath": token_hash(token)}
    headers = {"Authorization": f"DPoP {token}"} | _dpop(wallet, **good | claims)

    answer = wallet.post("credential", headers, json={})

    _refused(answer, "invalid_dpop_proof", status=401)
    assert answer.headers["WWW-Authenticate"].startswith('DPoP error="invalid_dpop_proof"')
    assert 'algs="ES256"' in answer.headers["WWW-Authenticate"]


@pytest.mark.threat("029")
def test_a_dpop_proof_serves_once(wallet):
    token = wallet.tokens()["access_token"]
    headers = wallet.with_token(token)
    body = {"credential_configuration_id": "identity", "proofs": {"jwt": [wallet.proof()]}}
    assert wallet.post("credential", headers, json=body).status_code == 200

    again = wallet.post("credential", headers, json=body | {"proofs": {"jwt": [wallet.proof()]}})

    _refused(again, "invalid_dpop_proof", status=401)


@pytest.mark.threat("031")
def test_a_bound_token_is_not_a_bearer_token_and_not_of_another_key(wallet):
    token = wallet.tokens()["access_token"]
    thief = wallet.other(dpop_key=SigningKey.generate())

    as_bearer = wallet.post("credential", {"Authorization": f"Bearer {token}"}, json={})
    stolen = wallet.post("credential", thief.with_token(token), json={})

    for answer in (as_bearer, stolen):
        _refused(answer, "invalid_token", status=401)
        assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


@pytest.mark.threat("031")
def test_a_bearer_token_is_not_used_with_a_proof(issuer, wallet):
    token = issuer.access_token()

    _refused(wallet.post("credential", wallet.with_token(token), json={}), "invalid_token", status=401)


@pytest.mark.threat("032")
@pytest.mark.parametrize("nonce", [None, "made-up", "old", "foreign"])
def test_without_our_nonce_the_token_endpoint_gives_one(issuer, wallet, nonce):
    nonces = {"old": wallet.dpop_nonce(), "foreign": wallet.other(tenant="bank").dpop_nonce()}
    if nonce == "old":
        issuer.clock.advance(minutes=6)
    code = wallet.code()

    answer = wallet.redeem(code, wallet.attested() | wallet.dpop("token", nonce=nonces.get(nonce, nonce)))
    fresh = answer.headers["DPoP-Nonce"]
    retry = wallet.redeem(code, wallet.attested() | wallet.dpop("token", nonce=fresh))

    _refused(answer, "use_dpop_nonce")
    assert retry.status_code == 200


@pytest.mark.threat("032")
@pytest.mark.parametrize("endpoint", ["credential", "deferred", "notification"])
def test_without_our_nonce_a_resource_gives_one(wallet, endpoint):
    token = wallet.tokens()["access_token"]

    answer = wallet.post(endpoint, wallet.with_token(token, endpoint, nonce=None), json={})

    _refused(answer, "use_dpop_nonce", status=401)
    assert answer.headers["WWW-Authenticate"].startswith('DPoP error="use_dpop_nonce"')
    fresh = answer.headers["DPoP-Nonce"]
    retry = wallet.post(endpoint, wallet.with_token(token, endpoint, nonce=fresh), json={})
    assert retry.json["error"] not in ("use_dpop_nonce", "invalid_token")


def test_a_refusal_that_asks_for_a_nonce_spends_nothing(issuer, wallet):
    headers = wallet.attested()
    code, before = wallet.code(), issuer.count(spent)

    wallet.redeem(code, headers | wallet.dpop("token", nonce=None))

    assert issuer.count(spent) == before
    assert wallet.redeem(code, headers | wallet.dpop("token")).status_code == 200


@pytest.mark.threat("023")
def test_a_refresh_token_of_another_client_or_key_is_refused(wallet):
    token = wallet.tokens()["refresh_token"]
    others = [
        wallet.other(client_id="stranger"),
        wallet.other(instance=SigningKey.generate()),
        wallet.other(dpop_key=SigningKey.generate()),
        wallet.other(tenant="bank"),
    ]

    for other in others:
        _refused(other.refresh(token), "invalid_grant")
    _refused(wallet.refresh(token, wallet.dpop("token")), "invalid_grant")
    _refused(wallet.refresh(token, wallet.attested()), "invalid_dpop_proof")
    _refused(wallet.refresh("unknown"), "invalid_grant")

    assert wallet.refresh(token).status_code == 200


@pytest.mark.threat("035")
def test_a_refresh_token_that_comes_again_revokes_the_family(wallet_on_both):
    wallet = wallet_on_both
    first = wallet.tokens()
    second = wallet.refresh(first["refresh_token"]).json

    _refused(wallet.refresh(first["refresh_token"]), "invalid_grant")

    _refused(wallet.refresh(second["refresh_token"]), "invalid_grant")
    assert wallet.ask(second["access_token"]).status_code == 401
    assert wallet.place.count(tokens, tokens.c.revoked_at.is_not(None)) == 1


@pytest.mark.threat("035")
def test_a_refresh_token_in_ten_parallel_requests_serves_once(wallet_on_both):
    wallet = wallet_on_both
    token = wallet.tokens()["refresh_token"]
    headers = [wallet.attested() | wallet.dpop("token") for _ in range(10)]

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda each: wallet.refresh(token, each), headers))

    assert sorted(each.status_code for each in answers) == [200] + [400] * 9
    assert wallet.place.count(tokens, tokens.c.revoked_at.is_not(None)) == 1


@pytest.mark.threat("029")
def test_a_dpop_proof_in_ten_parallel_requests_serves_once(wallet_on_both):
    wallet = wallet_on_both
    token = wallet.tokens()["access_token"]
    headers = wallet.with_token(token, "notification")
    body = {"notification_id": "unknown", "event": "credential_accepted"}

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: wallet.post("notification", headers, json=body), range(10)))

    errors = sorted(each.json["error"] for each in answers)
    assert errors == ["invalid_dpop_proof"] * 9 + ["invalid_notification_id"]


def test_a_refresh_token_ends_after_thirty_days(issuer, wallet):
    token = wallet.tokens()["refresh_token"]
    issuer.clock.advance(days=30)

    _refused(wallet.refresh(token), "invalid_grant")


def test_a_refresh_reaches_no_further_than_the_grant(wallet):
    tax = wallet.other(tenant="tax-authority")
    token = tax.tokens()["refresh_token"]

    _refused(tax.refresh(token, scope="nl.eenmalig.income-assessment.2022"), "invalid_scope")
    details = tax.details("income-assessment-2022")
    _refused(tax.refresh(token, authorization_details=details), "invalid_authorization_details")

    assert tax.refresh(token, scope="nl.eenmalig.income-assessment.2024 x").status_code == 200


@pytest.mark.threat("036")
def test_every_answer_of_the_token_endpoint_is_json_that_nobody_keeps(wallet):
    code = wallet.code()
    answers = [
        wallet.redeem(code, {}),
        wallet.redeem("é" * 10),
        wallet.redeem(code, code_verifier='"\\'),
        wallet.redeem(code),
        wallet.redeem(code),
        wallet.post("token", data={}),
        wallet.post("par", data={}),
    ]

    for answer in answers:
        assert answer.content_type == "application/json"
        assert answer.headers["Cache-Control"] == "no-store"
        words = answer.json.get("error_description", "")
        assert all(32 <= ord(sign) < 127 and sign not in '"\\' for sign in words)


@pytest.mark.threat("033")
def test_no_bearer_token_comes_of_the_code_flow_and_none_lives_longer(wallet):
    tokens = wallet.tokens()

    assert (tokens["token_type"], tokens["expires_in"]) == ("DPoP", 300)


def test_a_flood_of_proofs_is_put_off(wallet, monkeypatch):
    wallet.push()
    monkeypatch.setattr("issuer.store.spent.CAPACITY", 1)

    answer = wallet.push()

    assert (answer.status_code, answer.json["error"]) == (503, "temporarily_unavailable")
    assert answer.headers["Retry-After"]


def test_without_attestation_by_setting_a_known_client_gets_tokens(tmp_path, keys, _empty_file):
    path = tmp_path / "issuer.db"
    path.write_bytes(_empty_file.read_bytes())
    lax = Wallet(make_place(tmp_path, keys, f"sqlite:///{path}", attestation_required=False, trust_dir=None))
    lax.visit(lax.push({}).json["request_uri"])
    lax.sign_in()
    code = dict(part.split("=") for part in lax.decide().location.partition("?")[2].split("&"))["code"]

    nameless = lax.redeem(code, lax.dpop("token"), client_id=None)
    answer = lax.redeem(code, lax.dpop("token"))

    _refused(nameless, "invalid_client", status=401)
    assert answer.status_code == 200
    assert lax.refresh(answer.json["refresh_token"], lax.dpop("token")).status_code == 200


def test_whoever_shows_an_attestation_that_nobody_can_check_is_refused(issuer, wallet):
    offered = issuer.make_offer(tx_code=False)
    code = issuer.read_offer(offered["offer"]).pre_authorized.pre_authorized_code
    form = {"grant_type": PRE_AUTHORIZED, "pre-authorized_code": code}
    headers = wallet.attested(_attestation(wallet, key=SigningKey.generate()))

    _refused(wallet.post("token", headers, data=form), "invalid_client_attestation")

    assert wallet.post("token", wallet.attested(), data=form).status_code == 200
