"""Issuer metadata under a signature."""

import pytest

from openid4vc.errors import CheckFailed, Malformed
from openid4vc.jose import base64url, strict_json
from openid4vc.jose.jws import sign_jws
from openid4vc.jose.keys import SigningKey
from openid4vc.jose.x5c import encode_x5c
from openid4vc.trust.certificates import LeafSubject, make_leaf
from openid4vc.vci.metadata import IssuerMetadata
from openid4vc.vci.signed_metadata import (
    SIGNED_METADATA_TYP,
    sign_issuer_metadata,
    verify_signed_metadata,
)
from tests.openid4vc.jose.authority import NOW, Authority, later, root

ISSUER = "https://issuer.example/bank"
SIGNER = root().signer(ISSUER)
METADATA = IssuerMetadata(
    credential_issuer=ISSUER,
    credential_endpoint=f"{ISSUER}/credential",
    nonce_endpoint=f"{ISSUER}/nonce",
    credential_configurations_supported={},
)


def _signed(*, typ=SIGNED_METADATA_TYP, signer=SIGNER, key=None, without=(), **changed):
    claims = {**METADATA.to_json(), "sub": ISSUER, "iat": int(NOW.timestamp()), **changed}
    claims = {name: value for name, value in claims.items() if name not in without}
    return sign_jws(claims, typ=typ, key=key or signer.key, header={"x5c": encode_x5c(signer.chain)})


def _verify(jwt, *, anchors=None, **options):
    anchors = (root().certificate,) if anchors is None else anchors
    return verify_signed_metadata(jwt, expected_issuer=ISSUER, anchors=anchors, now=NOW, **options)


def _refusal(jwt, **options):
    with pytest.raises((CheckFailed, Malformed)) as refused:
        _verify(jwt, **options)
    return refused.value.check if isinstance(refused.value, CheckFailed) else "malformed"


def test_signed_metadata_is_read_like_plain_metadata():
    jwt = sign_issuer_metadata(METADATA, key=SIGNER.key, chain=SIGNER.chain, iat=NOW, exp=later(days=1))

    verified = _verify(jwt)

    assert (verified.metadata, verified.expires_at) == (METADATA, later(days=1))
    assert verified.chain.leaf == SIGNER.chain[0]


def test_the_claims_are_the_members_themselves():
    jwt = sign_issuer_metadata(METADATA, key=SIGNER.key, chain=SIGNER.chain, iat=NOW)
    header, claims = (strict_json.loads(base64url.decode(part)) for part in jwt.split(".")[:2])

    assert header["typ"] == "openidvci-issuer-metadata+jwt"
    assert claims == {**METADATA.to_json(), "sub": ISSUER, "iat": int(NOW.timestamp())}


def test_a_certificate_for_the_host_speaks_for_its_issuers():
    key = SigningKey.generate()
    subject = LeafSubject("Voorbeeld", "Toegang", "NTRNL-00000009", dns=("issuer.example",))
    leaf = make_leaf(
        subject=subject,
        public=key.public,
        issuer=root().certificate,
        issuer_key=root().key,
        serial=77,
        now=NOW,
        days=10,
    )

    assert _verify(sign_issuer_metadata(METADATA, key=key, chain=(leaf,), iat=NOW)).metadata == METADATA


@pytest.mark.parametrize("name", ["https://issuer.example/other", "https://evil.example"])
def test_who_may_sign_for_another_issuer_may_not_sign_for_this_one(name):
    assert _refusal(_signed(signer=root().signer(name))) == "metadata_signer"


@pytest.mark.parametrize("typ", ["JWT", "openid4vci-issuer-metadata+jwt", ""])
def test_metadata_of_another_type_is_refused(typ):
    assert _refusal(_signed(typ=typ)) == "jws_typ"


def test_metadata_with_a_bad_signature_is_refused():
    assert _refusal(_signed(key=SigningKey.generate())) == "metadata_signature"


def test_metadata_of_a_signer_we_do_not_trust_is_refused():
    assert _refusal(_signed(), anchors=()) == "x5c_no_anchors"
    assert _refusal(_signed(), anchors=(Authority.root("Other root").certificate,)) == "x5c_path"


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"sub": "https://issuer.example/other"}, "metadata_subject"),
        ({"sub": ISSUER + "/"}, "metadata_subject"),
        ({"without": ("sub",)}, "metadata_subject"),
        ({"without": ("iat",)}, "malformed"),
        ({"iat": "now"}, "malformed"),
        ({"iat": int(later(hours=1).timestamp())}, "issued_in_future"),
        ({"exp": int(later(hours=-1).timestamp())}, "expired"),
        ({"credential_issuer": "https://issuer.example/other"}, "credential_issuer"),
        ({"credential_endpoint": "https://evil.example/credential"}, "endpoint_origin"),
        ({"without": ("credential_endpoint",)}, "malformed"),
    ],
    ids=str,
)
def test_metadata_with_a_faulty_claim_is_refused(changed, refusal):
    assert _refusal(_signed(**changed)) == refusal


def test_an_endpoint_elsewhere_can_be_allowed():
    jwt = _signed(credential_endpoint="https://other.example/credential")

    assert _verify(jwt, same_origin=False).metadata.credential_endpoint.startswith("https://other.example")
