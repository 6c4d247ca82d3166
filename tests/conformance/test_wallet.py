"""The wallet modules of the suite: oid4vp-1final-wallet-* for presenting, vci10wallet-* for collecting.

Presenting runs in the plain plan and in the high-assurance one; collecting in the high-assurance plan only,
which demands more. The module about expected_origins belongs to the Digital Credentials API and has no
counterpart: a request with the prefix `origin` is refused instead.
"""
# ruff: noqa: F811

from __future__ import annotations

import pytest

from tests.wallet.conftest import build, code_town  # noqa: F401  (fixtures)
from tests.wallet.outside import CODE, DESK, PERSON, TOWN, VCT, WALLET
from tests.wallet.test_requests import code_of, other_type
from tests.wallet.test_who_asks import unsigned

PLANS = ("plain", "haip")
IDENTITY = {"id": "identity", "format": "dc+sd-jwt", "meta": {"vct_values": [VCT]}}
PASSPORT = {"id": "passport", "format": "dc+sd-jwt", "meta": {"vct_values": ["urn:passport"]}}


@pytest.fixture(params=PLANS)
def holder(request, build):
    """A wallet that holds one card, asked in the way of the plan."""
    town = build()
    town.join()
    town.collects()
    town.verifier.with_mandate = False
    if request.param == "haip":
        town.verifier.encrypts()
    else:
        town.verifier.named = "x509_san_dns:localhost"
    return town


def answered(town):
    """The verified answer to a request that was approved."""
    assert town.approves(town.asked().json).json["outcome"] == "shared"
    return town.verifier.answers[-1].credentials


def disclosed(town) -> set[str]:
    return {place[0] for place in answered(town)["identity"][0].disclosed}


def refused_in_silence(town) -> bool:
    return code_of(town.asked()) == "request_not_trusted" and town.verifier.received == []


def refused_aloud(town) -> list[str]:
    """The codes posted; an error is never encrypted, and no answer goes along."""
    assert code_of(town.asked()) == "request_faulty"
    assert not any({"vp_token", "response"} & form.keys() for form in town.verifier.received)
    return [form["error"] for form in town.verifier.received]


def test_oid4vp_1final_wallet_happy_flow(holder):
    identity = answered(holder)["identity"][0]

    assert identity.claims["given_name"] == PERSON["given_name"]


def test_oid4vp_1final_wallet_happy_flow_with_redirect(holder):
    assert holder.approves(holder.asked().json).json["redirect_uri"] == f"{DESK}/return?response_code=yes"


def test_oid4vp_1final_wallet_alternate_happy_flow(holder):
    """A long nonce, parameters nobody knows, an `iss` that means nothing, a key without `use`."""
    holder.verifier.nonce = "n" * 512
    holder.verifier.claims |= {"iss": "https://somebody.example", "unknown": {"x": [1]}}
    metadata = dict(holder.verifier.claims.get("client_metadata", {}))
    if "jwks" in metadata:
        jwk = {name: value for name, value in metadata["jwks"]["keys"][0].items() if name != "use"}
        holder.verifier.claims["client_metadata"] = metadata | {"jwks": {"keys": [jwk]}, "unknown": 1}

    assert answered(holder)["identity"]


def test_oid4vp_1final_wallet_alternate_happy_flow_response_uri_omitted(build):
    town = build(allow_unsigned_requests=True)
    town.join()
    town.collects()
    town.verifier.with_mandate = False
    town.verifier.named = f"redirect_uri:{DESK}/oid4vp/response"
    town.verifier.seal = unsigned
    town.verifier.without = ("response_uri",)

    assert answered(town)["identity"]


@pytest.mark.parametrize("method", ["post", "get"])
def test_oid4vp_1final_wallet_request_uri_method(holder, method):
    holder.asked(holder.verifier.link(method=method))

    (fetched,) = [one for one in holder.wire.sent if one[1].endswith("/oid4vp/request/1")]
    assert fetched[0] == method.upper()
    assert ("wallet_nonce" in (fetched[2] or {})) == (method == "post")


def test_oid4vp_1final_wallet_fewer_claims_than_available(holder):
    holder.verifier.query = {"credentials": [IDENTITY | {"claims": [{"path": ["family_name"]}]}]}

    assert disclosed(holder) == {"family_name"}


def test_oid4vp_1final_wallet_no_claims_in_dcql_query(holder):
    holder.verifier.query = {"credentials": [IDENTITY]}

    assert disclosed(holder) == set()


def test_oid4vp_1final_wallet_optional_credential_set(holder):
    sets = [{"options": [["identity"]]}, {"options": [["passport"]], "required": False}]
    holder.verifier.query = {"credentials": [IDENTITY, PASSPORT], "credential_sets": sets}

    assert set(answered(holder)) == {"identity"}


def test_oid4vp_1final_wallet_ignores_unusable_encryption_key(build):
    town = build()
    town.join()
    town.collects()
    town.verifier.with_mandate = False
    strange = {"kty": "AKP", "alg": "HPKE-7", "kid": "pq", "pub": "AAAA"}
    town.verifier.encrypts(jwks={"keys": [strange, town.verifier.key.jwk("k-1")]})

    assert answered(town)["identity"]


def test_oid4vp_1final_wallet_negative_test_required_non_matching_credential(holder):
    holder.verifier.query = {"credentials": [IDENTITY, PASSPORT]}
    shown = holder.asked().json
    assert shown["digest"] is None

    holder.call("POST", f"/requests/{shown['id']}/decline")

    assert [form["error"] for form in holder.verifier.received] == ["access_denied"]


@pytest.mark.parametrize("client_id", ["unknown:desk", f"origin:{DESK}"])
def test_oid4vp_1final_wallet_negative_test_invalid_client_id_prefix(holder, client_id):
    holder.verifier.named = client_id

    assert refused_in_silence(holder)


def test_oid4vp_1final_wallet_negative_test_invalid_request_object_signature(holder):
    holder.verifier.compact = lambda compact: compact[:-8] + "AAAAAAAA"

    assert refused_in_silence(holder)


def test_oid4vp_1final_wallet_negative_test_mismatched_client_id(holder):
    holder.verifier.claims["client_id"] = "x509_hash:another"

    assert refused_in_silence(holder)


def test_oid4vp_1final_wallet_negative_test_missing_nonce(holder):
    holder.verifier.without = ("nonce",)

    assert refused_aloud(holder) == ["invalid_request"]


def test_oid4vp_1final_wallet_negative_test_redirect_uri_with_direct_post(holder):
    holder.verifier.claims["redirect_uri"] = f"{DESK}/x"

    assert refused_aloud(holder) == ["invalid_request"]


def test_oid4vp_1final_wallet_negative_test_response_uri_not_client_id(build):
    town = build()
    town.join()
    town.collects()
    town.verifier.named = "x509_san_dns:localhost"
    town.verifier.claims["response_uri"] = "http://127.0.0.1:8003/oid4vp/response"

    assert refused_in_silence(town)


def test_oid4vp_1final_wallet_negative_test_unknown_transaction_data_type(holder):
    holder.verifier.transaction_data = [other_type(holder.verifier)]

    assert refused_aloud(holder) == ["invalid_transaction_data"]


def test_vci10wallet_test_credential_issuance(code_town):
    (card,) = code_town.signs_in_and_collects().json["cards"]

    assert (card["vct"], card["copies_left"]) == (VCT, 3)


def test_vci10wallet_test_credential_issuance_with_scopes_without_authorization_details(code_town):
    code_town.signs_in_and_collects()

    (pushed,) = code_town.issuer.pushed
    assert "scope" in pushed and "authorization_details" not in pushed
    assert code_town.issuer.requests[0]["credential_configuration_id"] == "identity"


def test_vci10wallet_test_credential_issuance_using_authorization_details(code_town):
    code_town.issuer.by_details = True

    code_town.signs_in_and_collects()

    assert code_town.issuer.requests[0]["credential_identifier"] == "id-1"


def test_vci10wallet_test_batch_issuance_in_reverse(code_town):
    code_town.issuer.reverse = True
    code_town.signs_in_and_collects()
    code_town.verifier.with_mandate = False

    for number in range(3):
        code_town.verifier.nonce = f"n-{number}"
        assert answered(code_town)["identity"]


def test_vci10wallet_test_notification(code_town):
    code_town.signs_in_and_collects()

    assert code_town.issuer.notified == ["credential_accepted"]


def test_vci10wallet_test_client_attestation_challenge(code_town):
    code_town.issuer.challenged = True

    code_town.signs_in_and_collects()

    assert [client.challenge for client in code_town.issuer.clients] == ["c-1", "c-1"]


def test_vci10wallet_test_pre_authorized_code(code_town):
    offer = code_town.offered(code_town.issuer.both()).json["id"]

    done = code_town.call("POST", f"/offers/{offer}/accept", {"pin": "482913", "tx_code": CODE})

    assert len(done.json["cards"]) == 1


def test_vci10wallet_haip_dpop_nonce(code_town):
    code_town.issuer.nonces = True

    assert len(code_town.signs_in_and_collects().json["cards"]) == 1


def test_vci10wallet_haip_key_attestation(code_town):
    proof = {"proof_signing_alg_values_supported": ["ES256"], "key_attestations_required": {}}
    code_town.issuer.proof_types = {"jwt": proof}

    code_town.signs_in_and_collects()

    assert code_town.issuer.attested_keys == [3]


def test_vci10wallet_haip_encrypted_credential_response(code_town):
    code_town.issuer.encrypts()

    assert len(code_town.signs_in_and_collects().json["cards"]) == 1


def refused_sign_in(town, **changes: str | None) -> bool:
    offer = town.offered().json["id"]
    town.goes_to_sign_in(offer)
    answer = town.completes(offer, town.issuer.signs_in(**changes))
    return code_of(answer) == "sign_in_again" and town.issuer.redeemed == []


@pytest.mark.parametrize("iss", [None, "https://another.example"])
def test_fapi2_security_profile_client_test_invalid_authorization_response_iss(code_town, iss):
    assert refused_sign_in(code_town, iss=iss)


@pytest.mark.parametrize("state", [None, "another"])
def test_fapi2_security_profile_client_test_invalid_missing_state(code_town, state):
    assert refused_sign_in(code_town, state=state)


def test_fapi2_security_profile_client_test_discovery_issuer_mismatch(code_town):
    code_town.issuer.server_issuer = f"{TOWN}/other"

    assert code_of(code_town.offered()) == "issuer_misconfigured"


def test_fapi2_security_profile_client_test_happy_path_uses_par_pkce_and_one_client_id(code_town):
    code_town.signs_in_and_collects()

    (pushed,) = code_town.issuer.pushed
    assert (pushed["client_id"], pushed["code_challenge_method"]) == (WALLET, "S256")
