from typing import Any

import pytest

from openid4vc.dcql.path import ClaimPath, PathError
from openid4vc.jose import base64url, strict_json
from openid4vc.jose.jws import parse_jws, verify_jws
from openid4vc.jose.keys import SigningKey
from openid4vc.jose.x5c import encode_x5c
from openid4vc.sdjwt.disclosure import digest, parse_disclosure, split_sd_jwt
from openid4vc.sdjwt.issue import issue_sd_jwt_vc
from openid4vc.sdjwt.unfold import unfold
from tests.openid4vc.sdjwt.desk import DISCLOSABLE, ISSUER, claims, counting_bytes, issue


def signed_payload(sd_jwt: str) -> dict[str, Any]:
    unverified = parse_jws(split_sd_jwt(sd_jwt).issuer_jwt, expected_typ="dc+sd-jwt")
    return verify_jws(unverified, key=ISSUER.key.public).claims


def test_everything_disclosed_is_what_went_in() -> None:
    sd_jwt = issue()

    assert unfold(signed_payload(sd_jwt), split_sd_jwt(sd_jwt).disclosures).claims == claims()


def test_the_credential_ends_with_a_tilde_and_names_its_chain() -> None:
    sd_jwt = issue()
    header = parse_jws(split_sd_jwt(sd_jwt).issuer_jwt, expected_typ="dc+sd-jwt").header

    assert sd_jwt.endswith("~")
    assert header == {"alg": "ES256", "typ": "dc+sd-jwt", "x5c": encode_x5c(ISSUER.chain)}


def test_hidden_claims_are_not_in_the_signed_payload() -> None:
    payload = signed_payload(issue())

    assert set(claims()) - set(payload) == {"given_name", "family_name", "address"}
    assert payload["_sd_alg"] == "sha-256"
    assert "Noor" not in str(payload)
    assert all(set(element) == {"..."} for element in payload["nationalities"])


def test_a_claim_inside_a_hidden_claim_is_hidden_again() -> None:
    opened = [parse_disclosure(encoded) for encoded in split_sd_jwt(issue()).disclosures]
    address = next(disclosure for disclosure in opened if disclosure.name == "address")
    locality = next(disclosure for disclosure in opened if disclosure.name == "locality")

    assert set(address.value) == {"country", "_sd"}
    assert digest(locality.encoded) in address.value["_sd"]


def test_a_claim_inside_a_visible_claim_is_hidden_alone() -> None:
    payload = signed_payload(issue(disclosable=[("address", "locality")]))

    assert set(payload["address"]) == {"country", "_sd"}
    assert "_sd" not in payload


def test_one_element_of_an_array_is_hidden_alone() -> None:
    payload = signed_payload(issue(disclosable=[("nationalities", 1)]))

    assert payload["nationalities"][0] == "NL"
    assert set(payload["nationalities"][1]) == {"..."}


def test_a_member_of_every_element_is_hidden() -> None:
    degrees = [{"type": "A", "year": 1}, {"type": "B", "year": 2}]
    payload = signed_payload(issue(claims(degrees=degrees), [("degrees", None, "type")]))

    assert [set(degree) for degree in payload["degrees"]] == [{"year", "_sd"}] * 2


def test_decoys_pad_each_object_and_digests_are_sorted() -> None:
    plain, padded = signed_payload(issue(decoys=0)), signed_payload(issue(decoys=5))

    assert (len(plain["_sd"]), len(padded["_sd"])) == (3, 8)
    assert padded["_sd"] == sorted(padded["_sd"])


def test_every_disclosure_has_a_salt_of_its_own_of_at_least_128_bits() -> None:
    drawn: list[int] = []
    numbers = counting_bytes()

    def watched(length: int) -> bytes:
        drawn.append(length)
        return bytes(numbers(length))

    sd_jwt = issue_sd_jwt_vc(
        claims(), disclosable=DISCLOSABLE, key=ISSUER.key, chain=ISSUER.chain, random_bytes=watched, decoys=0
    )

    disclosures = split_sd_jwt(sd_jwt).disclosures
    salts = [strict_json.loads(base64url.decode(encoded))[0] for encoded in disclosures]
    assert len(disclosures) == len(set(salts)) == 6
    assert all(len(base64url.decode(salt)) * 8 >= 128 for salt in salts)
    assert sum(drawn) == sum(len(base64url.decode(salt)) for salt in salts)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), b"bytes", {1, 2}, object()])
def test_a_claim_without_a_form_in_json_is_not_issued(value: object) -> None:
    for payload in (claims(given_name=value), claims(address={"locality": "V", "street": [value]})):
        with pytest.raises(ValueError, match="JSON"):
            issue(payload)


def test_without_hidden_claims_there_is_no_trace_of_hiding() -> None:
    sd_jwt = issue(disclosable=[])

    assert signed_payload(sd_jwt) == claims()
    assert split_sd_jwt(sd_jwt).disclosures == ()


@pytest.mark.threat(256)
@pytest.mark.parametrize(
    "path",
    [
        ("iss",),
        ("nbf",),
        ("exp",),
        ("cnf",),
        ("cnf", "jwk"),
        ("vct",),
        ("vct#integrity",),
        ("aka_vcts",),
        ("status",),
        ("status", "status_list", "idx"),
    ],
)
def test_a_claim_that_decides_over_validity_is_never_hidden(path: ClaimPath) -> None:
    with pytest.raises(ValueError, match="visible"):
        issue(claims(nbf=1, **{"vct#integrity": "x", "aka_vcts": []}), [path])


@pytest.mark.parametrize(
    "path", [("nickname",), ("address", "street"), ("nationalities", 9), ("given_name", "x"), ()]
)
def test_a_path_to_nothing_is_a_mistake(path: ClaimPath) -> None:
    with pytest.raises(PathError):
        issue(disclosable=[path])


@pytest.mark.parametrize("name", ["_sd", "...", "_sd_alg"])
def test_a_reserved_name_is_not_issued(name: str) -> None:
    with pytest.raises(ValueError, match="reserved"):
        issue(claims(address={"country": "NL", "locality": "V", name: 1}))


@pytest.mark.parametrize("name", ["_sd", "...", "_sd_alg"])
def test_a_reserved_name_is_not_issued_where_nothing_is_hidden_either(name: str) -> None:
    for value in ({name: 1}, {"inner": {name: 1}}, [{name: 1}], {"inner": [[{name: 1}]]}):
        with pytest.raises(ValueError, match="reserved"):
            issue(claims(visible=value))


def test_a_finite_number_with_a_fraction_is_issued() -> None:
    visible = {"rate": 1.5, "list": [0.25]}

    assert signed_payload(issue(claims(visible=visible)))["visible"] == visible


def test_a_credential_without_type_is_not_issued() -> None:
    with pytest.raises(ValueError, match="vct"):
        issue(claims(vct=...))


def test_a_chain_of_another_key_is_not_used() -> None:
    for chain in ((), ISSUER.chain):
        with pytest.raises(ValueError, match="chain"):
            issue_sd_jwt_vc(
                claims(),
                disclosable=(),
                key=SigningKey.generate(),
                chain=chain,
                random_bytes=counting_bytes(),
            )
