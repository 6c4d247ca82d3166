"""Rows of the threat catalogue that belong to no other file here (THREATS A3, A4)."""

from __future__ import annotations

import secrets
from dataclasses import replace

import pytest

from chassis.tokens import new_token
from issuer.app import create_app
from issuer.domain.organisation import ClaimName
from issuer.domain.persona import Personas
from issuer.store.tables import issuances, nonces, status_entries
from openid4vc.jose import base64url, strict_json
from openid4vc.sdjwt.issue import issue_sd_jwt_vc
from tests.issuer.place import Place, make_config
from tests.issuer.wallet import Wallet


@pytest.mark.threat("038")
def test_a_hundred_thousand_nonces_are_all_different_and_in_no_order():
    found = [new_token(16) for _ in range(100_000)]

    assert len(set(found)) == 100_000
    assert all(len(each) == 22 for each in found)
    assert found != sorted(found)


@pytest.mark.threat("042")
def test_a_nonce_of_one_worker_is_good_at_another(issuer_on_both, tmp_path, keys):
    first = issuer_on_both
    url = first.app.extensions["ports"].store.nonces.database._engine.url
    config = make_config(tmp_path, keys, url.render_as_string(hide_password=False))
    if first.database.dialect == "sqlite":
        config = replace(config, database_url=f"sqlite:///{url.database.removeprefix('file://')}")
    other = Place(create_app(config, clock=first.clock), first.clock, first.database, first.trusted, (), keys)

    mine, theirs = Wallet(first), Wallet(other)
    token, nonce, dpop_nonce = first.access_token(), first.nonce(), mine.dpop_nonce()
    answer = other.request_credential(token, other.proof(nonce))
    headers = theirs.attested(pop=theirs.pop(challenge=mine.challenge()))
    pushed = theirs.push(headers | theirs.dpop("par", nonce=dpop_nonce))

    assert (answer.status_code, pushed.status_code) == (200, 201)
    assert first.count(nonces) == 1


@pytest.mark.threat("048")
def test_an_identifier_of_somebody_elses_data_is_no_identifier(issuer, wallet):
    details = wallet.details("identity")
    mine = wallet.tokens(scope=None, authorization_details=details)
    henk = wallet.other(persona="henk", browser=issuer.app.test_client())
    theirs = henk.tokens(scope=None, authorization_details=details)
    (identifier,) = theirs["authorization_details"][0]["credential_identifiers"]

    stolen = wallet.ask(mine["access_token"], credential_identifier=identifier)
    made_up = wallet.ask(mine["access_token"], credential_identifier=secrets.token_urlsafe(16))

    assert (stolen.status_code, stolen.json["error"]) == (400, "unknown_credential_identifier")
    assert stolen.data == made_up.data
    assert issuer.count(issuances) == 0


@pytest.mark.threat("049")
@pytest.mark.parametrize("body", [{"proof": {"proof_type": "jwt", "jwt": "x"}}, {"format": "dc+sd-jwt"}])
def test_the_shape_of_old_drafts_is_refused(issuer, body):
    answer = issuer.request_credential(
        issuer.access_token(), body={"credential_configuration_id": "identity"} | body
    )

    assert (answer.status_code, answer.json["error"]) == (400, "invalid_proof")


class Down(Personas):
    """A register that does not answer."""

    def get(self, persona_id):
        raise TimeoutError("no answer from the register")


@pytest.mark.threat("068")
def test_a_source_that_is_down_leaves_nothing_half_done(issuer):
    token, nonce, ports = issuer.access_token(), issuer.nonce(), issuer.app.extensions["ports"]
    issuer.app.extensions["ports"] = replace(ports, personas=Down(()))

    answer = issuer.request_credential(token, issuer.proof(nonce))
    issuer.app.extensions["ports"] = ports

    assert (answer.status_code, answer.json["error"]) == (503, "temporarily_unavailable")
    assert answer.headers["Retry-After"]
    assert issuer.count(issuances) == issuer.count(status_entries) == 0
    assert issuer.request_credential(token, issuer.proof(nonce)).status_code == 200


@pytest.mark.threat("076")
@pytest.mark.parametrize("name", ["_sd", "_sd_alg", "...", "cnf", "exp"])
def test_a_claim_with_a_reserved_name_stops_the_start(name):
    with pytest.raises(ValueError, match="may define"):
        ClaimName.of({"path": ["address", name], "label": {"nl": "x", "en": "x"}})


@pytest.mark.threat("076")
def test_odd_values_are_issued_as_they_are(issuer):
    noor = issuer.app.extensions["ports"].personas.get("noor")
    name, odd = noor.records["identity"]["given_name"], "<b>Noor</b> \u202e\u2066"
    noor.records["identity"]["given_name"] = odd
    try:
        answer = issuer.request_credential(issuer.access_token(), issuer.proof(issuer.nonce()))
    finally:
        noor.records["identity"]["given_name"] = name

    disclosures = answer.json["credentials"][0]["credential"].split("~")[1:-1]
    values = [strict_json.loads(base64url.decode(each)) for each in disclosures]
    assert odd in [value for _, name, value in (each for each in values if len(each) == 3)]


@pytest.mark.threat("078")
def test_no_salt_comes_twice(issuer):
    signer = issuer.app.extensions["ports"].signers["bank"]
    claims, seen = {f"claim{number}": number for number in range(100)}, set()
    for _ in range(100):
        credential = issue_sd_jwt_vc(
            {**claims, "iss": "https://bank.example", "vct": "https://bank.example/vct"},
            disclosable=frozenset((name,) for name in claims),
            key=signer.key,
            chain=signer.chain,
            random_bytes=secrets.token_bytes,
        )
        seen.update(credential.split("~")[1:-1])

    assert len(seen) == 100 * 100
