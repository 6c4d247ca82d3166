import pytest
from pydantic import ValidationError

from consent.mandate import Organisation
from consent.plain_text import LocalText, is_short, plain, sentences

HIDDEN = {
    "right-to-left override": "Geld\u202eloket",
    "isolate": "Geld\u2066loket",
    "zero-width space": "Geld\u200bloket",
    "zero-width joiner": "Geld\u200dloket",
    "soft hyphen": "Geld\u00adloket",
    "line separator": "Geld\u2028loket",
    "line feed": "Geld\nloket",
    "tab": "Geld\tloket",
    "null": "Geld\x00loket",
    "no-break space": "Geld\u00a0loket",
    "unassigned": "Geld\u0378loket",
    "private use": "Geld\ue000loket",
    "not in form C": "Ee\u0301n",
    "stacked marks": "q" + "\u0323\u0307" * 3,
    "space at the start": " Geldloket",
    "space at the end": "Geldloket ",
    "two spaces": "Geld  loket",
}


@pytest.mark.threat("147")
@pytest.mark.parametrize("text", HIDDEN.values(), ids=HIDDEN.keys())
def test_text_that_shows_other_than_it_is_is_refused(text):
    with pytest.raises(ValueError, match="text"):
        plain(text)


@pytest.mark.parametrize("text", ["Eén verzoek", "Belastingdienst (voorbeeld)", "<b>loket</b>", "é"])
def test_plain_text_stays_as_it_is(text):
    assert plain(text) == text


def test_sentences_end_at_a_stop_or_a_line():
    assert sentences("Eén. Twee? Drie!\nVier") == ["Eén.", "Twee?", "Drie!", "Vier"]


def test_sixteen_words_are_too_many():
    assert is_short(" ".join(["woord"] * 15) + ". " + " ".join(["woord"] * 15))
    assert not is_short(" ".join(["woord"] * 16))


def test_a_text_needs_both_languages_and_short_sentences():
    with pytest.raises(ValidationError):
        LocalText(nl="Ja.")
    with pytest.raises(ValidationError):
        LocalText(nl=" ".join(["woord"] * 16), en="Yes.")
    assert LocalText(nl="Ja.", en="Yes.").in_language("en") == "Yes."


def test_a_refusal_does_not_repeat_what_was_refused():
    with pytest.raises(ValidationError) as refused:
        LocalText(nl="geheim\u200b", en="Yes.")

    assert "geheim" not in str(refused.value)


@pytest.mark.parametrize(("words", "fits"), [(1, True), (10, True), (11, False)])
def test_a_name_has_at_most_ten_words(words, fits):
    assert accepts(Organisation, id="A", name=" ".join(["Naam"] * words)) is fits


@pytest.mark.parametrize(("length", "fits"), [(0, False), (1, True), (120, True), (121, False)])
def test_a_name_has_at_most_120_signs(length, fits):
    assert accepts(Organisation, id="A", name="x" * length) is fits


@pytest.mark.parametrize(("length", "fits"), [(0, False), (1, True), (300, True), (301, False)])
def test_a_sentence_has_at_most_300_signs(length, fits):
    assert accepts(LocalText, nl="x" * length, en="x") is fits


def test_one_mark_on_a_letter_is_allowed_and_two_are_not():
    single, double = "q\u0323", "q\u0323\u0307"

    assert plain(single) == single
    with pytest.raises(ValueError, match="stacks"):
        plain(double)


def accepts(model, **members):
    try:
        return bool(model(**members))
    except ValidationError:
        return False
