from typing import Any

import pytest

from openid4vc.errors import CheckFailed, Malformed
from openid4vc.jose.jws import parse_jws, sign_jws
from openid4vc.jose.keys import SigningKey
from openid4vc.jose.numeric_date import to_numeric_date
from openid4vc.jose.x5c import encode_x5c, verify_x5c
from openid4vc.status.status_list import StatusList
from openid4vc.status.token import VerifiedStatusList, sign_status_list_token, verify_status_list_token
from tests.openid4vc.jose.authority import NOW, Authority, Signer, later, root

URI = "https://issuer.example/statuslists/1"
ISSUER = root().signer("https://issuer.example")
CHAIN = verify_x5c(ISSUER.chain, anchors=[root().certificate], now=NOW)


def claims(**change: Any) -> dict[str, Any]:
    valid = {
        "sub": URI,
        "iat": to_numeric_date(NOW),
        "exp": to_numeric_date(later(hours=24)),
        "ttl": 900,
        "status_list": {"bits": 1, "lst": "eNrbuRgAAhcBXQ"},
    }
    return {name: value for name, value in (valid | change).items() if value is not ...}


def token(*, signer: Signer = ISSUER, typ: str = "statuslist+jwt", **change: Any) -> str:
    return sign_jws(claims(**change), typ=typ, key=signer.key, header={"x5c": encode_x5c(signer.chain)})


def verify(compact: str, **change: Any) -> VerifiedStatusList:
    expected: dict[str, Any] = {
        "expected_uri": URI,
        "expected_chain": CHAIN,
        "anchors": [root().certificate],
        "now": NOW,
    }
    return verify_status_list_token(compact, **expected | change)


def refusal_of(compact: str, **change: Any) -> str:
    with pytest.raises(CheckFailed) as refusal:
        verify(compact, **change)
    return refusal.value.check


def test_a_signed_list_verifies_for_the_credential_of_its_issuer() -> None:
    statuses = StatusList.empty(2, 1000)
    statuses.set(617, 2)

    compact = sign_status_list_token(
        statuses, uri=URI, key=ISSUER.key, chain=ISSUER.chain, iat=NOW, exp=later(hours=24), ttl=900
    )

    verified = verify(compact)
    assert (verified.status_at(617), verified.status_at(616)) == (2, 0)
    assert (verified.expires_at, verified.ttl) == (later(hours=24), 900)


def test_the_token_has_the_members_of_the_draft() -> None:
    statuses = StatusList(1, bytearray.fromhex("b9a3"))
    compact = sign_status_list_token(
        statuses, uri=URI, key=ISSUER.key, chain=ISSUER.chain, iat=NOW, exp=later(hours=24), ttl=900
    )

    unverified = parse_jws(compact, expected_typ="statuslist+jwt")

    assert unverified.header["x5c"] == encode_x5c(ISSUER.chain)
    assert unverified.claims() == claims()


def test_an_index_outside_the_list_refuses() -> None:
    with pytest.raises(CheckFailed, match="status_index"):
        verify(token()).status_at(16)


@pytest.mark.threat(275)
def test_another_type_or_signature_or_chain_refuses() -> None:
    stranger = Authority.root("Stranger")
    same_key_elsewhere = Signer(ISSUER.key, (stranger.certify(ISSUER.key),))
    head, _, signature = token().rpartition(".")

    assert refusal_of(token(typ="JWT")) == "jws_typ"
    assert refusal_of(token(typ="application/statuslist+jwt")) == "jws_typ"
    assert refusal_of(f"{head}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}") == "status_signature"
    assert refusal_of(token(signer=same_key_elsewhere)) == "x5c_path"
    assert refusal_of(token(), anchors=[]) == "x5c_no_anchors"


@pytest.mark.threat(276)
def test_another_signer_under_the_same_root_refuses() -> None:
    assert refusal_of(token(signer=root().signer("https://issuer.example"))) == "status_signer"


@pytest.mark.threat(276)
def test_a_signer_that_only_borrows_the_certificate_refuses() -> None:
    borrower = Signer(SigningKey.generate(), ISSUER.chain)

    assert refusal_of(token(signer=borrower)) == "status_signature"


def test_a_renewed_certificate_of_the_same_key_verifies() -> None:
    renewed = Signer(ISSUER.key, (root().certify(ISSUER.key, "https://issuer.example", days=50),))

    assert verify(token(signer=renewed)).status_at(0) == 1


@pytest.mark.threat(278)
@pytest.mark.parametrize(
    "sub",
    [
        "https://issuer.example/statuslists/2",
        "https://ISSUER.example/statuslists/1",
        "https://issuer.example/statuslists/1/",
        "https://issuer.example/statuslists/1#",
        "https://issuer.example:443/statuslists/1",
        ...,
        None,
        [URI],
    ],
)
def test_the_list_of_another_address_refuses(sub: Any) -> None:
    assert refusal_of(token(sub=sub)) == "status_subject"


@pytest.mark.threat(279)
def test_a_list_is_not_used_from_its_exp_on() -> None:
    compact = token(exp=to_numeric_date(later(seconds=10)))

    assert verify(compact, now=later(seconds=9))
    assert refusal_of(compact, now=later(seconds=10)) == "expired"
    assert refusal_of(compact, now=later(hours=2)) == "expired"


@pytest.mark.threat(279)
def test_a_list_from_the_future_refuses() -> None:
    assert verify(token(iat=to_numeric_date(later(seconds=60))))
    assert refusal_of(token(iat=to_numeric_date(later(seconds=61)))) == "issued_in_future"
    assert refusal_of(token(nbf=to_numeric_date(later(hours=1)))) == "not_yet_valid"


def test_a_list_without_exp_lives_a_day_at_most() -> None:
    assert verify(token(exp=...)).expires_at == later(days=1)


@pytest.mark.threat(279)
@pytest.mark.parametrize(("ttl", "clamped"), [(0, 30), (-1, 30), (10**12, 86400), (900, 900), (..., 900)])
def test_an_absurd_ttl_becomes_a_sensible_one(ttl: Any, clamped: int) -> None:
    assert verify(token(ttl=ttl)).ttl == clamped


@pytest.mark.threat(281)
@pytest.mark.parametrize(
    "change",
    [
        {"iat": ...},
        {"iat": "now"},
        {"exp": 1.5},
        {"ttl": "900"},
        {"ttl": True},
        {"status_list": ...},
        {"status_list": []},
        {"status_list": {"bits": 1}},
        {"status_list": {"bits": "1", "lst": "eNrbuRgAAhcBXQ"}},
        {"status_list": {"bits": 3, "lst": "eNrbuRgAAhcBXQ"}},
        {"status_list": {"bits": True, "lst": "eNrbuRgAAhcBXQ"}},
        {"status_list": {"bits": 1, "lst": "AAAA"}},
        {"status_list": {"bits": 1, "lst": 7}},
    ],
)
def test_a_list_in_another_shape_is_malformed(change: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        verify(token(**change))


def test_a_token_without_a_chain_is_malformed() -> None:
    with pytest.raises(Malformed):
        verify(sign_jws(claims(), typ="statuslist+jwt", key=ISSUER.key))
