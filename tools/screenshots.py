"""Writes docs/screens/: every page of the flagship at two widths in both languages, from running services.

`make screenshots` starts its own services in a folder that it throws away.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from demo.preparing import prepare
from demo.processes import Children, prepare_folders, run_once
from demo.town import Town
from tools.browser_walk import Citizen, launch

SCREENS = Path(__file__).resolve().parents[1] / "docs" / "screens"
WIDTHS = {1280: 900, 390: 844}
LANGUAGES = ("nl", "en")
KEPT = {"1-hub", "5-consent-2-data", "5-consent-5-confirm", "7-decision"}


def photograph(urls: dict[str, str], folder: Path, *, everything: bool) -> None:
    """Walk the flagship once a width and language, and keep a picture of each page."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = launch(playwright)
        for width, height in WIDTHS.items():
            for lang in LANGUAGES:
                page = browser.new_context(viewport={"width": width, "height": height}).new_page()
                page.set_default_timeout(10_000)

                def look(name: str, at: Page, width: int = width, lang: str = lang) -> None:
                    if everything or name in KEPT:
                        at.screenshot(path=folder / f"{name}-{width}-{lang}.png", full_page=True)

                walk(Citizen(page, urls, lang, look))
        browser.close()


def walk(citizen: Citizen) -> None:
    """All eight steps."""
    citizen.read_the_question()
    citizen.open_a_wallet()
    citizen.collect_all_cards()
    citizen.meet_the_desk()
    citizen.read_the_request()
    citizen.say_yes()
    citizen.let_the_desk_act()
    citizen.look_back()


def main(arguments: list[str]) -> None:
    """Start services in a throw-away folder; `--all FOLDER` keeps every page, not only the README's."""
    import os

    from chassis.clock import system_clock

    everything = arguments[:1] == ["--all"]
    with tempfile.TemporaryDirectory() as var:
        town = Town(var=Path(var), base_port=18400)
        prepare_folders(town)
        prepare(town, now=system_clock())
        run_once(town, os.environ, "migrate", "seed")
        children = Children(town)
        try:
            children.start(os.environ)
            children.wait_until_ready()
            photograph(town.urls(), Path(arguments[1]) if everything else SCREENS, everything=everything)
        finally:
            children.stop()


if __name__ == "__main__":
    main(sys.argv[1:])
