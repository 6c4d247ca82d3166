"""What the macros promise to the services."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import chassis.ui

TEMPLATES = Path(chassis.ui.__file__).parent / "templates"
DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "ui.md"


@pytest.fixture
def page(gallery):
    return gallery.get("/?lang=en").text


def test_every_macro_is_offered_and_described():
    offered = set(re.findall(r"{% set (\w+) = _", (TEMPLATES / "macros.html").read_text("utf-8")))
    defined = {
        name
        for path in (TEMPLATES / "macros").glob("*.html")
        for name in re.findall(r"{% macro (\w+)\(", path.read_text("utf-8"))
    }
    described = set(re.findall(r"`(?:{% call )?(\w+)\(", DOCUMENT.read_text("utf-8")))

    assert offered == defined
    assert offered <= described


def test_the_two_answers_of_a_decision_are_equal_and_the_refusal_comes_first(page):
    buttons = re.findall(r'<button type="submit" class="([^"]+)" name="choice" value="(no|yes)">', page)

    assert [value for _, value in buttons] == ["no", "yes"]
    assert buttons[0][0] == buttons[1][0]
    assert "primary" not in buttons[0][0]


def test_a_value_is_escaped(page):
    assert "<script>x</script>" not in page
    assert "&lt;script&gt;x&lt;/script&gt;" in page


def test_a_field_is_tied_to_its_label_hint_and_error(page):
    assert '<label class="utrecht-form-label utrecht-form-field__label" for="field-name">' in page
    assert 'aria-describedby="field-name-hint"' in page
    assert re.search(r'id="field-pin"[^>]*aria-describedby="field-pin-error"[^>]*aria-invalid="true"', page)


def test_a_pin_is_numeric_may_be_pasted_and_is_never_filled_in_again(page):
    pin = re.search(r'<input[^>]*id="field-pin"[^>]*>', page)

    assert pin is not None
    assert 'type="password"' in pin.group()
    assert 'inputmode="numeric"' in pin.group()
    assert 'value=""' in pin.group()
    assert 'autocomplete="current-password"' in pin.group()


def test_optional_data_is_not_ticked_beforehand(page):
    box = re.search(r'<input[^>]*type="checkbox"[^>]*>', page)

    assert box is not None
    assert "checked" not in box.group()


def test_an_optional_field_says_so_and_a_needed_one_is_required(page):
    assert re.search(r'id="field-name"[^>]* required', page)
    assert not re.search(r'id="field-note"[^>]* required', page)
    assert "(optional)" in page


def test_the_error_summary_takes_the_focus_and_links_to_the_field(page):
    assert re.search(r'role="alert" tabindex="-1" autofocus id="error-summary"', page)
    assert 'href="#field-pin">Fill in your PIN</a>' in page


def test_steps_are_told_in_words_not_only_in_a_bar(page):
    assert "Step 2 of 5" in page
    assert 'class="steps__bar" aria-hidden="true"' in page


def test_a_table_has_a_caption_and_headers_with_a_scope(page):
    table = page.partition("<table")[2].partition("</table>")[0]

    assert "<caption" in table
    assert table.count('scope="col"') == 2
    assert table.count('scope="row"') == 2


def test_a_form_carries_a_token_against_other_sites(page):
    assert re.search(r'name="csrf_token" value="[^"]{20,}"', page)


def test_the_current_page_is_marked_in_the_menu(page):
    assert 'href="/" aria-current="page">Cards</a>' in page
    assert 'href="/history">History</a>' in page


def test_every_text_field_of_the_macros_is_translated(gallery):
    page = gallery.get("/").text

    assert "Stap 2 van 5" in page
    assert "(niet verplicht)" in page
    assert "Er klopt nog iets niet" in page
