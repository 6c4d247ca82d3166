"""Registration certificates and lists of trust of others, where their folder lies beside the checkout."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from consent.mandate import decode_mandate
from openid4vc.errors import CheckFailed, InvalidTransactionData, Malformed
from openid4vc.jose import base64url
from openid4vc.jose.jws import parse_jws, verify_jws
from openid4vc.jose.keys import PublicKey, SigningKey
from openid4vc.messages import read_message
from openid4vc.sdjwt.present import HeldSdJwt
from openid4vc.trust.anchors import TrustedIssuer, TrustedIssuers
from openid4vc.trust.list_kinds import ACCESS_AUTHORITIES, PID_PROVIDERS
from openid4vc.trust.lists import verify_list
from openid4vc.trust.lote import ServiceDigitalIdentity
from openid4vc.trust.registration import REGISTRATION_TYP, Registration, verify_registration
from tests.openid4vc.jose.authority import root
from tests.openid4vc.sdjwt.desk import ISSUER_ID, VCT, bind, claims, forge, issue, verify
from tests.openid4vc.trust.test_lists import LIST
from tests.openid4vc.trust.test_registration import CLAIMS, DESK
from tests.vectors.json_schema import faults

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

    assert not list(faults({"LoTE": published["LoTE"]}, schema))
    assert not list(faults(LIST.document(), schema))
    assert list(faults({"LoTE": {}}, schema))


def test_what_heads_our_lists_has_the_form_of_the_subset_too() -> None:
    subset = example("lote-webuild/1960201_lote_lotl_subset.schema.json")
    heading = {"ListAndSchemeInformation": LIST.document()["LoTE"]["ListAndSchemeInformation"]}

    unmet = {fault.rsplit("/", 1)[-1] for fault in faults({"LoTE": heading}, subset)}

    # The subset describes lists of lists: theirs points to others, ours does not.
    assert unmet <= {"ListAndSchemeInformation: required"} | {
        f"{name}: not allowed" for name in heading["ListAndSchemeInformation"]
    }


def test_our_keys_have_the_form_of_the_schema_of_keys() -> None:
    schema = example("lote-webuild/rfcs/rfc7517.json")["definitions"]["jwk"]

    assert not list(faults(SigningKey.generate().public.jwk(), schema))
    assert list(faults({"kty": "none"}, schema))


def test_the_published_examples_of_version_1_1_1_fit_their_own_schemas() -> None:
    for kind in ("header-area", "payload"):
        schema = example(f"wrprc-119475-v1.1.1/wrprc-{kind}-json-schema.json")
        assert not list(faults(example(f"wrprc-119475-v1.1.1/wrprc-{kind}-example.json"), schema))


def test_a_registration_of_ours_says_openly_that_it_is_of_another_version() -> None:
    schema = example("wrprc-119475-v1.1.1/wrprc-payload-json-schema.json")

    assert list(faults(CLAIMS, schema))


SAMPLES = sorted(VECTORS.glob("rulebooks-webuild/sample-data*/*.json"))


def sample(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "path",
    [path for path in SAMPLES if b'"_sd"' not in path.read_bytes() and "presentation" not in path.stem],
    ids=lambda p: p.stem,
)
def test_a_credential_of_a_rulebook_survives_issue_and_presentation(path: Path) -> None:
    published = sample(path)
    members = {name: value for name, value in published.items() if name not in ENVELOPE}
    vct = published.get("vct", VCT)

    credential = HeldSdJwt(issue(claims(**members, vct=vct), [(name,) for name in members]))
    shown = bind(credential.select([(name,) for name in members]))
    read = verify(shown, trusted=trusted_for(vct), expected_vcts={vct}).claims

    assert {name: read[name] for name in members} == members
    schema = SCHEMAS.get(path.stem.removesuffix("-sample"))
    if schema:
        wanted = json.loads(schema.read_text(encoding="utf-8"))
        assert list(faults({**published, **{n: read[n] for n in members}}, wanted)) == list(
            faults(published, wanted)
        )


@pytest.mark.parametrize(
    "path", [path for path in SAMPLES if b'"_sd"' in path.read_bytes()], ids=lambda p: p.stem
)
def test_a_sample_that_brings_its_own_digests_is_not_issued(path: Path) -> None:
    with pytest.raises(ValueError, match="reserved"):
        issue(sample(path), ())


ENVELOPE = {"iss", "iat", "nbf", "exp", "cnf", "status", "vct", "vct#integrity", "aka_vcts"}
SCHEMAS = {path.stem: path for path in VECTORS.glob("rulebooks-webuild/schemas/*.json")}


def trusted_for(vct: str) -> TrustedIssuers:
    return TrustedIssuers((TrustedIssuer(ISSUER_ID, "Gemeente", frozenset({vct}), (root().certificate,)),))


def test_every_schema_of_a_rulebook_has_a_sample() -> None:
    stems = {path.stem.removesuffix("-sample") for path in SAMPLES}
    lonely = {name for name, path in SCHEMAS.items() if sample(path) and name not in stems}

    assert lonely == {"ds005-hello-world-sd-jwt"}


@pytest.mark.parametrize(
    "path",
    [path for path in SAMPLES if "status_list_index" in path.read_text(encoding="utf-8")],
    ids=lambda p: p.stem,
)
def test_a_status_of_another_form_refuses_the_credential(path: Path) -> None:
    status = sample(path)["status"]

    with pytest.raises(CheckFailed) as refused:
        verify(bind(forge(claims(status=status))))

    assert refused.value.check == "status_reference"


def test_a_presentation_in_another_serialization_is_none() -> None:
    (path,) = (path for path in SAMPLES if "presentation" in path.stem)
    published = sample(path)
    joined = "~".join([published["sd_jwt"], *published["disclosures"], ""])

    for text_of_it in (json.dumps(published), joined):
        with pytest.raises((CheckFailed, Malformed)):
            verify(text_of_it)


EU_TYPES = sorted(path.stem for path in VECTORS.glob("api/ts12-*-data-model.json"))


@pytest.mark.parametrize("name", EU_TYPES)
def test_a_transaction_type_of_the_union_is_not_ours_and_refused(name: str) -> None:
    type_ = name.removeprefix("ts12-").removesuffix("-data-model").replace("-", ":")
    members = example(f"api/{name}.json")["properties"]
    encoded = base64url.encode(
        json.dumps(
            {"type": type_, "credential_ids": ["identity"], "payload": dict.fromkeys(members)}
        ).encode()
    )

    with pytest.raises(InvalidTransactionData):
        decode_mandate(encoded)
