"""Modules of the OpenID conformance suite for issuers (plans oid4vci-1_0-issuer and its HAIP variant).

Each test is named after its module. The suite plays a wallet that is attested and uses DPoP, like ours.
"""

from __future__ import annotations

import statistics
from datetime import timedelta

import pytest

from chassis.migrations import migrate
from issuer.store.tables import issuances, tokens
from openid4vc.jose.jwe import DecryptionKey
from openid4vc.jose.jws import parse_jws
from openid4vc.jose.keys import SigningKey
from openid4vc.oauth.attestation import make_client_attestation
from openid4vc.sdjwt.vc import verify_issued
from openid4vc.vci.key_attestation import make_key_attestation
from openid4vc.vci.signed_metadata import verify_signed_metadata
from tests.issuer.messages import encrypted, metadata_of, wanted
from tests.issuer.place import PUBLIC, STRANGERS_BACK, make_keys, make_place
from tests.issuer.wallet import VERIFIER, Wallet

CLIENT_REFUSALS = ("invalid_client", "invalid_request", "invalid_client_attestation")


@pytest.fixture(scope="module")
def _keys(tmp_path_factory):
    return make_keys(tmp_path_factory.mktemp("keys"))


@pytest.fixture
def suite(tmp_path, _keys):
    """The suite's wallet before an issuer of its own."""
    url = f"sqlite:///{tmp_path / 'issuer.db'}"
    migrate(url, "issuer.store")
    wallet = Wallet(make_place(tmp_path, _keys, url))
    yield wallet
    wallet.place.database.dispose()


def _refused(answer, *errors):
    assert answer.status_code in (400, 401), answer.text
    assert answer.json["error"] in errors
    assert answer.headers["Cache-Control"] == "no-store"
    words = answer.json.get("error_description", "")
    assert all(32 <= ord(sign) < 127 and sign not in '"\\' for sign in words)


def _not_issued(suite, answer, *errors):
    _refused(answer, *errors)
    assert suite.place.count(issuances) == 0


def _damaged(jws):
    return jws[:-4] + ("AAAA" if not jws.endswith("AAAA") else "BBBA")


def _credentials(answer):
    assert answer.status_code == 200, answer.text
    return [each["credential"] for each in answer.json["credentials"]]


def _signed(credential):
    return parse_jws(credential.split("~")[0], expected_typ="dc+sd-jwt").claims()


def _verified(suite, credential, key):
    return verify_issued(
        credential,
        trusted=suite.place.trusted,
        expected_vct=f"{PUBLIC}/municipality/vct/identity/1",
        expected_holder=key.public,
        now=suite.place.clock(),
    )


def test_oid4vci_1_0_issuer_metadata_test(suite):
    answer = suite.place.open("GET", "/.well-known/openid-credential-issuer/municipality")
    metadata = metadata_of(suite)

    assert answer.content_type == "application/json"
    assert metadata.credential_issuer == suite.issuer
    assert metadata.nonce_endpoint and metadata.batch_size >= 2
    for each in metadata.credential_configurations_supported.values():
        assert (each.format, each.cryptographic_binding_methods_supported) == ("dc+sd-jwt", ("jwk",))
        assert each.vct and each.scope and each.proof_types_supported
        assert each.credential_metadata.display and each.credential_metadata.claims


def test_oid4vci_1_0_issuer_metadata_test_signed(suite):
    path = "/.well-known/openid-credential-issuer/municipality"
    answer = suite.place.open("GET", path, headers={"Accept": "application/jwt"})

    verified = verify_signed_metadata(
        answer.text, expected_issuer=suite.issuer, anchors=suite.place.anchors, now=suite.place.clock()
    )

    assert verified.metadata == metadata_of(suite)


def test_oid4vci_1_0_issuer_happy_flow(suite):
    """What the suite does not know it sends too: every unknown field is ignored."""
    odd, key = {"unknown": "field", "x-random": "1"}, SigningKey.generate()
    tokens = suite.redeem(suite.code(**odd), **odd).json
    body = {"credential_configuration_id": "identity", "unknown": {"a": [1]}}
    body |= {"proofs": {"jwt": [suite.proof(key=key)]}}

    answer = suite.post("credential", suite.with_token(tokens["access_token"]), json=body)
    report = {"notification_id": answer.json["notification_id"], "event": "credential_accepted"} | odd
    headers = suite.with_token(tokens["access_token"], "notification")
    notified = suite.post("notification", headers, json=report)

    (credential,) = _credentials(answer)
    assert _verified(suite, credential, key).issuer.id == suite.issuer
    assert notified.status_code == 204
    assert "c_nonce" not in tokens and "c_nonce" not in answer.json


def test_oid4vci_1_0_issuer_happy_flow_additional_requests(suite):
    token = suite.tokens()["access_token"]

    answers = [suite.ask(token) for _ in range(3)]

    assert [len(_credentials(each)) for each in answers] == [1, 1, 1]


def test_oid4vci_1_0_issuer_happy_flow_multiple_clients(suite):
    other = suite.other(
        client_id="stranger",
        redirect_uri=STRANGERS_BACK,
        instance=SigningKey.generate(),
        dpop_key=SigningKey.generate(),
        browser=suite.place.app.test_client(),
    )

    first, second = suite.tokens()["access_token"], other.tokens()["access_token"]

    assert _credentials(suite.ask(first)) and _credentials(other.ask(second))
    _refused(other.ask(first), "invalid_token")


def test_oid4vci_1_0_issuer_happy_flow_skip_notification(suite):
    first = suite.ask(suite.tokens()["access_token"])
    second = suite.ask(suite.tokens()["access_token"])

    assert _credentials(first) and _credentials(second)


def test_oid4vci_1_0_issuer_batch_issuance(suite):
    keys, nonce = [SigningKey.generate() for _ in range(metadata_of(suite).batch_size)], suite.place.nonce()
    token = suite.tokens()["access_token"]
    suite.place.clock.advance(seconds=41)

    found = _credentials(suite.ask(token, *(suite.proof(nonce, key=key) for key in keys)))

    signed = [_signed(each) for each in found]
    salts = [part for each in found for part in each.split("~")[1:-1]]
    indexes = [each["status"]["status_list"]["idx"] for each in signed]
    assert [each["cnf"]["jwk"] for each in signed] == [key.public.jwk() for key in keys]
    assert len(set(salts)) == len(salts)
    assert len(set(indexes)) == len(keys) and indexes != sorted(indexes)
    assert statistics.stdev(indexes) > 1000


def test_oid4vci_1_0_issuer_batch_issuance_time_claims_not_linkable(suite):
    token, times = suite.tokens()["access_token"], set()
    for _ in range(3):
        (credential,) = _credentials(suite.ask(token))
        times.add((_signed(credential)["iat"], _signed(credential)["exp"]))
        suite.place.clock.advance(seconds=37)

    assert len(times) == 1


def _attestation(suite, **changes):
    provider = suite.place.keys
    said = {"client_id": suite.client_id, "key": provider.provider, "chain": provider.provider_chain}
    said |= {"exp": suite.place.clock() + timedelta(hours=1)} | changes
    return make_client_attestation(suite.instance.public, **said)


def test_oid4vci_1_0_issuer_fail_client_attestation_exp_in_past(suite):
    expired = _attestation(suite, exp=suite.place.clock() - timedelta(minutes=5))

    _refused(suite.push(suite.attested(expired)), *CLIENT_REFUSALS)


def test_oid4vci_1_0_issuer_fail_client_attestation_without_sub(suite):
    nameless = _attestation(suite, client_id="")

    _refused(suite.push(suite.attested(nameless)), *CLIENT_REFUSALS)


def test_oid4vci_1_0_issuer_fail_client_attestation_invalid_signature(suite):
    _refused(suite.push(suite.attested(_damaged(_attestation(suite)))), *CLIENT_REFUSALS)


def test_oid4vci_1_0_issuer_fail_client_attestation_pop_invalid_aud(suite):
    elsewhere = suite.pop(audience="https://other.example")

    _refused(suite.push(suite.attested(pop=elsewhere)), *CLIENT_REFUSALS)


def test_oid4vci_1_0_issuer_fail_client_attestation_pop_invalid_signature(suite):
    _refused(suite.push(suite.attested(pop=_damaged(suite.pop()))), *CLIENT_REFUSALS)


def test_oid4vci_1_0_issuer_fail_client_attestation_pop_key_mismatch(suite):
    by_another = suite.pop(key=SigningKey.generate())

    _refused(suite.push(suite.attested(pop=by_another)), *CLIENT_REFUSALS)


def test_oid4vci_1_0_issuer_fail_invalid_jwt_proof_signature(suite):
    answer = suite.ask(suite.tokens()["access_token"], _damaged(suite.proof()))

    _not_issued(suite, answer, "invalid_proof")


def test_oid4vci_1_0_issuer_fail_missing_proof(suite):
    headers = suite.with_token(suite.tokens()["access_token"])

    answer = suite.post("credential", headers, json={"credential_configuration_id": "identity"})

    _not_issued(suite, answer, "invalid_proof")


def test_oid4vci_1_0_issuer_fail_invalid_key_attestation(suite):
    key, nonce, now = SigningKey.generate(), suite.place.nonce(), suite.place.clock()
    attestation = make_key_attestation(
        [key.public],
        key=suite.place.keys.provider,
        chain=suite.place.keys.provider_chain,
        iat=now,
        exp=now + timedelta(hours=1),
        nonce=nonce,
    )
    headers = suite.with_token(suite.tokens()["access_token"])
    body = {"credential_configuration_id": "identity", "proofs": {"attestation": [_damaged(attestation)]}}

    _not_issued(suite, suite.post("credential", headers, json=body), "invalid_proof")


def test_oid4vci_1_0_issuer_fail_invalid_nonce(suite):
    token = suite.tokens()["access_token"]

    _not_issued(suite, suite.ask(token, suite.proof("never-given-out")), "invalid_nonce")

    assert _credentials(suite.ask(token))


def test_oid4vci_1_0_issuer_fail_on_access_token_in_query(suite):
    token = suite.tokens()["access_token"]
    body = {"credential_configuration_id": "identity", "proofs": {"jwt": [suite.proof()]}}
    headers = suite.dpop("credential", token=token)

    answer = suite.post(f"credential?access_token={token}", headers, json=body)

    _not_issued(suite, answer, "invalid_token", "invalid_request")


def test_oid4vci_1_0_issuer_fail_unknown_credential_configuration(suite):
    answer = suite.ask(suite.tokens()["access_token"], credential_configuration_id="unknown")

    _not_issued(suite, answer, "unknown_credential_configuration")


def test_oid4vci_1_0_issuer_fail_unknown_credential_identifier(suite):
    tokens = suite.tokens(scope=None, authorization_details=suite.details("identity"))

    answer = suite.ask(tokens["access_token"], credential_identifier="unknown")

    _not_issued(suite, answer, "unknown_credential_identifier")


def test_oid4vci_1_0_issuer_fail_unsupported_encryption_algorithm(suite):
    body = {"credential_configuration_id": "identity", "proofs": {"jwt": [suite.proof()]}}
    body |= wanted(DecryptionKey.generate(), alg="RSA-OAEP-512")
    headers = suite.with_token(suite.tokens()["access_token"])

    answer = suite.post("credential", headers, **encrypted(suite, body))

    _not_issued(suite, answer, "invalid_encryption_parameters")


def test_fapi2_security_profile_ensure_pkce_required(suite):
    _refused(suite.push(code_challenge=None, code_challenge_method=None), "invalid_request")


def test_fapi2_security_profile_plain_pkce_rejected(suite):
    _refused(suite.push(code_challenge=VERIFIER, code_challenge_method="plain"), "invalid_request")


def test_fapi2_security_profile_incorrect_pkce_code_verifier_rejected(suite):
    _refused(suite.redeem(suite.code(), code_verifier="w" * 43), "invalid_grant")


def test_fapi2_security_profile_par_attempt_reuse_request_uri(suite):
    request_uri = suite.push().json["request_uri"]
    suite.visit(request_uri)
    suite.sign_in()
    suite.decide()

    assert suite.visit(request_uri).status_code == 400


def test_fapi2_security_profile_par_attempt_to_use_expired_request_uri(suite):
    pushed = suite.push().json
    suite.place.clock.advance(seconds=pushed["expires_in"])

    assert suite.visit(pushed["request_uri"]).status_code == 400


def test_fapi2_security_profile_par_attempt_to_use_request_uri_for_different_client(suite):
    request_uri = suite.push().json["request_uri"]

    assert suite.other(client_id="stranger").visit(request_uri).status_code == 400


def test_fapi2_security_profile_par_reject_request_uri_in_par_authorization_form_params(suite):
    _refused(suite.push(request_uri=suite.push().json["request_uri"]), "invalid_request")


def test_fapi2_security_profile_ensure_unsigned_request_without_par_fails(suite):
    answer = suite.browser.get("/municipality/authorize", query_string=suite.pushed_form(), base_url=PUBLIC)

    assert answer.status_code == 400
    assert "Location" not in answer.headers


def test_fapi2_security_profile_attempt_reuse_authorization_code_after_one_second(suite):
    code = suite.code()
    given = suite.redeem(code).json
    suite.place.clock.advance(seconds=1)

    _refused(suite.redeem(code), "invalid_grant")

    _refused(suite.ask(given["access_token"]), "invalid_token")


def test_fapi2_security_profile_ensure_authorization_code_is_bound_to_client(suite):
    _refused(suite.other(client_id="stranger").redeem(suite.code()), "invalid_grant")


@pytest.mark.parametrize("response_type", ["code id_token", "token"])
def test_fapi2_security_profile_ensure_response_type_fails(suite, response_type):
    _refused(suite.push(response_type=response_type), "unsupported_response_type", "invalid_request")


def test_fapi2_security_profile_dpop_negative_tests(suite):
    code = suite.code()
    bad = [{"method": "GET"}, {"url": f"{suite.issuer}/par"}]
    bad += [{"iat": suite.place.clock() + timedelta(minutes=shift)} for shift in (-10, 10)]

    for changes in bad:
        _refused(suite.redeem(code, suite.attested() | suite.dpop("token", **changes)), "invalid_dpop_proof")

    assert suite.redeem(code).json["token_type"] == "DPoP"
    assert suite.place.count(tokens) == 1


def test_fapi2_security_profile_ensure_mismatched_dpop_jkt_fails(suite):
    token, thief = suite.tokens()["access_token"], suite.other(dpop_key=SigningKey.generate())

    _refused(thief.ask(token), "invalid_token")
