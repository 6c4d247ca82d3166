"""Real services and a real Chromium, shared by the tests of this folder."""

from __future__ import annotations

import pytest

from demo.town import Town
from tests.processes import running_demo


@pytest.fixture(scope="session")
def urls(tmp_path_factory):
    """Public addresses of four running services."""
    with running_demo(tmp_path_factory.mktemp("var")) as (var, base_port):
        yield Town(var=var, base_port=base_port).urls()


@pytest.fixture
def page(chromium):
    """A fresh browser context without cookies; it remembers every request that it made."""
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.set_default_timeout(10_000)
    yield page
    context.close()
