"""What may be in the static files, and what not."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import chassis.ui

ROOT = Path(__file__).resolve().parents[2]
STATIC = Path(chassis.ui.__file__).parent / "static"
VENDOR = STATIC / "vendor"
THEMES = sorted((STATIC / "themes").glob("*.css"))
OWN_CSS = [STATIC / "app.css", STATIC / "components.css", ROOT / "demo" / "web" / "static" / "hub.css"]


def test_all_style_sheets_together_are_under_250_kilobytes():
    size = sum(path.stat().st_size for path in STATIC.rglob("*.css"))

    assert size < 250_000


def test_every_vendored_file_has_its_licence_beside_it_and_is_named():
    named = (ROOT / "THIRD_PARTY.md").read_text("utf-8")
    files = [path for path in VENDOR.rglob("*") if path.is_file() and not path.name.startswith("LICENSE")]

    assert files
    for path in files:
        assert list(path.parent.glob("LICENSE*")), path
        assert str(path.relative_to(ROOT)) in named


def test_the_vendored_sheet_holds_exactly_the_pinned_packages():
    wanted = json.loads((ROOT / "tools" / "package.json").read_text("utf-8"))["dependencies"]
    pinned = {name: number for name, number in wanted.items() if name.startswith("@utrecht/")}
    sheet = (VENDOR / "utrecht" / "utrecht.css").read_text("utf-8")

    assert dict(re.findall(r"/\* (@utrecht/\S+) (\S+) \*/", sheet)) == pinned


def test_every_pinned_package_is_locked_by_hash():
    lock = json.loads((ROOT / "tools" / "package-lock.json").read_text("utf-8"))["packages"]
    wanted = json.loads((ROOT / "tools" / "package.json").read_text("utf-8"))["dependencies"]

    for name in wanted:
        assert lock[f"node_modules/{name}"]["integrity"].startswith("sha512-"), name


def test_no_file_of_the_interface_reaches_out():
    pages = [path for package in ("chassis", "demo") for path in (ROOT / package).rglob("*.html")]
    texts = [
        path.read_text("utf-8") for path in [*pages, *STATIC.rglob("*.css"), STATIC / "app.js", *OWN_CSS]
    ]

    assert [
        text for text in texts if re.search(r'(src|href)="(https?:)?//|url\(["\']?(https?:)?//|@import', text)
    ] == []


def test_colours_and_sizes_of_letters_are_only_in_the_theme():
    for path in OWN_CSS:
        text = re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"), flags=re.S)

        assert re.findall(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsl", text) == [], path
        assert re.findall(r"font-size: (?!var\(|0\.\d+em|100%)[^;]+", text) == [], path
        assert re.findall(r"font-family: (?!var\()[^;]+", text) == [], path


@pytest.mark.parametrize("theme", THEMES, ids=lambda path: path.stem)
def test_every_token_that_our_sheets_read_is_set_by_each_theme(theme):
    bindings = (STATIC / "components.css").read_text("utf-8")
    known = set(re.findall(r"(--[a-z0-9-]+):", theme.read_text("utf-8") + bindings))

    for path in OWN_CSS:
        used = set(re.findall(r"var\((--[a-z0-9-]+)", path.read_text("utf-8")))

        assert used <= known, path


def test_every_theme_sets_exactly_the_same_tokens():
    tokens = [set(re.findall(r"^  (--[a-z0-9-]+):", path.read_text("utf-8"), re.M)) for path in THEMES]

    assert len(THEMES) >= 2
    assert all(one == tokens[0] for one in tokens)


@pytest.mark.parametrize("theme", THEMES, ids=lambda path: path.stem)
def test_a_token_with_two_values_says_light_first_and_dark_second(theme):
    pairs = [line for line in theme.read_text("utf-8").splitlines() if "var(--light" in line]

    assert len(pairs) > 30
    assert [one for one in pairs if not re.search(r": var\(--light, .+\) var\(--dark, .+\);$", one)] == []
