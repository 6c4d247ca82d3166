"""Published and derived SD-JWT vectors, where the folder with them lies beside the checkout."""

import base64
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from openid4vc.errors import CheckFailed, Malformed
from openid4vc.jose import base64url
from openid4vc.jose.jws import parse_jws, verify_jws
from openid4vc.jose.keys import PublicKey
from openid4vc.sdjwt.disclosure import digest, parse_disclosure, split_sd_jwt
from openid4vc.sdjwt.unfold import unfold
from openid4vc.sdjwt.vc import KeyBinding, verify_issued, verify_presentation
from openid4vc.sdjwt.verify import process_sd_jwt
from openid4vc.trust.anchors import TrustedIssuer, TrustedIssuers

VECTORS = Path(__file__).parents[3] / "shared" / "vectors" / "sd-jwt"
WHY_SKIPPED = (
    f"NO SD-JWT VECTORS: {VECTORS} does not exist; the edge cases and RFC 9901 examples were not judged"
)
pytestmark = pytest.mark.skipif(not VECTORS.is_dir(), reason=WHY_SKIPPED)


def edge_cases() -> list[Any]:
    files = sorted(VECTORS.glob("edge-cases/*.json")) if VECTORS.is_dir() else []
    cases = [case for file in files for case in json.loads(file.read_bytes()).get("cases", [])]
    return [pytest.param(case, id=case["id"]) for case in cases] or [pytest.param({}, id="absent")]


def example(name: str) -> Any:
    return json.loads((VECTORS / "rfc9901" / f"{name}.json").read_bytes())


def judge(case: dict[str, Any]) -> Any:
    context = json.loads((VECTORS / "edge-cases" / "context.json").read_bytes())
    settings = context["verifier"] | case.get("verifier_overrides", {})
    now = datetime.fromtimestamp(settings["now"], UTC)
    before, after = (timedelta(seconds=seconds) for seconds in settings["kb_iat_window_s"])
    anchors = tuple(
        x509.load_der_x509_certificate(base64.b64decode(der)) for der in context["trust_anchors_der_base64"]
    )
    vcts = frozenset(settings["vct_values"])
    trusted = TrustedIssuers((TrustedIssuer("https://issuer.example", "Vectors", vcts, anchors),))
    if case.get("role") == "holder":
        holder = PublicKey.from_jwk(context["holder_public_jwk"])
        return verify_issued(
            case["sd_jwt"], trusted=trusted, expected_vct=min(vcts), expected_holder=holder, now=now
        )
    binding = KeyBinding(
        expected_audience=settings["aud"],
        expected_nonce=settings["nonce"],
        expected_transaction_data=tuple(settings.get("transaction_data", ())),
        not_before=now + before,
        not_after=now + after,
    )
    return verify_presentation(
        case["sd_jwt"], trusted=trusted, expected_vcts=vcts, expected_binding=binding, now=now
    )


@pytest.mark.parametrize("case", edge_cases())
def test_an_edge_case_is_judged_as_its_author_says(case: dict[str, Any]) -> None:
    if case["expect"] == "accept":
        assert judge(case).claims == case["processed_payload"]
    else:
        with pytest.raises((CheckFailed, Malformed)):
            judge(case)


@pytest.mark.parametrize(
    ("name", "typ"),
    [
        ("section-5-simple", "example+sd-jwt"),
        ("appendix-a1-structured-decoys", "example+sd-jwt"),
        ("appendix-a2-complex", "example+sd-jwt"),
        ("appendix-a3-sd-jwt-vc", "dc+sd-jwt"),
        ("appendix-a4-w3c-vcdm", "example+sd-jwt"),
    ],
)
def test_a_presentation_of_rfc_9901_verifies_and_unfolds(name: str, typ: str) -> None:
    vector = example(name)
    split = split_sd_jwt(vector["presentation"])

    issued = verify_jws(
        parse_jws(split.issuer_jwt, expected_typ=typ), key=PublicKey.from_jwk(vector["issuer_public_jwk"])
    )

    assert issued.claims == vector["sd_jwt_payload"]
    assert process_sd_jwt(issued.claims, split.disclosures).claims == vector["verified_payload"]


def test_the_key_binding_of_section_5_covers_the_text_before_it() -> None:
    vector = example("section-5-simple")
    split = split_sd_jwt(vector["presentation"])
    holder = PublicKey.from_jwk(vector["sd_jwt_payload"]["cnf"]["jwk"])

    claims = verify_jws(parse_jws(str(split.key_binding_jwt), expected_typ="kb+jwt"), key=holder).claims

    assert claims == vector["kb_jwt_payload"]
    assert claims["sd_hash"] == digest(split.bound)


@pytest.mark.parametrize("name", ["section-6.1-flat", "section-6.2-structured", "section-6.3-recursive"])
def test_the_three_ways_to_hide_an_address_unfold_to_the_same(name: str) -> None:
    vector = example(name)
    disclosures = [entry["disclosure"] for entry in vector["disclosures"]]

    unfolded = unfold(vector["sd_jwt_payload"], disclosures)

    assert unfolded.claims == vector["processed_payload_all_disclosed"]
    assert len(unfolded.opened) == len(disclosures)


def test_the_disclosures_of_section_4_2_have_the_printed_digests() -> None:
    vector = example("section-4.2-disclosures")
    spellings = [vector["object_property"], *vector["object_property"]["equivalent_encodings"]]

    assert [digest(spelling["disclosure"]) for spelling in spellings] == [s["digest"] for s in spellings]
    for kind, at in (("object_property", 2), ("array_element", 1)):
        assert parse_disclosure(vector[kind]["disclosure"]).value == vector[kind]["contents"][at]
        disclosed = unfold(vector[kind]["payload"], [vector[kind]["disclosure"]])
        assert disclosed.claims == vector[kind]["processed_when_disclosed"]


def test_recursive_disclosures_of_section_4_2_6_need_their_parent() -> None:
    vector = example("section-4.2.6-recursive")
    for presentation in vector["presentations"]:
        payload = vector[presentation["payload"]]

        if "processed" in presentation:
            assert unfold(payload, presentation["disclosures"]).claims == presentation["processed"]
        else:
            with pytest.raises(CheckFailed, match="disclosure_unreferenced"):
                unfold(payload, presentation["disclosures"])


def test_every_example_disclosure_is_canonical_base64url() -> None:
    for file in sorted((VECTORS / "rfc9901").glob("*.json")):
        for entry in json.loads(file.read_bytes()).get("disclosures", []):
            assert base64url.encode(base64url.decode(entry["disclosure"])) == entry["disclosure"]
            assert digest(entry["disclosure"]) == entry["digest"]
