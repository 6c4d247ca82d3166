from dataclasses import fields, is_dataclass, replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.card_fields import leaves
from consent.mandate import DataScope, mandate_text
from consent.mandate_text import text_digest
from consent.screen import CardWords, consent_screen
from consent.wording import Bilingual
from openid4vc.dcql.query import parse_dcql
from openid4vc.errors import AccessDenied, CheckFailed, InvalidRequest, InvalidTransactionData
from openid4vc.jose.keys import SigningKey
from tests.consent.parts import (
    ACCOUNT_VCT,
    ASSESSMENT_VCT,
    BALANCE_VCT,
    IDENTITY,
    IDENTITY_HIDDEN,
    IDENTITY_VCT,
    NOW,
    Authority,
    LeafSubject,
    assessment_claims,
    card,
    identity_card,
    mandate,
    matched,
    question,
    verified,
    wallet_of_noor,
)

WORDS = {
    IDENTITY_VCT: CardWords(
        Bilingual("Identiteit", "Identity"),
        {
            ("given_name",): Bilingual("Voornamen", "Given names"),
            ("address",): Bilingual("Adres", "Address"),
            ("nationalities", None): Bilingual("Nationaliteit", "Nationality"),
        },
    )
}


def screen_of(request=None, cards=None, *, now=NOW, **more):
    asked = request or question(mandate().encode())
    held = wallet_of_noor() if cards is None else cards
    return consent_screen(verified(asked), matched(asked, held), held, words=WORDS, now=now, **more)


def identity_question(*paths):
    query = {
        "id": "identity",
        "format": "dc+sd-jwt",
        "meta": {"vct_values": [IDENTITY_VCT]},
        "claims": [{"path": path} for path in paths],
    }
    return question(dcql_query=parse_dcql({"credentials": [query]}))


def shared_places(screen):
    return [(shown.card_id, row.path) for shown in screen.shared for row in shown.rows]


def kept_places(screen):
    """What is not sent, whether or not it can be worked out."""
    return [(kept.card_id, kept.path) for kept in (*screen.not_shared, *screen.worked_out)]


def test_every_field_of_every_card_is_either_sent_or_kept():
    screen = screen_of()

    shared, kept = shared_places(screen), kept_places(screen)

    everything = [(held.id, place) for held in wallet_of_noor() for place, _ in leaves(held.claims)]
    assert sorted(shared + kept, key=str) == sorted(everything, key=str)
    assert not set(shared) & set(kept)


def test_what_was_asked_is_shared_with_its_value():
    screen = screen_of()
    identity = screen.shared[0]

    assert [shown.query_id for shown in screen.shared] == [
        "identity",
        "assessment_2022",
        "assessment_2023",
        "assessment_2024",
        "account",
    ]
    assert {row.path[0]: row.value for row in identity.rows} == {
        "issuing_authority": "Gemeente Voorbeeldstad",
        "given_name": "Noor",
        "family_name": "de Vries",
        "personal_administrative_number": "999990019",
    }


def test_what_was_never_hidden_is_shown_as_shared_because_it_is_sent():
    assert ("card-identity", ("issuing_authority",)) in shared_places(screen_of())


def test_a_card_that_nobody_asked_for_is_not_shared_at_all():
    kept = kept_places(screen_of())

    assert ("card-balance", ("totaal_saldo",)) in kept
    assert ("card-2022", ("heffingskortingen",)) in kept
    assert ("card-identity", ("nationalities", 1)) in kept


def test_each_year_gets_its_own_assessment():
    by_query = {shown.query_id: shown.card_id for shown in screen_of().shared}

    assert by_query["assessment_2023"] == "card-2023"


def test_labels_come_from_the_issuer_and_else_from_the_path():
    screen = screen_of()

    assert screen.shared[0].name == Bilingual("Identiteit", "Identity")
    kept = (*screen.not_shared, *screen.worked_out)
    labels = {one.path: one.label.nl for one in kept if one.card_id == "card-identity"}
    assert labels[("address", "locality")] == "Adres (locality)"
    assert labels[("nationalities", 0)] == "Nationaliteit"
    assert labels[("birthdate",)] == "birthdate"


def test_the_asker_is_named_by_its_certificate():
    asker = screen_of().asker

    assert (asker.organisation, asker.identifier) == ("Geldloket Voorbeeldstad", "NTRNL-00000001")
    assert (asker.proof, asker.answers_to) == ("x509_hash", "localhost:8003")


def test_the_mandate_text_is_on_the_screen_in_both_languages():
    screen = screen_of()

    assert screen.mandate == mandate()
    assert screen.mandate_text == Bilingual(mandate_text(mandate(), "nl"), mandate_text(mandate(), "en"))
    assert screen.legal_basis == mandate().legal_basis


def test_a_request_without_a_mandate_has_none_on_its_screen():
    screen = screen_of(identity_question(["given_name"]))

    assert (screen.mandate, screen.mandate_text, screen.purpose) == (None, None, None)


def test_an_asked_object_is_shared_with_everything_in_it():
    shared = shared_places(screen_of(identity_question(["address"])))

    assert ("card-identity", ("address", "locality")) in shared
    assert ("card-identity", ("address", "street_address")) in shared


def test_an_asked_member_leaves_its_neighbours_at_home():
    screen = screen_of(identity_question(["address", "locality"], ["nationalities", 1]))

    assert ("card-identity", ("address", "locality")) in shared_places(screen)
    assert ("card-identity", ("address", "street_address")) in kept_places(screen)
    assert ("card-identity", ("nationalities", 1)) in shared_places(screen)
    assert ("card-identity", ("nationalities", 0)) in kept_places(screen)


def test_of_two_cards_that_fit_the_citizen_chooses():
    cards = [*wallet_of_noor(), card("card-2022-b", ASSESSMENT_VCT, assessment_claims(2022))]

    screen = screen_of(cards=cards, choice={"assessment_2022": "card-2022-b"})

    assert "card-2022-b" in {shown.card_id for shown in screen.shared}
    assert ("card-2022", ("jaar",)) in kept_places(screen)


def test_a_card_that_does_not_fit_cannot_be_chosen():
    with pytest.raises(AccessDenied):
        screen_of(choice={"assessment_2022": "card-2023"})


def test_a_card_that_answers_two_questions_is_never_called_not_shared():
    wanted = [
        {
            "id": name,
            "format": "dc+sd-jwt",
            "meta": {"vct_values": [ACCOUNT_VCT]},
            "claims": [{"path": [path]}],
        }
        for name, path in (("one", "iban"), ("two", "tenaamstelling"))
    ]
    screen = screen_of(question(dcql_query=parse_dcql({"credentials": wanted})))

    kept = [place for card_id, place in kept_places(screen) if card_id == "card-account"]
    assert kept == [("rekeningsoort",)]


def test_without_the_cards_there_is_nothing_to_share():
    with pytest.raises(AccessDenied):
        screen_of(cards=wallet_of_noor()[:-2])


def test_an_expired_request_has_no_screen():
    with pytest.raises(InvalidRequest):
        screen_of(now=NOW + timedelta(minutes=10))


def refuses(request, **more):
    with pytest.raises(InvalidTransactionData):
        screen_of(request, **more)


def resealed(changed):
    return changed.model_copy(update={"text_sha256": text_digest(changed)}).encode()


@pytest.mark.threat("140")
def test_two_mandates_in_one_request_are_refused():
    refuses(question(mandate().encode(), mandate(text_lang="en").encode()))


def test_a_mandate_for_another_organisation_than_who_asks_is_refused():
    other = mandate().mandatary.model_copy(update={"id": "NTRNL-00000009"})

    refuses(question(resealed(mandate().model_copy(update={"mandatary": other}))))


def test_a_mandate_under_another_name_than_the_certificate_is_refused():
    other = mandate().mandatary.model_copy(update={"name": "Belastingdienst"})

    refuses(question(resealed(mandate().model_copy(update={"mandatary": other}))))


def test_a_mandate_asked_by_a_stranger_with_a_valid_certificate_is_refused():
    stranger = Authority.make(LeafSubject("Ander loket", "Ander loket", "NTRNL-00000009"))
    asked = question(mandate().encode(), sender=stranger)

    with pytest.raises(InvalidTransactionData):
        consent_screen(
            verified(asked, sender=stranger),
            matched(asked, wallet_of_noor()),
            wallet_of_noor(),
            words=WORDS,
            now=NOW,
        )


@pytest.mark.parametrize("kept", [0, 1])
def test_a_mandate_that_names_other_data_than_the_question_is_refused(kept):
    first = mandate().data[0]
    narrower = DataScope(query=first.query, paths=first.paths[: kept + 1], retention="P30D")
    changed = mandate().model_copy(update={"data": (narrower, *mandate().data[1:])})

    refuses(question(resealed(changed)))


def test_an_expired_mandate_is_refused():
    refuses(question(mandate(not_before=NOW - timedelta(days=14)).encode()))


def test_a_mandate_that_is_withdrawn_elsewhere_is_refused():
    refuses(question(mandate(revocation_uri="https://elsewhere.example/revoke").encode()))


def test_the_digest_is_the_same_for_the_same_screen():
    screen = screen_of()

    assert screen.digest() == replace(screen).digest()
    assert len(screen.digest()) == 43


def altered(value):
    """Another value of the same kind, somewhere near."""
    if isinstance(value, str):
        return value + "x"
    if isinstance(value, tuple):
        return value[1:]
    if value is None:
        return "x"
    if is_dataclass(value):
        first = fields(value)[0].name
        return replace(value, **{first: altered(getattr(value, first))})
    return value + timedelta(seconds=1)


@pytest.mark.parametrize(
    "name",
    [
        "asker",
        "purpose",
        "legal_basis",
        "shared",
        "not_shared",
        "worked_out",
        "conclusions",
        "mandate_text",
        "request_sha256",
        "expires_at",
    ],
)
def test_another_member_is_another_digest(name):
    screen = screen_of()

    assert replace(screen, **{name: altered(getattr(screen, name))}).digest() != screen.digest()


def test_another_mandate_is_another_digest():
    screen = screen_of()

    assert replace(screen, mandate=mandate(text_lang="en")).digest() != screen.digest()


@given(
    value=st.one_of(st.text(), st.integers(), st.booleans(), st.none()).filter(lambda value: value != "Noor")
)
def test_another_value_in_a_row_is_another_digest(value):
    screen = SCREEN
    identity = screen.shared[0]
    rows = tuple(replace(row, value=value) if row.path == ("given_name",) else row for row in identity.rows)

    changed = replace(screen, shared=(replace(identity, rows=rows), *screen.shared[1:]))

    assert changed.digest() != screen.digest()


SCREEN = screen_of()


def selection(*paths):
    return identity_card(SigningKey.generate()).select(paths)


def test_what_would_be_sent_is_what_was_shown():
    sent = selection(("given_name",), ("family_name",), ("personal_administrative_number",))

    SCREEN.check_selection("identity", sent)


@pytest.mark.parametrize(
    "paths",
    [
        [("given_name",), ("family_name",)],
        [("given_name",), ("family_name",), ("personal_administrative_number",), ("birthdate",)],
        [],
    ],
)
def test_more_or_less_than_was_shown_is_refused(paths):
    with pytest.raises(CheckFailed) as refused:
        SCREEN.check_selection("identity", selection(*paths))

    assert refused.value.check == "screen_selection"


def test_another_value_than_was_shown_is_refused():
    other = identity_card(SigningKey.generate(), IDENTITY | {"given_name": "Nora"})

    with pytest.raises(CheckFailed):
        SCREEN.check_selection(
            "identity", other.select([("given_name",), ("family_name",), ("personal_administrative_number",)])
        )


def test_a_query_that_was_not_shown_is_refused():
    with pytest.raises(CheckFailed):
        SCREEN.check_selection("balance", selection(("given_name",)))


def test_hidden_elements_of_a_list_leave_no_gap_in_the_comparison():
    screen = screen_of(identity_question(["nationalities", 1]))

    screen.check_selection("identity", selection(("nationalities", 1)))
    with pytest.raises(CheckFailed):
        screen.check_selection("identity", selection(("nationalities", 0)))


def test_the_bytes_of_every_selection_show_exactly_the_rows():
    held = identity_card(SigningKey.generate())
    for path in IDENTITY_HIDDEN:
        asked = identity_question(list(path))
        match = matched(asked, wallet_of_noor())

        screen = screen_of(asked)

        screen.check_selection("identity", held.select(match.by_query["identity"][0].paths))


def test_the_balance_is_never_on_the_shared_side_of_the_flagship():
    assert BALANCE_VCT not in {shown.vct for shown in SCREEN.shared}
