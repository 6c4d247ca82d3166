"""Credentials and type metadata of the SD-JWT VC draft, of the NL Wallet and of the EUDI reference issuer."""

import base64
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography import x509

from openid4vc.dcql.match import match
from openid4vc.dcql.path import select
from openid4vc.dcql.query import parse_dcql
from openid4vc.errors import CheckFailed, Malformed
from openid4vc.jose.jws import parse_jws, verify_jws
from openid4vc.jose.keys import PublicKey, SigningKey
from openid4vc.jose.x5c import parse_x5c
from openid4vc.sdjwt.disclosure import digest, split_sd_jwt
from openid4vc.sdjwt.present import HeldSdJwt, present
from openid4vc.sdjwt.type_metadata import integrity, parse_type_metadata
from openid4vc.sdjwt.vc import (
    CREDENTIAL_TYP,
    KeyBinding,
    VerifiedCredential,
    verify_issued,
    verify_presentation,
)
from openid4vc.sdjwt.verify import process_sd_jwt
from openid4vc.trust.anchors import TrustedIssuer, TrustedIssuers
from openid4vc.urls import well_known
from tests.openid4vc.jose.authority import NOW, root
from tests.openid4vc.sdjwt.desk import AUDIENCE, HOLDER, ISSUER_ID, NONCE, claims, issue
from tests.vectors.test_sd_jwt_inputs_vectors import private_key

VECTORS = Path(__file__).parents[3] / "shared" / "vectors" / "sd-jwt-vc"
WHY_SKIPPED = f"NO SD-JWT VC VECTORS: {VECTORS} does not exist; credentials of others were not judged"
pytestmark = pytest.mark.skipif(not VECTORS.is_dir(), reason=WHY_SKIPPED)
SUMMER = datetime(2026, 7, 15, tzinfo=UTC)
EXAMPLES = ["section-2.3-identity-credential", "section-2.3-without-key-binding", "appendix-a1-pid"]


def document(name: str) -> Any:
    return json.loads((VECTORS / name).read_bytes())


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_credential_of_the_draft_verifies_and_unfolds(name: str) -> None:
    vector = document(f"draft-19/{name}.json")
    split = split_sd_jwt(vector["presentation"])

    unverified = parse_jws(split.issuer_jwt, expected_typ=CREDENTIAL_TYP)
    issued = verify_jws(unverified, key=PublicKey.from_jwk(vector["issuer_public_jwk"]))

    assert unverified.header == vector["issuer_jwt_header"]
    assert issued.claims == vector["sd_jwt_payload"]
    assert process_sd_jwt(issued.claims, split.disclosures).claims == vector["verified_payload"]


@pytest.mark.parametrize("name", [EXAMPLES[0], EXAMPLES[2]])
def test_the_key_binding_of_the_draft_covers_what_is_shown(name: str) -> None:
    vector = document(f"draft-19/{name}.json")
    split = split_sd_jwt(vector["presentation"])
    holder = PublicKey.from_jwk(vector["sd_jwt_payload"]["cnf"]["jwk"])

    claims = verify_jws(parse_jws(str(split.key_binding_jwt), expected_typ="kb+jwt"), key=holder).claims

    assert claims == vector["kb_jwt_payload"]
    assert claims["sd_hash"] == digest(split.bound)


@pytest.mark.parametrize("name", [EXAMPLES[0], EXAMPLES[2]])
def test_a_holder_reads_the_draft_s_credential_and_may_keep_each_place(name: str) -> None:
    vector = document(f"draft-19/{name}.json")

    held = HeldSdJwt(vector["issuance"])

    assert len(held.paths()) == len(vector["disclosures"])
    assert held.payload.items() >= vector["user_claims"].items()


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_credential_without_a_chain_is_nobody_s_word(name: str) -> None:
    vector = document(f"draft-19/{name}.json")
    vct = vector["sd_jwt_payload"]["vct"]
    trusted = TrustedIssuers((TrustedIssuer("https://example.com/issuer", "x", frozenset({vct}), ()),))

    with pytest.raises((CheckFailed, Malformed)):
        verify_presentation(
            vector["presentation"],
            trusted=trusted,
            expected_vcts={vct},
            expected_binding=KeyBinding(
                expected_audience="https://example.com/verifier",
                expected_nonce="1234567890",
                not_before=SUMMER - timedelta(days=365),
                not_after=SUMMER + timedelta(days=365),
            ),
            now=SUMMER,
        )


def test_a_type_that_a_credential_only_claims_to_be_is_not_its_type() -> None:
    vector = document("draft-19/section-2.2-aka-vcts.json")
    known, alias = vector["with_vct"]["vct"], vector["with_aka_vcts"]["aka_vcts"][0]
    changed = {"aka_vcts": [alias], "exp": claims()["exp"], "cnf": claims()["cnf"]}
    issued = issue(claims(**vector["with_vct"] | changed), disclosable=())

    assert accepted(issued, known).vct == known
    with pytest.raises(CheckFailed):
        accepted(issued, alias)


def accepted(issued: str, vct: str) -> VerifiedCredential:
    issuers = (TrustedIssuer(ISSUER_ID, "Gemeente", frozenset({vct}), (root().certificate,)),)
    return verify_issued(
        issued,
        trusted=TrustedIssuers(issuers),
        expected_vct=vct,
        expected_holder=HOLDER.public,
        now=NOW,
    )


def test_the_type_document_of_the_draft_is_pinned_by_its_octets() -> None:
    payload = document("draft-19/appendix-a2-payload.json")
    octets = (VECTORS / "draft-19/appendix-a2-type-metadata.json").read_bytes()
    excerpt = (VECTORS / "draft-19/section-5.1-type-metadata-excerpt.json").read_bytes()
    pinned = {"expected_vct": payload["vct"], "expected_integrity": payload["vct#integrity"]}

    metadata = parse_type_metadata(octets, **pinned)

    assert integrity(octets) == payload["vct#integrity"]
    assert metadata.claims is not None and len(metadata.claims) == 7
    with pytest.raises(CheckFailed, match="integrity"):
        parse_type_metadata(excerpt, **pinned)
    assert parse_type_metadata(excerpt, expected_vct=payload["vct"]).claims is None


def test_paths_of_type_metadata_select_what_the_draft_says() -> None:
    example = document("draft-19/section-5-claim-path-example.json")

    for one in example["paths"]:
        found = [value for _, value in select(example["credential"], tuple(one["path"]))]
        assert found == one["selected"]


def test_a_type_that_extends_another_is_read_and_says_so() -> None:
    example = document("draft-19/section-5-extends-example.json")

    base, child = (
        parse_type_metadata(json.dumps(example[each]).encode(), expected_vct=example[each]["vct"])
        for each in ("base", "child")
    )

    assert (base.extends, child.extends) == (None, base.vct)
    assert {claim.path for one in (base, child) for claim in one.claims or ()} == {
        tuple(claim["path"]) for claim in example["effective"]["claims"]
    }


def test_a_drawing_is_a_rendering_hint_that_nobody_reads() -> None:
    drawing = document("draft-19/section-5-svg-template.json")
    octets = (VECTORS / "draft-19" / drawing["defined_in"]).read_bytes()

    metadata = parse_type_metadata(octets, expected_vct=json.loads(octets)["vct"])

    assert drawing["placeholder"] in {claim.svg_id for claim in metadata.claims or ()}
    assert "svg_templates" not in repr(metadata)


def test_keys_of_an_issuer_lie_at_the_inserted_address() -> None:
    vector = document("draft-19/section-4-jwt-vc-issuer-metadata.json")

    for one in vector["well_known"]:
        path = one["request"].split()[1]
        assert well_known(one["iss"], "jwt-vc-issuer") == f"https://{one['host']}{path}"
    for jwk in vector["document_with_jwks"]["jwks"]["keys"]:
        assert PublicKey.from_jwk(jwk).thumbprint()


NL_WALLET = sorted(VECTORS.glob("nl-wallet-type-metadata/**/*metadata.json")) + sorted(
    VECTORS.glob("nl-wallet-type-metadata/*_1.json")
)


@pytest.mark.parametrize("path", NL_WALLET, ids=lambda path: path.stem)
def test_the_type_documents_of_the_nl_wallet_are_read(path: Path) -> None:
    octets = path.read_bytes()
    published = json.loads(octets)

    metadata = parse_type_metadata(octets, expected_vct=published["vct"])

    assert [claim.path for claim in metadata.claims or ()] == [
        tuple(claim["path"]) for claim in published["claims"]
    ]
    assert [one.locale for one in metadata.display or ()] == [
        one["locale"] for one in published.get("display", ())
    ]


@pytest.mark.parametrize(
    ("child", "parent"),
    [
        ("example-v2-metadata", "example-metadata"),
        ("example-v3-metadata", "example-v2-metadata"),
        ("example_pid_nl_1", "example_pid_1"),
        ("example_pid-address_nl_1", "example_pid-address_1"),
    ],
)
def test_a_type_of_the_nl_wallet_pins_the_type_it_extends(child: str, parent: str) -> None:
    extending = document(f"nl-wallet-type-metadata/{child}.json")
    octets = (VECTORS / "nl-wallet-type-metadata" / f"{parent}.json").read_bytes()

    found = parse_type_metadata(
        octets, expected_vct=extending["extends"], expected_integrity=extending["extends#integrity"]
    )

    assert found.vct == json.loads(octets)["vct"]


def test_a_picture_is_pinned_like_a_document() -> None:
    picture = document("nl-wallet-type-metadata/red-dot.json")

    assert integrity(base64.b64decode(picture["base64"])) == picture["integrity"]


def pid() -> str:
    return (VECTORS / "eudi-pid/sd-jwt-vc-pid.txt").read_text(encoding="utf-8").strip()


def test_the_pid_of_the_reference_issuer_verifies_with_its_certificate_and_is_matched() -> None:
    unverified = parse_jws(split_sd_jwt(pid()).issuer_jwt, expected_typ=CREDENTIAL_TYP)
    (leaf,) = parse_x5c(unverified.header)
    query = parse_dcql(document("eudi-pid/sd-jwt-vc-pid-dcql-query.json"))

    issued = verify_jws(unverified, key=PublicKey.from_certificate(leaf)).claims
    held = HeldSdJwt(pid())
    candidate = SimpleNamespace(
        id="pid",
        vct=issued["vct"],
        claims=held.payload,
        disclosable=frozenset(held.paths()),
        has_holder_key=True,
        authority_key_ids=frozenset(),
    )
    found = match(query, [candidate])

    assert found.complete
    assert len(held.paths()) == 27
    assert PublicKey.from_jwk(issued["cnf"]["jwk"]) == holder_of_the_pid().public


def holder_of_the_pid() -> SigningKey:
    return private_key(document("eudi-pid/sd-jwt-vc-pid-key.json"))


@pytest.mark.parametrize("anchors", [(), (root().certificate,)], ids=["nobody", "somebody else"])
def test_the_pid_is_not_believed_from_an_issuer_that_is_not_listed(
    anchors: tuple[x509.Certificate, ...],
) -> None:
    issuer = TrustedIssuer(
        "https://dev.issuer-backend.eudiw.dev", "x", frozenset({"urn:eudi:pid:1"}), anchors
    )
    shown = present(
        HeldSdJwt(pid()).select([("given_name",)]),
        key=holder_of_the_pid(),
        audience=AUDIENCE,
        nonce=NONCE,
        iat=SUMMER,
    )
    window = {"not_before": SUMMER - timedelta(minutes=5), "not_after": SUMMER + timedelta(minutes=1)}

    with pytest.raises(CheckFailed) as refused:
        verify_presentation(
            shown,
            trusted=TrustedIssuers((issuer,)),
            expected_vcts={"urn:eudi:pid:1"},
            expected_binding=KeyBinding(expected_audience=AUDIENCE, expected_nonce=NONCE, **window),
            now=SUMMER,
        )

    assert refused.value.check == ("x5c_path" if anchors else "x5c_no_anchors")
