"""Writes docs/screens/: the pages that the README shows, in both languages, from running services.

`make screenshots` starts its own services in a folder that it throws away; `--all FOLDER` takes every page
of the tour at three widths, light and dark.
"""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from demo.preparing import prepare
from demo.processes import Children, prepare_folders, run_once
from demo.town import Town
from tools.browser_tour import Tour
from tools.browser_walk import launch

SCREENS = Path(__file__).resolve().parents[1] / "docs" / "screens"
HEIGHTS = {1280: 900, 768: 1024, 390: 844}
LANGUAGES = ("nl", "en")
KEPT = {"1-hub", "3-cards", "5-consent-2-data", "5-consent-5-confirm", "6-receipt", "7-decision"}
KEPT_LOOKS = ((1280, "light"), (390, "light"), (390, "dark"))
ALL_LOOKS = tuple((width, scheme) for width in HEIGHTS for scheme in ("light", "dark"))


@dataclass(frozen=True, slots=True)
class Camera:
    """Keeps a picture of each page at some widths, in light and dark."""

    folder: Path
    lang: str
    everything: bool

    def __call__(self, name: str, page: Page) -> None:
        """Called by the tour on each page; leaves the page as wide as it was."""
        if not self.everything and name not in KEPT:
            return
        before = page.viewport_size
        for width, scheme in ALL_LOOKS if self.everything else KEPT_LOOKS:
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
            dark = "-dark" if scheme == "dark" else ""
            page.screenshot(path=self.folder / f"{name}-{width}{dark}-{self.lang}.png", full_page=True)
        page.emulate_media(color_scheme="light")
        if before is not None:
            page.set_viewport_size(before)


def photograph(urls: dict[str, str], folder: Path, *, everything: bool) -> None:
    """Take the tour once a language."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = launch(playwright)
        for lang in LANGUAGES:
            page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
            page.set_default_timeout(10_000)
            Tour(page, urls, lang, Camera(folder, lang, everything)).whole()
        browser.close()


def main() -> None:
    """Start services in a throw-away folder; `--all FOLDER` keeps every page, not only the README's."""
    import os

    from chassis.clock import system_clock

    reader = argparse.ArgumentParser(prog="python -m tools.screenshots", description=__doc__)
    reader.add_argument("--all", metavar="FOLDER", type=Path, help="every page, at three widths, into FOLDER")
    folder: Path | None = reader.parse_args().all
    with tempfile.TemporaryDirectory() as var:
        town = Town(var=Path(var), base_port=18400)
        prepare_folders(town)
        prepare(town, now=system_clock())
        run_once(town, os.environ, "migrate", "seed")
        children = Children(town)
        try:
            children.start(os.environ)
            children.wait_until_ready()
            photograph(town.urls(), folder or SCREENS, everything=folder is not None)
        finally:
            children.stop()


if __name__ == "__main__":
    main()
