"""An issuer's own colours on its card, as long as everybody can read it and nothing is fetched."""

import re

import pytest

from issuer.domain.look import Look
from issuer.files import read_organisations
from openid4vc.vci.metadata import CredentialDisplay, Logo
from wallet.domain.card_look import LEAST_CONTRAST, CardLook, card_look, contrast

PICTURE = "data:image/svg+xml;base64,PHN2Zy8+"


def display(background=None, text=None, logo=None):
    return CredentialDisplay(
        name="Card", background_color=background, text_color=text, logo=Logo(uri=logo) if logo else None
    )


def test_a_card_gets_the_colours_of_its_issuer():
    look = card_look([display("#0E4F50", "#fff", PICTURE)])

    assert look == CardLook("#0e4f50", "#ffffff", PICTURE)


def test_text_without_a_colour_is_black_or_white_whichever_is_read_best():
    assert card_look([display("#f2b83b")]).ink == "#000000"
    assert card_look([display("#3b2d72")]).ink == "#ffffff"


@pytest.mark.parametrize(
    ("background", "text"),
    [
        ("#777777", "#888888"),
        ("#ffffff", "#777777"),
        (None, "#ffffff"),
        ("navy", "#ffffff"),
        ("url(https://issuer.example/x)", "#ffffff"),
        ("#0e4f50; } body { display: none", "#ffffff"),
        ("#12345", None),
        ("#0e4f50ff", None),
    ],
)
def test_colours_that_cannot_be_read_or_measured_leave_the_card_to_the_theme(background, text):
    assert card_look([display(background, text)]) is None


@pytest.mark.parametrize(
    "logo",
    [
        "https://issuer.example/logo.png",
        "data:text/html;base64,PHN2Zy8+",
        "data:image/svg+xml,<svg/>",
        'data:image/png;base64,AA"onerror=alert(1)',
        "data:image/png;base64," + "A" * 10_000,
    ],
)
def test_a_picture_by_address_or_of_another_kind_is_left_out(logo):
    assert card_look([display("#0e4f50", "#ffffff", logo)]).logo == ""


def test_black_on_white_has_the_greatest_contrast_there_is():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_the_organisations_of_the_demonstration_differ_and_can_be_read():
    looks = [one.look for one in read_organisations()]

    assert len({look.background for look in looks}) == len(looks)
    assert all(contrast(look.background, look.text) >= LEAST_CONTRAST for look in looks)


def test_the_pictures_of_the_demonstration_are_small_and_shown_by_our_own_wallet():
    for organisation in read_organisations():
        logo = organisation.look.logo

        assert len(logo) < 1024
        assert card_look([display("#0e4f50", "#ffffff", logo)]).logo == logo


def test_every_wallet_takes_the_media_type_of_the_pictures():
    """A published library allows only letters, digits, slash, dash and dot before the semicolon."""
    for organisation in read_organisations():
        assert re.match(r"data:[\w/\-.]+;\w+,.*", organisation.look.logo)


@pytest.mark.parametrize("mark", ["PHN2Zy8+", "<svg/>"])
def test_an_organisation_s_picture_is_png_or_the_issuer_does_not_start(mark):
    with pytest.raises(ValueError):
        Look.of({"background": "#0e4f50", "text": "#ffffff", "mark": mark})


def test_a_collected_card_is_shown_in_its_colours_by_a_stylesheet_of_our_own(town):
    town.collects()
    browser = town.browser().signs_in()

    page = browser.goes("/cards").text

    assert 'data-colours="0e4f50-ffffff"' in page
    assert '<link rel="stylesheet" href="/colours/0e4f50-ffffff.css">' in page
    sheet = browser.goes("/colours/0e4f50-ffffff.css")
    assert sheet.page.mimetype == "text/css"
    assert "--face-paper: #0e4f50; --face-ink: #ffffff" in sheet.text


@pytest.mark.parametrize("pair", ["777777-888888", "0e4f50", "0E4F50-FFFFFF", "0e4f50-ffffff;}"])
def test_a_stylesheet_is_made_of_two_readable_colours_or_not_at_all(town, pair):
    assert town.browser().goes(f"/colours/{pair}.css").page.status_code == 404
