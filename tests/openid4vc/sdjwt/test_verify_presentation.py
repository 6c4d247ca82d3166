from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from openid4vc.errors import CheckFailed, Malformed
from openid4vc.jose import base64url
from openid4vc.jose.keys import SigningKey
from openid4vc.jose.numeric_date import to_numeric_date
from openid4vc.sdjwt.disclosure import digest, make_disclosure, split_sd_jwt
from openid4vc.sdjwt.present import HeldSdJwt, present
from openid4vc.sdjwt.vc import NEVER_DISCLOSABLE, StatusReference
from openid4vc.trust.anchors import TrustedIssuer, TrustedIssuers
from tests.openid4vc.jose.authority import NOW, Authority, Signer, later, root
from tests.openid4vc.sdjwt.desk import (
    AUDIENCE,
    BINDING,
    HOLDER,
    ISSUER,
    ISSUER_ID,
    NONCE,
    TRUSTED,
    VCT,
    bind,
    claims,
    forge,
    issue,
    verify,
)


def refusal_of(presentation: str, **change: Any) -> str:
    with pytest.raises(CheckFailed) as refusal:
        verify(presentation, **change)
    return refusal.value.check


def credential(**change: Any) -> str:
    """Bound and correct, but for the changed claims."""
    return bind(forge(claims(**change)))


def test_a_good_presentation_verifies_and_holds_only_what_is_shown() -> None:
    selection = HeldSdJwt(issue()).select([("given_name",), ("address", "locality")])

    verified = verify(present(selection, key=HOLDER, audience=AUDIENCE, nonce=NONCE, iat=NOW))

    assert verified.claims == claims(family_name=..., nationalities=[])
    assert set(verified.disclosed) == {("address",), ("address", "locality"), ("given_name",)}
    assert (verified.vct, verified.issuer, verified.jti) == (VCT, TRUSTED.issuers[0], None)
    assert verified.holder_key == HOLDER.public
    assert verified.status == StatusReference("https://issuer.example/statuslists/1", 7)
    assert (verified.expires_at, verified.chain.key) == (later(days=30), ISSUER.key.public)
    assert verified.issued_jwt_digest == digest(split_sd_jwt(selection).issuer_jwt)


@pytest.mark.threat(211)
@pytest.mark.parametrize("typ", ["JWT", "vc+sd-jwt", "kb+jwt", "statuslist+jwt", "openid4vci-proof+jwt"])
def test_a_credential_of_another_type_refuses(typ: str) -> None:
    assert refusal_of(bind(forge(claims(), typ=typ))) == "jws_typ"


@pytest.mark.threat(205)
def test_a_credential_that_is_not_signed_by_its_certificate_refuses() -> None:
    borrower = Signer(SigningKey.generate(), ISSUER.chain)

    assert refusal_of(bind(forge(claims(), signer=borrower))) == "issuer_signature"


@pytest.mark.threat(205)
def test_an_altered_payload_refuses() -> None:
    header, _, signature = forge(claims()).rstrip("~").split(".")
    _, payload, _ = forge(claims(given_name="Henk")).split(".")

    assert refusal_of(bind(f"{header}.{payload}.{signature}~")) == "issuer_signature"


@pytest.mark.threat(216)
def test_a_credential_without_chain_refuses() -> None:
    with pytest.raises(Malformed):
        verify(bind(forge(claims(), x5c=[])))


@pytest.mark.threat(217)
@pytest.mark.threat(229)
def test_an_issuer_under_a_foreign_root_refuses() -> None:
    stranger = Authority.root("Stranger").signer(ISSUER_ID)

    assert refusal_of(bind(forge(claims(), signer=stranger))) == "x5c_path"


@pytest.mark.threat(224)
def test_an_empty_trust_list_refuses() -> None:
    assert refusal_of(credential(), trusted=TrustedIssuers(())) == "x5c_no_anchors"
    assert refusal_of(credential(), expected_vcts=set()) == "x5c_no_anchors"


@pytest.mark.threat(218)
def test_an_issuer_certificate_past_its_time_refuses() -> None:
    short_lived = root().signer(ISSUER_ID, days=1)

    assert refusal_of(bind(forge(claims(), signer=short_lived)), now=later(days=2)) == "x5c_path"


@pytest.mark.threat(221)
def test_an_issuer_that_may_issue_another_type_refuses() -> None:
    bank_id, bank_vct = "https://issuer.example/bank", "https://issuer.example/bank/vct/account/1"
    bank = TrustedIssuer(bank_id, "Bank", frozenset({bank_vct}), (root().certificate,))
    both = TrustedIssuers((*TRUSTED.issuers, bank))
    forged = bind(forge(claims(iss=bank_id), signer=root().signer(bank_id)))
    inherited = bind(forge(claims(iss=bank_id, vct=bank_vct, aka_vcts=[VCT]), signer=root().signer(bank_id)))

    assert refusal_of(forged, trusted=both, expected_vcts={VCT, bank_vct}) == "issuer"
    assert refusal_of(inherited, trusted=both) == "vct"


@pytest.mark.threat(221)
def test_an_issuer_counts_only_under_its_own_anchor() -> None:
    other = Authority.root("Other")
    other_issuer = TrustedIssuer("https://other.example", "Other", frozenset({VCT}), (other.certificate,))
    both = TrustedIssuers((*TRUSTED.issuers, other_issuer))

    assert refusal_of(bind(forge(claims(), signer=other.signer(ISSUER_ID))), trusted=both) == "issuer"


@pytest.mark.threat(222)
@pytest.mark.parametrize(
    "iss", ["https://issuer.example", ISSUER_ID + "/", ISSUER_ID.upper(), None, [ISSUER_ID], 7]
)
def test_an_iss_that_is_not_the_trusted_issuer_refuses(iss: Any) -> None:
    assert refusal_of(credential(iss=iss)) == "issuer"


@pytest.mark.threat(222)
def test_a_certificate_that_does_not_name_the_issuer_refuses() -> None:
    nameless, neighbour = root().signer(), root().signer("https://issuer.example/bank")

    assert refusal_of(bind(forge(claims(), signer=nameless))) == "issuer"
    assert refusal_of(bind(forge(claims(), signer=neighbour))) == "issuer"
    assert refusal_of(bind(forge(claims(iss=...), signer=neighbour))) == "issuer"


def test_the_certificate_names_the_issuer_where_iss_is_absent() -> None:
    assert verify(credential(iss=...)).issuer.id == ISSUER_ID


@pytest.mark.parametrize("vct", [..., None, "", 7, [VCT], VCT + "/", "https://issuer.example/other"])
def test_another_type_of_credential_refuses(vct: Any) -> None:
    assert refusal_of(credential(vct=vct)) == "vct"


@pytest.mark.threat(225)
@pytest.mark.parametrize(
    ("change", "check"),
    [
        ({"exp": to_numeric_date(later(seconds=-60))}, "expired"),
        ({"nbf": to_numeric_date(later(seconds=61))}, "not_yet_valid"),
        ({"iat": to_numeric_date(later(seconds=61))}, "issued_in_future"),
    ],
)
def test_a_credential_outside_its_time_refuses(change: dict[str, Any], check: str) -> None:
    assert refusal_of(credential(**change)) == check


@pytest.mark.threat(226)
@pytest.mark.parametrize("name", ["exp", "nbf", "iat"])
@pytest.mark.parametrize("value", ["1", 1.5, True, None, -1, 10**400])
def test_a_time_that_is_no_whole_second_is_malformed(name: str, value: Any) -> None:
    with pytest.raises(Malformed):
        verify(credential(**{name: value}))


@pytest.mark.threat(225)
def test_a_disclosed_iat_is_judged_like_any_other() -> None:
    ahead = make_disclosure("s", "iat", to_numeric_date(later(hours=1)))

    assert refusal_of(bind(forge(claims(iat=..., _sd=[digest(ahead)]), [ahead]))) == "issued_in_future"


@pytest.mark.threat(228)
@pytest.mark.threat(287)
def test_a_credential_that_neither_ends_nor_can_be_revoked_refuses() -> None:
    assert verify(credential(exp=...)).expires_at is None
    assert verify(credential(status=...)).status is None
    assert refusal_of(credential(exp=..., status=...)) == "validity_unlimited"


@pytest.mark.threat(287)
@pytest.mark.parametrize(
    "status",
    [
        None,
        {},
        [],
        "valid",
        {"status_list": {}},
        {"status_list": {"idx": 1}},
        {"status_list": {"uri": "https://a.example"}},
        {"status_list": {"idx": "1", "uri": "https://a.example"}},
        {"status_list": {"idx": True, "uri": "https://a.example"}},
        {"status_list": {"idx": -1, "uri": "https://a.example"}},
        {"status_list": {"idx": 1.0, "uri": "https://a.example"}},
        {"status_list": {"idx": 1, "uri": ""}},
        {"status_list": {"idx": 1, "uri": None}},
        {"status_list": {"idx": 1, "uri": 7}},
        {"status_list": {"idx": 1, "uri": ["https://a.example"]}},
        {"status_list": {"idx": 1, "uri": "https://a.example"}, "identifier_list": {}},
        {"identifier_list": {}},
    ],
)
def test_a_status_that_is_not_one_reference_to_a_list_refuses(status: Any) -> None:
    assert refusal_of(credential(status=status)) == "status_reference"


@pytest.mark.threat(256)
@pytest.mark.parametrize("name", sorted(NEVER_DISCLOSABLE))
def test_a_claim_that_must_be_visible_refuses_when_it_was_hidden(name: str) -> None:
    value = claims(nbf=1, **{"vct#integrity": "x", "aka_vcts": []})[name]
    hidden = make_disclosure("s", name, value)

    assert (
        refusal_of(bind(forge(claims(**{name: ...}, _sd=[digest(hidden)]), [hidden])))
        == "registered_claim_disclosed"
    )


@pytest.mark.threat(256)
def test_a_part_of_a_claim_that_must_be_visible_refuses_when_it_was_hidden() -> None:
    hidden = make_disclosure("s", "jwk", HOLDER.public.jwk())

    assert (
        refusal_of(bind(forge(claims(cnf={"_sd": [digest(hidden)]}), [hidden])))
        == "registered_claim_disclosed"
    )


@pytest.mark.threat(247)
def test_a_disclosure_that_belongs_to_nothing_refuses() -> None:
    stray = make_disclosure("s", "given_name", "Henk")

    assert refusal_of(bind(issue() + stray + "~")) == "disclosure_unreferenced"


@pytest.mark.threat(230)
@pytest.mark.parametrize(
    "cut", [lambda text: text[: text.rindex("~") + 1], lambda text: text.partition("~")[0] + "~"]
)
def test_a_presentation_without_key_binding_refuses(cut: Callable[[str], str]) -> None:
    presentation = bind(issue())

    assert refusal_of(cut(presentation)) == "key_binding_missing"


@pytest.mark.threat(231)
@pytest.mark.threat(239)
def test_a_key_binding_of_another_key_refuses() -> None:
    damaged, _, signature = bind(issue()).rpartition(".")
    octets = base64url.decode(signature)

    assert refusal_of(bind(issue(), key=ISSUER.key)) == "key_binding_signature"
    assert refusal_of(bind(issue(), key=SigningKey.generate())) == "key_binding_signature"
    assert (
        refusal_of(f"{damaged}.{base64url.encode(octets[:-1] + bytes([octets[-1] ^ 1]))}")
        == "key_binding_signature"
    )


@pytest.mark.threat(238)
@pytest.mark.parametrize("typ", ["JWT", "dc+sd-jwt", "KB+JWT", "openid4vci-proof+jwt"])
def test_a_key_binding_of_another_type_refuses(typ: str) -> None:
    assert refusal_of(bind(issue(), typ=typ)) == "jws_typ"


@pytest.mark.threat(232)
@pytest.mark.parametrize(
    "aud", [..., None, "", AUDIENCE.partition(":")[2], "x509_hash:other", [AUDIENCE], AUDIENCE.upper()]
)
def test_a_key_binding_for_another_verifier_refuses(aud: Any) -> None:
    assert refusal_of(bind(issue(), aud=aud)) == "key_binding_audience"


@pytest.mark.threat(234)
@pytest.mark.parametrize("nonce", [..., None, "", "other", [NONCE], NONCE + " "])
def test_a_key_binding_for_another_question_refuses(nonce: Any) -> None:
    assert refusal_of(bind(issue(), nonce=nonce)) == "key_binding_nonce"


@pytest.mark.threat(234)
def test_a_verifier_without_a_nonce_accepts_none() -> None:
    careless = replace(BINDING, expected_nonce="")

    assert refusal_of(bind(issue(), nonce=""), expected_binding=careless) == "key_binding_nonce"


@pytest.mark.threat(235)
@pytest.mark.parametrize("seconds", [-301, 61, -31_536_000, 31_536_000])
def test_a_key_binding_outside_the_window_refuses(seconds: int) -> None:
    for inside in (-300, 0, 60):
        assert verify(bind(issue(), iat=to_numeric_date(later(seconds=inside))))

    assert refusal_of(bind(issue(), iat=to_numeric_date(later(seconds=seconds)))) == "key_binding_iat"


@pytest.mark.threat(235)
@pytest.mark.parametrize("iat", [..., None, "1", 1795521600.0, True, to_numeric_date(NOW) * 1000])
def test_a_key_binding_without_a_whole_second_is_malformed(iat: Any) -> None:
    with pytest.raises(Malformed):
        verify(bind(issue(), iat=iat))


@pytest.mark.threat(237)
@pytest.mark.parametrize("sd_hash", [..., None, "", "AAAA", 7])
def test_a_key_binding_over_something_else_refuses(sd_hash: Any) -> None:
    assert refusal_of(bind(issue(), sd_hash=sd_hash)) == "sd_hash"


@pytest.mark.threat(237)
def test_disclosures_cannot_be_added_or_removed_after_signing() -> None:
    held = HeldSdJwt(issue())
    less, more = held.select([("given_name",)]), held.select([("given_name",), ("family_name",)])

    assert refusal_of(more + bind(less).removeprefix(less)) == "sd_hash"
    assert refusal_of(less + bind(more).removeprefix(more)) == "sd_hash"


@pytest.mark.threat(240)
@pytest.mark.parametrize(
    "cnf",
    [..., None, {}, [], "key", {"kid": "1"}, {"jku": "https://a.example"}, {"jwk": "key"}, {"jwk": None}],
)
def test_a_credential_that_is_bound_to_no_key_refuses(cnf: Any) -> None:
    assert refusal_of(credential(cnf=cnf)) == "cnf"


@pytest.mark.threat(240)
@pytest.mark.parametrize(
    "extra", [{"kty": "oct", "k": "AAAA"}, {"d": "AAAA"}, {"use": "enc"}, {"alg": "HS256"}]
)
def test_a_credential_that_is_bound_to_an_unfit_key_is_malformed(extra: dict[str, str]) -> None:
    with pytest.raises(Malformed):
        verify(credential(cnf={"jwk": HOLDER.public.jwk() | extra}))


@pytest.mark.threat(243)
def test_two_key_bindings_or_one_in_the_middle_refuse() -> None:
    selection = issue()
    binding = bind(selection).removeprefix(selection)

    for text in (
        f"{selection}{binding}~{binding}",
        f"{selection}{binding}~",
        f"{selection}{binding}x~{binding}",
    ):
        with pytest.raises((Malformed, CheckFailed)):
            verify(text)


@pytest.mark.threat(245)
def test_the_key_binding_of_one_citizen_does_not_carry_the_credential_of_another() -> None:
    other = SigningKey.generate()
    stolen = forge(claims(cnf={"jwk": other.public.jwk()}, given_name="Henk"))

    assert refusal_of(bind(stolen, key=HOLDER)) == "key_binding_signature"


def test_a_key_binding_that_ended_before_it_began_refuses() -> None:
    assert refusal_of(bind(issue(), exp=to_numeric_date(later(hours=-1)))) == "expired"
    assert refusal_of(bind(issue(), nbf=to_numeric_date(later(hours=1)))) == "not_yet_valid"


def test_the_first_place_of_a_list_is_a_place() -> None:
    status = {"status_list": {"idx": 0, "uri": "https://a.example"}}

    verified = verify(bind(forge(claims(status=status))))

    assert verified.status is not None
    assert (verified.status.idx, verified.status.uri) == (0, "https://a.example")


@pytest.mark.parametrize("jti", ["", 7, None, ["x"]])
def test_an_id_that_is_no_id_refuses_even_where_none_is_needed(jti: Any) -> None:
    assert verify(bind(issue())).jti is None

    assert refusal_of(bind(issue(), jti=jti)) == "key_binding_jti"
