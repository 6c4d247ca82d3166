"""Themes can be swapped; light and dark can be chosen; contrast holds in all of them."""

from __future__ import annotations

from contextlib import ExitStack

import pytest
from axe_playwright_python.sync_playwright import Axe

from chassis.config import ConfigError
from tests.ui.conftest import free_port, gallery_app, serving
from tests.ui.test_files import THEMES

ROLES = ("issuer", "wallet", "verifier", "hub")
BACKGROUND = "getComputedStyle(document.documentElement).backgroundColor"
axe = Axe()


@pytest.fixture(scope="module")
def urls(tmp_path_factory):
    """A gallery a role and theme."""
    with ExitStack() as stack:
        made = {}
        for theme in THEMES:
            for role in ROLES:
                port, folder = free_port(), tmp_path_factory.mktemp("theme")
                app = gallery_app(folder, role=role, port=port, theme=theme.stem)
                made[theme.stem, role] = stack.enter_context(serving(app, port))
        yield made


def opened(chromium, url, **options):
    page = chromium.new_context(**options).new_page()
    page.goto(url)
    return page


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("theme", [path.stem for path in THEMES])
def test_every_macro_has_enough_contrast_in_each_theme(chromium, urls, theme, role, scheme):
    page = opened(chromium, urls[theme, role], color_scheme=scheme)

    violations = axe.run(page).response["violations"]

    assert [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in violations] == []
    page.context.close()


@pytest.mark.browser
@pytest.mark.parametrize("theme", [path.stem for path in THEMES])
def test_each_role_has_a_colour_of_its_own_in_each_theme(chromium, urls, theme):
    accent = "getComputedStyle(document.querySelector('.brand__role')).backgroundColor"
    colours = set()
    for role in ROLES:
        page = opened(chromium, urls[theme, role])
        colours.add(page.evaluate(accent))
        page.context.close()

    assert len(colours) == len(ROLES)


@pytest.mark.browser
def test_a_choice_for_light_or_dark_wins_over_the_device_and_stays(chromium, urls):
    page = opened(chromium, urls["eenmalig", "wallet"], color_scheme="light")
    light = page.evaluate(BACKGROUND)

    page.click("text=Donker")
    chosen = page.evaluate(BACKGROUND)
    page.goto(urls["eenmalig", "wallet"])

    assert chosen != light
    assert page.evaluate(BACKGROUND) == chosen
    page.click("text=Zoals mijn apparaat")
    assert page.evaluate(BACKGROUND) == light
    page.context.close()


@pytest.mark.browser
def test_paper_is_light_whatever_was_chosen(chromium, urls):
    page = opened(chromium, urls["eenmalig", "wallet"] + "/?look=dark", color_scheme="dark")

    page.emulate_media(media="print")

    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(26, 36, 48)"
    page.context.close()


def test_a_page_links_the_sheet_of_its_theme(tmp_path):
    page = gallery_app(tmp_path, theme="voorbeeldstad").test_client().get("/").text

    assert "/static/ui/themes/voorbeeldstad.css" in page
    assert "/static/ui/themes/eenmalig.css" not in page


@pytest.mark.parametrize("theme", ["nowhere", "../app", ""])
def test_a_theme_that_is_not_there_stops_the_start(tmp_path, theme):
    with pytest.raises(ConfigError, match="theme:"):
        gallery_app(tmp_path, theme=theme)


def test_a_look_that_does_not_exist_is_not_remembered(gallery):
    answer = gallery.get("/?look=neon")

    assert "eenmalig_look" not in str(answer.headers)
    assert "data-look" not in answer.text
