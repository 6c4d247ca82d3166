"""An independent implementation reads what we make, and we read what it makes; it is no judge alone."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from openvc.keys import P256SigningKey
from openvc.proof.sd_jwt import SdJwtVcProofSuite
from openvc.status.token_status_list import decode_status_list, get_status, parse_token_status_ref
from openvc.x5c import resolve_x5c_key

from openid4vc.jose.jws import parse_jws
from openid4vc.jose.x5c import encode_x5c
from openid4vc.sdjwt.disclosure import make_disclosure
from openid4vc.sdjwt.issue import issue_sd_jwt_vc
from openid4vc.sdjwt.present import HeldSdJwt, present
from openid4vc.sdjwt.vc import KeyBinding, verify_issued, verify_presentation
from openid4vc.status.status_list import StatusList
from openid4vc.trust.anchors import TrustedIssuer, TrustedIssuers
from tests.openid4vc.jose.authority import Authority
from tests.openid4vc.sdjwt.desk import (
    AUDIENCE,
    DISCLOSABLE,
    HOLDER,
    ISSUER_ID,
    NONCE,
    VCT,
    claims,
    counting_bytes,
)

# The other implementation reads the real clock.
NOW = datetime.now(UTC).replace(microsecond=0)
ROOT = Authority.root("Second Opinion Root", now=NOW - timedelta(days=1))
ISSUER = ROOT.signer(ISSUER_ID, now=NOW - timedelta(days=1))
TRUSTED = TrustedIssuers((TrustedIssuer(ISSUER_ID, "G", frozenset({VCT}), (ROOT.certificate,)),))
TIMES = {"iat": int(NOW.timestamp()) - 5, "exp": int(NOW.timestamp()) + 86_400}
SUITE = SdJwtVcProofSuite()


def moment() -> datetime:
    """Theirs refuses a key-binding JWT that is minutes old, and this file is loaded long before it runs."""
    return datetime.now(UTC).replace(microsecond=0)


def our_credential() -> str:
    return issue_sd_jwt_vc(
        claims(**TIMES),
        disclosable=DISCLOSABLE,
        key=ISSUER.key,
        chain=ISSUER.chain,
        random_bytes=counting_bytes(),
    )


def their_verdict(presentation: str, **change: Any) -> Any:
    header = parse_jws(presentation.partition("~")[0], expected_typ="dc+sd-jwt").header
    key = resolve_x5c_key(header["x5c"], ISSUER_ID, trust_anchors=[ROOT.certificate], now=NOW)
    expected = {"audience": AUDIENCE, "nonce": NONCE, "require_key_binding": True, "expected_vct": VCT}
    return SUITE.verify(presentation, public_key_jwk=key, **expected | change)


def our_presentation() -> str:
    held = HeldSdJwt(our_credential())
    selection = held.select([("given_name",), ("address", "locality"), ("nationalities", 1)])
    return present(selection, key=HOLDER, audience=AUDIENCE, nonce=NONCE, iat=moment())


def test_they_accept_our_presentation_and_read_the_same_claims() -> None:
    presentation = our_presentation()
    binding = KeyBinding(expected_audience=AUDIENCE, expected_nonce=NONCE, not_before=NOW, not_after=moment())

    theirs = their_verdict(presentation)

    ours = verify_presentation(
        presentation, trusted=TRUSTED, expected_vcts={VCT}, expected_binding=binding, now=moment()
    )
    assert theirs.key_bound
    assert theirs.claims == ours.claims


@pytest.mark.parametrize("change", [{"audience": "other"}, {"nonce": "other"}, {"expected_vct": "other"}])
def test_they_refuse_our_presentation_elsewhere(change: dict[str, str]) -> None:
    with pytest.raises(Exception, match=r"aud|nonce|vct"):
        their_verdict(our_presentation(), **change)


def test_they_refuse_a_disclosure_that_belongs_to_nothing_as_we_do() -> None:
    selection = our_credential() + make_disclosure("s", "x", 1) + "~"

    with pytest.raises(Exception, match="disclosure"):
        their_verdict(present(selection, key=HOLDER, audience=AUDIENCE, nonce=NONCE, iat=moment()))


def test_we_accept_their_credential() -> None:
    signer = P256SigningKey.from_pem(ISSUER.key.to_pem(), kid="k")
    credential = SUITE.issue(
        claims(**TIMES),
        signing_key=signer,
        disclosable=["given_name", "family_name"],
        x5c=encode_x5c(ISSUER.chain),
        decoys=3,
    )

    verified = verify_issued(
        credential, trusted=TRUSTED, expected_vct=VCT, expected_holder=HOLDER.public, now=NOW
    )

    assert verified.claims == claims(**TIMES)


def test_they_find_our_status_where_we_put_it() -> None:
    statuses = StatusList.empty(2, 1000)
    statuses.set(617, 2)

    data = decode_status_list(statuses.compressed())

    assert [get_status(data, idx, bits=2) for idx in (616, 617, 618)] == [0, 2, 0]
    reference = parse_token_status_ref(claims())
    assert reference is not None
    assert reference.index == 7
