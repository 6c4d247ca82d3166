"""The source of every page, as it was sent, is valid HTML (html-validate, pinned beside this file)."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from demo.town import Town
from tests.processes import running_demo
from tools.browser_tour import Tour

pytestmark = pytest.mark.html
HERE = Path(__file__).parent
TOOL = HERE / "node_modules" / "html-validate" / "bin" / "html-validate.mjs"


class Keeper:
    """Keeps the bytes of each page that the tour stops at."""

    def __init__(self, page, folder):
        self.folder, self.last = folder, None
        page.on("response", self._response)

    def _response(self, response):
        if response.request.is_navigation_request() and response.status not in (302, 303):
            self.last = response

    def __call__(self, name, page):
        (self.folder / f"{name}.html").write_bytes(self.last.body())


def judged(folder, *paths):
    """Every message of html-validate, one a line."""
    node = shutil.which("node")
    assert node, "make html needs Node"
    command = [node, str(TOOL), "--config", str(HERE / "htmlvalidate.json"), "--formatter"]
    told = folder / "told.json"  # a pipe would be cut when the tool ends
    done = subprocess.run(
        [*command, f"json={told}", *map(str, paths)], capture_output=True, text=True, check=False
    )
    assert done.returncode in (0, 1), done.stderr
    return [
        f"{Path(file['filePath']).stem}:{one['line']}: {one['ruleId']}: {one['message']}"
        for file in json.loads(told.read_text("utf-8"))
        for one in file["messages"]
    ]


@pytest.fixture(scope="module")
def urls(tmp_path_factory):
    with running_demo(tmp_path_factory.mktemp("var")) as (var, base_port):
        yield Town(var=var, base_port=base_port).urls()


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_every_page_is_valid_html(chromium, urls, lang, tmp_path):
    page = chromium.new_context().new_page()
    Tour(page, urls, lang, Keeper(page, tmp_path)).whole()
    page.context.close()

    faults = judged(tmp_path, *sorted(tmp_path.glob("*.html")))

    assert len(list(tmp_path.glob("*.html"))) > 50
    if faults:
        pytest.fail("\n".join(faults), pytrace=False)


def test_a_page_with_a_fault_is_named(tmp_path):
    broken = tmp_path / "broken.html"
    broken.write_text(
        '<!doctype html><html lang="nl"><title>x</title><p><div id="a"></div><b id="a">', "utf-8"
    )

    faults = judged(tmp_path, broken)

    assert any("no-dup-id" in one for one in faults)
