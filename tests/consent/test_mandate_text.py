import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent import wording
from consent.mandate import LocalText, mandate_text
from consent.mandate_document import DataScope
from consent.plain_text import LANGUAGES, sentences
from consent.wording import claim_label, listed, path_name, written_moment
from tests.consent.parts import ROOT, mandate

NOTES = ROOT.parent / "shared" / "domain" / "wording_nl_en.json"


def text(lang, **changes):
    return mandate_text(mandate().model_copy(update=changes), lang)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_sentence_has_more_than_fifteen_words(lang):
    assert max(len(sentence.split()) for sentence in sentences(text(lang))) <= 15


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_longest_allowed_names_still_make_short_sentences(lang):
    body = mandate().mandatary.model_copy(update={"name": " ".join(["Naam"] * 10)})

    told = text(lang, mandatary=body, addressee=body, receives_decision=False)

    assert max(len(sentence.split()) for sentence in sentences(told)) <= 15


def test_the_dutch_text_says_machtiging_and_never_toestemming():
    told = text("nl").lower()

    assert "machtiging" in told
    assert "toestemming" not in told
    assert "akkoord" not in told


@pytest.mark.parametrize("word", ["credential", "verifier", "issuer", "attribu", "token", "claim", "disclos"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_word_of_the_protocol_reaches_the_citizen(word, lang):
    assert word not in text(lang).lower()


def test_it_says_who_acts_who_decides_and_for_which_years():
    told = text("nl")

    assert "Uw gemachtigde is Geldloket Voorbeeldstad." in told
    assert "Belastingdienst (voorbeeld) beslist." in told
    assert "Eén verzoek om middeling indienen over 2022, 2023 en 2024." in told
    assert "Het gaat over de jaren 2022, 2023 en 2024." in told


def test_it_says_from_when_until_when_and_once():
    told = text("nl")

    assert "De machtiging begint op 24 november 2026 om 11.00 uur (wintertijd)." in told
    assert "De machtiging stopt op 8 december 2026 om 11.00 uur (wintertijd)." in told
    assert "De machtiging werkt één keer. Daarna stopt hij vanzelf." in told


def test_it_says_what_is_excluded_how_to_stop_and_how_long_data_are_kept():
    told = text("nl")

    assert "- bezwaar maken zonder u" in told
    assert "- uw rekeningnummer wijzigen" in told
    assert "Intrekken kan in uw wallet." in told
    assert told.count("Uw gemachtigde wist dit uiterlijk 30 dagen na het einde.") == 3


def test_every_field_that_goes_along_has_its_own_line_and_a_human_name():
    lines = text("nl").splitlines()

    assert "Uit uw aanslag over 2022, 2023 en 2024:" in lines
    assert "- burgerservicenummer (BSN)" in lines
    assert "- belastbaar inkomen uit werk en woning" in lines
    assert "- rekeningnummer (IBAN)" in lines


def test_assessments_that_differ_are_told_apart():
    first, *rest = mandate().data[1:]
    narrower = DataScope(query=first.query, paths=first.paths[:2], retention=first.retention)

    lines = text("nl", data=(narrower, *rest)).splitlines()

    assert "Uit uw aanslag over 2022:" in lines
    assert "Uit uw aanslag over 2023 en 2024:" in lines


def test_a_decision_that_goes_to_the_citizen_alone_is_said():
    assert "De beslisser stuurt de beslissing alleen aan u." in text("nl", receives_decision=False)
    assert "The deciding body sends the decision to you only." in text("en", receives_decision=False)


def test_one_year_and_one_day_are_singular():
    scope = mandate().data[0].model_copy(update={"retention": "P1D"})

    dutch = text("nl", tax_years=(2022,), data=(scope,))

    assert "Het gaat over het jaar 2022." in dutch
    assert "uiterlijk 1 dag na het einde" in dutch


def test_an_unknown_field_is_shown_as_it_is_and_cannot_pass_for_a_known_one():
    assert claim_label(("salary", 0, None), "nl") == "‘salary[0][]’"
    assert claim_label(("achternaam",), "nl") != claim_label(("family_name",), "nl")


@pytest.mark.parametrize(
    ("path", "name"),
    [(("a", "b"), "a.b"), (("a", 0), "a[0]"), (("a", "0"), "a.0"), (("a", None), "a[]"), (("a",), "a")],
)
def test_different_paths_have_different_names(path, name):
    assert path_name(path) == name


def test_lists_are_read_aloud():
    assert [listed(items, "nl") for items in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "",
        "a",
        "a en b",
        "a, b en c",
    ]
    assert listed([2022, 2023], "en") == "2022 and 2023"


@given(st.datetimes(timezones=st.just(UTC)), st.sampled_from(LANGUAGES))
def test_two_moments_a_second_apart_never_read_the_same(moment, lang):
    whole = moment.replace(microsecond=0)
    if whole.year >= 9998 or whole.year < 2:
        return

    assert written_moment(whole, lang) != written_moment(whole + timedelta(seconds=1), lang)
    assert written_moment(whole, lang) != written_moment(whole + timedelta(hours=1), lang)


def test_dutch_time_follows_summer_and_winter():
    moments = [
        datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC),
        datetime(2026, 3, 29, 1, tzinfo=UTC),
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
    ]

    assert [written_moment(moment, "nl") for moment in moments] == [
        "29 maart 2026 om 01.59.59 uur (wintertijd)",
        "29 maart 2026 om 03.00 uur (zomertijd)",
        "25 oktober 2026 om 02.30 uur (zomertijd)",
        "25 oktober 2026 om 02.30 uur (wintertijd)",
    ]


def test_the_words_are_those_of_the_wording_list():
    if not NOTES.exists():
        pytest.skip(f"the wording list is not beside this checkout: {NOTES}")
    terms = {term["key"]: term for term in json.loads(NOTES.read_bytes())["terms"]}

    assert (
        terms["eenmalig"]["nl_uitleg"].removeprefix("Deze")
        == " machtiging werkt één keer. Daarna stopt hij vanzelf."
    )
    assert "werkt één keer. Daarna stopt hij vanzelf." in text("nl")
    assert "uw rekeningnummer wijzigen" in terms["wat_mag_niet"]["nl_uitleg"].lower()


def test_every_known_field_and_code_has_words_in_both_languages():
    tables = (wording.CLAIMS, wording.ACTIONS, wording.EXCLUSIONS, wording.CARDS)
    pairs = [words for table in tables for words in table.values()]

    assert all(len(words) == 2 and all(words) for words in pairs)
    for table in tables:
        for language in (0, 1):
            labels = [words[language] for words in table.values()]
            assert len(set(labels)) == len(labels)


def test_purpose_texts_of_both_languages_stand_in_each_text():
    told = LocalText(nl="Eén ding.", en="One thing.")
    changed = mandate().purpose.model_copy(update={"text": told})

    for lang in LANGUAGES:
        assert re.search(r"Eén ding\.", text(lang, purpose=changed))
        assert re.search(r"One thing\.", text(lang, purpose=changed))


@pytest.mark.parametrize(
    ("query", "lang", "heading"),
    [
        ("identity", "nl", "Uit uw identiteitsgegevens:"),
        ("identity", "en", "From your identity data:"),
        ("account", "en", "From your account holder data:"),
        ("assessment_2022", "en", "From your tax assessment for 2022:"),
        ("diploma", "nl", "Uit uw kaart ‘diploma’:"),
        ("diploma", "en", "From your card ‘diploma’:"),
        ("assessment_22", "nl", "Uit uw kaart ‘assessment_22’:"),
    ],
)
def test_each_card_has_a_heading(query, lang, heading):
    scope = DataScope(query=query, paths=(("jaar",),), retention="P30D")

    assert heading in text(lang, data=(scope,)).splitlines()


def test_known_codes_have_words_and_unknown_ones_stand_between_quotes():
    assert wording.action_label("request", "nl") == "dit ene verzoek indienen"
    assert wording.action_label("pay", "nl") == "‘pay’"
    assert wording.exclusion_label("objection", "en") == "object without you"
    assert wording.exclusion_label("pay", "en") == "‘pay’"


def test_words_in_two_languages_are_dutch_unless_english_is_asked():
    words = wording.Bilingual("ja", "yes")

    assert [words.in_language(lang) for lang in ("nl", "en", "de")] == ["ja", "yes", "ja"]


@pytest.mark.parametrize(
    ("moment", "season"),
    [
        (datetime(2024, 3, 27, 12, tzinfo=UTC), "wintertijd"),
        (datetime(2024, 3, 31, 1, tzinfo=UTC), "zomertijd"),
        (datetime(2026, 10, 25, 0, 59, 59, tzinfo=UTC), "zomertijd"),
        (datetime(2026, 10, 25, 1, tzinfo=UTC), "wintertijd"),
        (datetime(2027, 10, 31, 0, 59, tzinfo=UTC), "zomertijd"),
    ],
)
def test_the_season_changes_on_the_last_sunday_at_one_utc(moment, season):
    assert season in written_moment(moment, "nl")


def test_the_last_hour_of_all_years_has_words_too():
    assert written_moment(datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC), "nl").startswith("31 december 9999")
