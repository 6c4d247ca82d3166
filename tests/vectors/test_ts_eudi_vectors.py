"""Registration certificates and lists of trust of others, where their folder lies beside the checkout."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from openid4vc.errors import CheckFailed, Malformed
from openid4vc.jose import base64url
from openid4vc.jose.jws import parse_jws, verify_jws
from openid4vc.jose.keys import PublicKey
from openid4vc.messages import read_message
from openid4vc.trust.list_kinds import ACCESS_AUTHORITIES, PID_PROVIDERS
from openid4vc.trust.lists import verify_list
from openid4vc.trust.lote import ServiceDigitalIdentity
from openid4vc.trust.registration import REGISTRATION_TYP, Registration, verify_registration
from tests.openid4vc.trust.test_lists import LIST
from tests.openid4vc.trust.test_registration import DESK

VECTORS = Path(__file__).parents[3] / "shared" / "vectors" / "ts-eudi"
WHY_SKIPPED = f"NO TS-EUDI VECTORS: {VECTORS} does not exist; what others publish was not judged"
pytestmark = pytest.mark.skipif(not VECTORS.is_dir(), reason=WHY_SKIPPED)
SUMMER = datetime(2026, 8, 1, tzinfo=UTC)
REFERENCE = ["wrprc.txt", "wrprc_unsigned.txt"]


def text(name: str) -> str:
    return (VECTORS / name).read_text(encoding="utf-8").strip()


def example(name: str) -> Any:
    return json.loads(text(name))


def certificate(val: str) -> x509.Certificate:
    identity = {"X509Certificates": [{"val": val}]}
    (found,) = read_message(ServiceDigitalIdentity, identity, refusal=Malformed).readable()
    return found


@pytest.mark.parametrize("name", REFERENCE)
def test_what_the_reference_verifier_registered_is_read(name: str) -> None:
    unverified = parse_jws(text(f"wrprc-eudi-reference/{name}"), expected_typ=REGISTRATION_TYP)

    registration = read_message(Registration, unverified.claims(), refusal=Malformed)

    assert (registration.sub, registration.legal_name) == ("LEIEU-987654321", "Niscy")
    assert registration.purpose_in("en") == "Person identification"
    assert [one.types for one in registration.credentials] == [
        ("urn:eudi:pid:1",),
        ("eu.europa.ec.eudi.pid.1",),
    ]
    assert len(registration.credentials[0].claim) == 25


@pytest.mark.parametrize(("name", "signed"), list(zip(REFERENCE, [True, False], strict=True)))
def test_the_signature_of_the_reference_verifier_is_its_own_or_missing(name: str, signed: bool) -> None:
    unverified = parse_jws(text(f"wrprc-eudi-reference/{name}"), expected_typ=REGISTRATION_TYP)
    key = PublicKey.from_certificate(certificate(unverified.header["x5c"][0]))

    if signed:
        assert verify_jws(unverified, key=key).claims["sub"] == "LEIEU-987654321"
    else:
        with pytest.raises(CheckFailed, match="signature"):
            verify_jws(unverified, key=key)


@pytest.mark.parametrize("name", REFERENCE)
def test_a_registration_that_signs_itself_is_not_believed(name: str) -> None:
    data = text(f"wrprc-eudi-reference/{name}")
    own = certificate(parse_jws(data, expected_typ=REGISTRATION_TYP).header["x5c"][0])

    with pytest.raises(CheckFailed) as refused:
        verify_registration(data, anchors=(own,), access_certificate=DESK, now=SUMMER)

    assert refused.value.check == "x5c_self_signed"


def test_the_shape_of_version_1_1_1_is_not_taken() -> None:
    with pytest.raises(Malformed):
        read_message(
            Registration, example("wrprc-119475-v1.1.1/wrprc-payload-example.json"), refusal=Malformed
        )


def test_the_header_of_version_1_1_1_is_not_taken() -> None:
    header = example("wrprc-119475-v1.1.1/wrprc-header-area-example.json")
    compact = f"{base64url.encode(json.dumps(header).encode())}.e30.AA"

    with pytest.raises(CheckFailed) as refused:
        verify_registration(compact, anchors=(DESK,), access_certificate=DESK, now=SUMMER)

    assert refused.value.check == "jws_alg"


def published_list() -> tuple[str, x509.Certificate]:
    """The list as compact JWS (published flattened, signed over sorted members), and its signer."""
    document = example("lote-webuild/wrpac-providers-lote.json")
    signature = document.pop("signature")
    payload = json.dumps(document, sort_keys=True, separators=(",", ":")).encode()
    header = json.loads(base64url.decode(signature["protected"]))
    compact = f"{signature['protected']}.{base64url.encode(payload)}.{signature['signature']}"
    return compact, certificate(header["x5c"][0])


def test_the_published_list_is_believed_from_its_pinned_signer() -> None:
    compact, signer = published_list()

    verified = verify_list(
        compact, kind=ACCESS_AUTHORITIES, signers=(signer,), now=SUMMER, last_sequence=None
    )

    assert (verified.sequence, verified.identifiers()) == (1, {"NTRGB-10742851"})
    assert [anchor.subject.rfc4514_string() for anchor in verified.anchors()] == [
        "CN=EUDI Sandbox Root CA - G1,OU=EU Digital Identity Wallet Trust Framework,O=EUDI,C=GB"
    ]
    assert verified.revocation_anchors() == verified.anchors()
    assert verified.issuers().issuers == ()


@pytest.mark.parametrize(
    ("change", "check"),
    [
        ({"now": datetime(2026, 11, 24, tzinfo=UTC)}, "list_outdated"),
        ({"kind": PID_PROVIDERS}, "list_kind"),
        ({"last_sequence": 2}, "list_rolled_back"),
        ({"signers": (DESK,)}, "x5c_self_signed"),
    ],
)
def test_the_published_list_is_refused_out_of_place(change: dict[str, Any], check: str) -> None:
    compact, signer = published_list()
    expected = {"kind": ACCESS_AUTHORITIES, "signers": (signer,), "now": SUMMER, "last_sequence": None}

    with pytest.raises(CheckFailed) as refused:
        verify_list(compact, **(expected | change))

    assert refused.value.check == check


def test_our_lists_have_the_form_of_the_published_schema() -> None:
    schema = example("lote-webuild/1960201_json_schema.json")
    published = example("lote-webuild/wrpac-providers-lote.json")

    assert not list(faults({"LoTE": published["LoTE"]}, schema, schema))
    assert not list(faults(LIST.document(), schema, schema))
    assert list(faults({"LoTE": {}}, schema, schema))


def faults(value: Any, schema: Any, root: Any, place: str = "") -> Iterator[str]:
    """The few words of JSON schema that this schema uses."""
    while schema.get("$ref", "").startswith("#/"):
        _, group, name = schema["$ref"].split("/")
        schema = root[group][name]
    kind = {"object": dict, "array": list, "string": str, "integer": int}.get(schema.get("type"), object)
    if not isinstance(value, kind):
        yield f"{place}: not {schema['type']}"
    elif isinstance(value, dict):
        yield from faults_of_members(value, schema, root, place)
    elif isinstance(value, list):
        if len(value) < schema.get("minItems", 0):
            yield f"{place}: too few"
        for number, item in enumerate(value):
            yield from faults(item, schema.get("items", {}), root, f"{place}/{number}")
    elif isinstance(value, str) and len(value) < schema.get("minLength", 0):
        yield f"{place}: too short"


def faults_of_members(value: Any, schema: Any, root: Any, place: str) -> Iterator[str]:
    known = schema.get("properties", {})
    yield from (f"{place}: {name} missing" for name in schema.get("required", []) if name not in value)
    if schema.get("additionalProperties") is False:
        yield from (f"{place}: {name} unknown" for name in value if name not in known)
    for name in value.keys() & known.keys():
        yield from faults(value[name], known[name], root, f"{place}/{name}")
