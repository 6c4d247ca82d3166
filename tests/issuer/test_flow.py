"""From an offer to credentials that an independent check accepts (docs/flows/issuance.md)."""

from __future__ import annotations

import pytest

from issuer.store.tables import issuances
from openid4vc.errors import CheckFailed
from openid4vc.jose.jws import parse_jws
from openid4vc.jose.keys import SigningKey
from openid4vc.sdjwt.present import HeldSdJwt
from openid4vc.sdjwt.type_metadata import parse_type_metadata
from openid4vc.sdjwt.vc import verify_issued
from tests.issuer.place import PUBLIC

TENANTS = {
    "municipality": ["identity"],
    "tax-authority": ["income-assessment-2022", "income-assessment-2023", "income-assessment-2024"],
    "bank": ["account-holder", "balance-statement"],
}


def _issued(issuer, tenant, configuration, token, count=1):
    keys = [SigningKey.generate() for _ in range(count)]
    nonce = issuer.nonce(tenant)
    proofs = [issuer.proof(nonce, key=key, tenant=tenant) for key in keys]
    answer = issuer.request_credential(token, *proofs, configuration=configuration, tenant=tenant)
    assert answer.status_code == 200, answer.text
    return keys, [each["credential"] for each in answer.json["credentials"]]


@pytest.mark.parametrize("tenant", TENANTS)
@pytest.mark.parametrize("persona", ["noor", "henk", "sam"])
def test_every_person_gets_every_credential_and_it_verifies(issuer, tenant, persona):
    token = issuer.access_token(*TENANTS[tenant], persona=persona, tenant=tenant)

    for configuration in TENANTS[tenant]:
        (key,), (credential,) = _issued(issuer, tenant, configuration, token)
        vct = issuer.trusted.issuers[list(TENANTS).index(tenant)]
        verified = verify_issued(
            credential,
            trusted=issuer.trusted,
            expected_vct=next(v for v in vct.vcts if configuration.startswith(v.split("/")[-2])),
            expected_holder=key.public,
            now=issuer.clock(),
        )

        assert verified.issuer.id == f"{PUBLIC}/{tenant}"
        assert verified.status.uri.startswith(f"{PUBLIC}/{tenant}/statuslists/")


@pytest.mark.threat("078")
def test_a_batch_gives_unlinkable_copies(issuer):
    token = issuer.access_token()
    issuer.clock.advance(seconds=17)

    _, credentials = _issued(issuer, "municipality", "identity", token, count=10)
    payloads = [parse_jws(each.split("~")[0], expected_typ="dc+sd-jwt").claims() for each in credentials]
    disclosures = [part for each in credentials for part in each.split("~")[1:-1]]
    places = {(p["status"]["status_list"]["uri"], p["status"]["status_list"]["idx"]) for p in payloads}

    assert len(set(disclosures)) == len(disclosures)
    assert {(p["iat"], p["exp"]) for p in payloads} == {(1795478400, 1795478400 + 90 * 86400)}
    assert len(places) == 10
    assert sorted(idx for _, idx in places) != list(range(10))
    assert len({p["cnf"]["jwk"]["x"] for p in payloads}) == 10


def test_the_citizen_can_leave_out_every_claim_but_the_issuer_of_it(issuer):
    _, (credential,) = _issued(issuer, "municipality", "identity", issuer.access_token())
    held = HeldSdJwt(credential)
    signed = parse_jws(credential.split("~")[0], expected_typ="dc+sd-jwt").claims()

    assert ("address", "postal_code") in held.paths()
    assert ("personal_administrative_number",) in held.paths()
    assert signed["issuing_authority"] == "Gemeente Voorbeeldstad"
    assert not {"given_name", "address", "nationalities"} & set(signed)
    assert len(signed["_sd"]) > 6


def test_the_type_document_is_the_one_that_the_credential_pins(issuer):
    _, (credential,) = _issued(issuer, "municipality", "identity", issuer.access_token())
    signed = parse_jws(credential.split("~")[0], expected_typ="dc+sd-jwt").claims()

    document = issuer.open("GET", signed["vct"].removeprefix(PUBLIC))
    metadata = parse_type_metadata(
        document.data, expected_vct=signed["vct"], expected_integrity=signed["vct#integrity"]
    )

    assert {tuple(claim.path) for claim in metadata.claims} >= {("given_name",), ("address", "locality")}
    assert all({d.locale for d in claim.display} == {"nl", "en"} for claim in metadata.claims)


@pytest.mark.threat("079")
def test_an_expired_certificate_stops_issuance_before_anything_is_signed(issuer):
    token = issuer.access_token()
    issuer.clock.advance(days=400)
    late = issuer.access_token()

    answer = issuer.request_credential(late, issuer.proof(issuer.nonce()))

    assert token
    assert answer.status_code == 503
    assert answer.json["error"] == "credential_request_denied"
    assert issuer.open("GET", "/readyz").status_code == 503


@pytest.mark.threat("070")
@pytest.mark.threat("071")
def test_a_notification_may_come_twice_and_only_for_ones_own_credentials(issuer):
    token = issuer.access_token()
    answer = issuer.request_credential(token, issuer.proof(issuer.nonce()))
    body = {"notification_id": answer.json["notification_id"], "event": "credential_accepted"}
    stranger = {"Authorization": f"Bearer {issuer.access_token(persona='henk')}"}
    mine = {"Authorization": f"Bearer {token}"}

    first = issuer.open("POST", "/municipality/notification", json=body, headers=mine)
    again = issuer.open("POST", "/municipality/notification", json=body, headers=mine)
    theirs = issuer.open("POST", "/municipality/notification", json=body, headers=stranger)
    odd = issuer.open("POST", "/municipality/notification", json=body | {"event": "lost"}, headers=mine)
    lines = body | {"event_description": "a\r\nb"}
    two_lines = issuer.open("POST", "/municipality/notification", json=lines, headers=mine)
    unknown = body | {"notification_id": "unknown"}
    none = issuer.open("POST", "/municipality/notification", json=unknown, headers=mine)

    assert (first.status_code, again.status_code) == (204, 204)
    assert (theirs.status_code, theirs.json["error"]) == (400, "invalid_notification_id")
    assert (none.status_code, none.data) == (400, theirs.data)
    assert (odd.status_code, odd.json["error"]) == (400, "invalid_notification_request")
    assert (two_lines.status_code, two_lines.json["error"]) == (400, "invalid_notification_request")
    assert issuer.count(issuances, issuances.c.event == "credential_accepted") == 1


@pytest.mark.threat("061")
def test_a_holder_key_of_one_person_never_binds_data_of_another(issuer):
    key = SigningKey.generate()
    issuer.request_credential(issuer.access_token(), issuer.proof(issuer.nonce(), key=key))

    stolen = issuer.request_credential(
        issuer.access_token(persona="henk"), issuer.proof(issuer.nonce(), key=key)
    )

    assert (stolen.status_code, stolen.json["error"]) == (400, "credential_request_denied")


def test_a_credential_for_another_key_is_not_accepted(issuer):
    _, (credential,) = _issued(issuer, "municipality", "identity", issuer.access_token())

    with pytest.raises(CheckFailed):
        verify_issued(
            credential,
            trusted=issuer.trusted,
            expected_vct=f"{PUBLIC}/municipality/vct/identity/1",
            expected_holder=SigningKey.generate().public,
            now=issuer.clock(),
        )
