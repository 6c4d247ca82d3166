"""Every page of every service, looked at by machine; `make looks` adds all languages, widths and colours."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Error
from werkzeug.exceptions import HTTPException

from tests.browser import inspecting as look
from tests.browser import measures
from tests.browser.inventory import FOR_MACHINES, INVENTORY, LEADS_ON, NOT_PAGES, NOWHERE
from tests.town import build_town
from tools.browser_tour import Tour


@pytest.fixture(scope="module")
def apps(tmp_path_factory):
    """The four apps, for their routes."""
    return build_town(tmp_path_factory.mktemp("town")).apps


def pages_of(name, app):
    """Each GET route that answers with a page."""
    for rule in app.url_map.iter_rules():
        blueprint, _, view = rule.endpoint.rpartition(".")
        other = rule.rule.startswith(FOR_MACHINES) or blueprint in NOT_PAGES or view == "static"
        if "GET" in rule.methods and not other and f"{name} {rule.endpoint}" not in LEADS_ON:
            yield name, f"GET {rule.rule}"


def test_every_page_of_every_service_is_in_the_inventory(apps):
    known = {(place.service, place.route) for place in INVENTORY.values()}

    missing = {page for name, app in apps.items() for page in pages_of(name, app)} - known

    assert missing == set()


def test_every_exception_still_exists(apps):
    endpoints = {f"{name} {rule.endpoint}" for name, app in apps.items() for rule in app.url_map.iter_rules()}
    blueprints = {one.partition(" ")[2].rpartition(".")[0] for one in endpoints} | {"static"}

    assert set(LEADS_ON) <= endpoints
    assert set(NOT_PAGES) <= blueprints


def routes_at(apps, service, url):
    """Every route that this address may have been answered by."""
    adapter, found = apps[service].url_map.bind(""), set()
    for method in ("GET", "POST"):
        try:
            rule, _ = adapter.match(urlsplit(url).path, method=method, return_rule=True)
        except HTTPException:
            continue
        found.add(f"{method} {rule.rule}")
    return found or {NOWHERE}


def walk(page, urls, lang, *checks):
    faults = look.Faults(page, urls, lang)
    try:
        Tour(page, urls, lang, look.Inspector(faults, checks)).whole()
    except Error as broken:
        faults.add("the tour", f"ends at {page.url}: {broken.message}")
    return faults


def same_weight(faults, name, page):
    """Yes and no are one kind of button, equally large, in the same colours."""
    choice = measures.WEIGHT_OF_BUTTONS, "main .decision > *, main .actions:has([data-choice]) > *"
    weights = page.evaluate(*choice)
    if len(set(weights)) > 1:
        faults.add(name, f"unequal choice: {weights}")


ONE_LANGUAGE = (
    look.well_made,
    same_weight,
    look.plainly_worded,
    look.reachable,
    look.fits,
    look.touchable,
    look.accessible(390),
    look.accessible(768),
    look.accessible(1280),
    look.accessible(1280, "dark", look.CONTRAST_ALONE),
)
OTHER_LANGUAGE = (look.well_made, same_weight, look.plainly_worded, look.accessible(390))


@pytest.mark.browser
@pytest.mark.parametrize(("lang", "checks"), [("nl", ONE_LANGUAGE), ("en", OTHER_LANGUAGE)], ids=["nl", "en"])
def test_every_page_stands_up_to_the_machine(page, urls, apps, lang, checks):
    faults = walk(page, urls, lang, *checks)

    for name, url in faults.seen:
        if INVENTORY[name].route not in routes_at(apps, INVENTORY[name].service, url):
            faults.add(name, f"was met at {url}")
    assert faults.none()
    assert {name for name, _ in faults.seen} == set(INVENTORY)


EVERYWHERE = (
    look.well_made,
    same_weight,
    look.plainly_worded,
    look.fits,
    look.touchable,
    look.reachable,
    *(look.accessible(width) for width in (*look.WIDTHS, look.NARROWEST)),
    *(look.accessible(width, "dark", look.CONTRAST_ALONE) for width in (*look.WIDTHS, look.NARROWEST)),
)


@pytest.mark.looks
@pytest.mark.parametrize("lang", ["nl", "en"])
def test_every_page_stands_up_to_the_machine_at_any_width_in_any_colour(page, urls, lang):
    faults = walk(page, urls, lang, *EVERYWHERE)

    assert faults.none()
    assert {name for name, _ in faults.seen} == set(INVENTORY)
