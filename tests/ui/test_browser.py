"""A real browser looks at the gallery and at the hub's pages."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = pytest.mark.browser

HUB_PAGES = ("/", "/scenarios/averaging", "/help", "/about", "/nowhere")
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SMALL = """[...document.querySelectorAll(
    'button, .utrecht-button-link, .site-nav a, .languages a, input:not([type=hidden])')]
  .filter(e => e.offsetParent).map(e => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])
  .filter(([, box]) => box.height < 24 || box.width < 24).map(([html]) => html)"""
axe = Axe()


@contextmanager
def opened(chromium, url, *, width=1280, **options):
    context = chromium.new_context(viewport={"width": width, "height": 900}, **options)
    page = context.new_page()
    page.errors = []
    page.on("console", lambda message: message.type == "error" and page.errors.append(message.text))
    page.goto(url)
    yield page
    context.close()


def violations(page):
    found = axe.run(page).response["violations"]
    return [(one["id"], [node["html"][:160] for node in one["nodes"][:3]]) for one in found]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1100])
@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("path", HUB_PAGES)
def test_axe_finds_nothing_on_the_hub(chromium, hub_url, path, lang, width, scheme):
    with opened(chromium, f"{hub_url}{path}?lang={lang}", width=width, color_scheme=scheme) as page:
        assert violations(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1100])
def test_axe_finds_nothing_on_any_macro(chromium, gallery_url, width, scheme):
    with opened(chromium, gallery_url, width=width, color_scheme=scheme) as page:
        assert violations(page) == []


@pytest.mark.parametrize("path", HUB_PAGES)
def test_nothing_scrolls_sideways_on_a_narrow_phone(chromium, hub_url, path):
    with opened(chromium, hub_url + path, width=320) as page:
        assert page.evaluate(TOO_WIDE) <= 0


@pytest.mark.parametrize("path", HUB_PAGES)
def test_text_of_twice_the_size_still_fits(chromium, hub_url, path):
    with opened(chromium, hub_url + path, width=640, bypass_csp=True) as page:
        page.add_style_tag(content="html.utrecht-root { font-size: 200% }")

        assert page.evaluate(TOO_WIDE) <= 0


def test_the_gallery_fits_a_narrow_phone_and_large_text(chromium, gallery_url):
    with opened(chromium, gallery_url, width=320, bypass_csp=True) as page:
        narrow = page.evaluate(TOO_WIDE)
        page.set_viewport_size({"width": 640, "height": 900})
        page.add_style_tag(content="html.utrecht-root { font-size: 200% }")

        assert (narrow, page.evaluate(TOO_WIDE)) == (0, 0)


def test_the_security_policy_blocks_nothing_that_a_page_needs(chromium, gallery_url):
    with opened(chromium, gallery_url) as page:
        page.wait_for_load_state("networkidle")

        assert page.errors == []
        assert page.evaluate("document.fonts.check('16px \"Noto Sans Variable\"')")


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_yes_and_no_are_equally_large(chromium, gallery_url, width):
    with opened(chromium, gallery_url, width=width) as page:
        no, yes = (page.locator(f".decision button[value={value}]").bounding_box() for value in ("no", "yes"))

    assert (no["width"], no["height"]) == (yes["width"], yes["height"])
    assert no["height"] >= 44


def test_every_control_is_large_enough_to_touch(chromium, gallery_url):
    with opened(chromium, gallery_url, width=390) as page:
        assert page.evaluate(SMALL) == []
        heights = page.eval_on_selector_all(
            ".utrecht-button, .site-nav__link, .choice",
            "all => all.filter(e => e.offsetParent).map(e => e.getBoundingClientRect().height)",
        )

    assert min(heights) >= 44


def test_the_error_summary_has_the_focus_when_a_page_comes_back(chromium, gallery_url):
    with opened(chromium, gallery_url) as page:
        assert page.evaluate("document.activeElement.id") == "error-summary"


def test_the_focus_ring_can_be_seen(chromium, hub_url):
    with opened(chromium, hub_url) as page:
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        ring = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")

    assert ring == "3px"


def test_the_skip_link_shows_on_the_first_tab_and_leads_to_the_content(chromium, hub_url):
    with opened(chromium, hub_url) as page:
        page.keyboard.press("Tab")
        shown = page.locator(".utrecht-skip-link").bounding_box()
        page.keyboard.press("Enter")

        assert shown["y"] >= 0
        assert page.evaluate("document.activeElement.id") == "main"


def test_the_pages_work_without_script(chromium, hub_url):
    with opened(chromium, hub_url, java_script_enabled=False) as page:
        page.click("text=Begin met deze vraag")

        assert "veel hoger inkomen" in page.inner_text("h1")


def test_on_paper_the_controls_are_left_out(chromium, gallery_url):
    with opened(chromium, gallery_url) as page:
        page.emulate_media(media="print")

        assert not page.locator(".site-nav").is_visible()
        assert not page.locator(".decision").is_visible()
        assert page.locator(".demo-bar").is_visible()
