import pytest

from openid4vc.dcql.path import ClaimPath
from openid4vc.errors import CheckFailed, Malformed
from openid4vc.jose.jws import parse_jws, verify_jws
from openid4vc.sdjwt.disclosure import digest, parse_disclosure, split_sd_jwt
from openid4vc.sdjwt.present import HeldSdJwt, present
from tests.openid4vc.jose.authority import NOW
from tests.openid4vc.sdjwt.desk import AUDIENCE, HOLDER, NONCE, bind, claims, forge, issue

DATA = ("eyJ0eXBlIjoidXJuOngifQ", "eyJ0eXBlIjoidXJuOnkifQ")


def shown(selection: str) -> list[object]:
    return [
        disclosure.name or disclosure.value
        for disclosure in map(parse_disclosure, split_sd_jwt(selection).disclosures)
    ]


def test_a_held_credential_is_read_as_if_all_were_disclosed() -> None:
    assert HeldSdJwt(issue()).payload == claims()


def test_every_place_that_may_be_kept_is_known() -> None:
    assert set(HeldSdJwt(issue()).paths()) == {
        ("given_name",),
        ("family_name",),
        ("address",),
        ("address", "locality"),
        ("nationalities", 0),
        ("nationalities", 1),
    }


@pytest.mark.parametrize(
    ("paths", "names"),
    [
        ([], []),
        ([("given_name",)], ["given_name"]),
        ([("address",)], ["address"]),
        ([("address", "locality")], ["address", "locality"]),
        ([("address", "country")], ["address"]),
        ([("nationalities", 1)], ["BE"]),
        ([("nationalities", None)], ["BE", "NL"]),
        ([("nationalities",)], []),
        ([("vct",)], []),
        ([("given_name",), ("given_name",), ("family_name",)], ["family_name", "given_name"]),
    ],
)
def test_a_selection_opens_its_places_and_their_parents_and_no_more(
    paths: list[ClaimPath], names: list[str]
) -> None:
    assert sorted(map(str, shown(HeldSdJwt(issue()).select(paths)))) == names


def test_a_selection_keeps_the_issuers_bytes() -> None:
    sd_jwt = issue()
    held = HeldSdJwt(sd_jwt)

    assert held.select(held.paths()) == sd_jwt


def test_a_place_that_is_not_there_cannot_be_selected() -> None:
    with pytest.raises(ValueError, match="selects nothing"):
        HeldSdJwt(issue()).select([("nickname",)])


def test_what_was_not_issued_like_this_is_not_held() -> None:
    with pytest.raises(Malformed, match="key binding"):
        HeldSdJwt(bind(issue()))
    with pytest.raises(CheckFailed, match="jws_typ"):
        HeldSdJwt(forge(claims(), typ="JWT"))
    with pytest.raises(Malformed):
        HeldSdJwt("nothing")


def test_a_key_binding_names_its_verifier_its_question_and_what_is_shown() -> None:
    selection = HeldSdJwt(issue()).select([("given_name",)])

    presentation = present(selection, key=HOLDER, audience=AUDIENCE, nonce=NONCE, iat=NOW)

    assert presentation.startswith(selection)
    unverified = parse_jws(presentation.removeprefix(selection), expected_typ="kb+jwt")
    assert verify_jws(unverified, key=HOLDER.public).claims == {
        "iat": int(NOW.timestamp()),
        "aud": AUDIENCE,
        "nonce": NONCE,
        "sd_hash": digest(selection),
    }


@pytest.mark.parametrize("send_alg", [True, False])
def test_a_key_binding_carries_the_hashes_of_the_encoded_transaction_data(send_alg: bool) -> None:
    selection = issue()

    presentation = present(
        selection,
        key=HOLDER,
        audience=AUDIENCE,
        nonce=NONCE,
        iat=NOW,
        transaction_data=DATA,
        jti="j1",
        send_alg=send_alg,
    )

    binding = parse_jws(presentation.removeprefix(selection), expected_typ="kb+jwt").claims()
    assert binding["transaction_data_hashes"] == [digest(DATA[0]), digest(DATA[1])]
    assert binding["jti"] == "j1"
    assert binding.get("transaction_data_hashes_alg") == ("sha-256" if send_alg else None)


def test_transaction_data_is_not_signed_without_an_id() -> None:
    with pytest.raises(ValueError, match="jti"):
        present(issue(), key=HOLDER, audience=AUDIENCE, nonce=NONCE, iat=NOW, transaction_data=DATA)


def test_only_a_selection_is_bound() -> None:
    with pytest.raises(ValueError, match="tilde"):
        present(bind(issue()), key=HOLDER, audience=AUDIENCE, nonce=NONCE, iat=NOW)
