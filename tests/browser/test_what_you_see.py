"""What you see is what is sent: the page of data against the posted bytes, value by value, both ways."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import contextmanager
from io import BytesIO
from threading import Thread

import pytest
from werkzeug.serving import make_server

from openid4vc.jose import base64url
from tests.processes import free_base_port
from tests.town import FAST, build_town
from tools.browser_walk import Citizen

pytestmark = pytest.mark.browser

MONTHS = (
    *("januari", "februari", "maart", "april", "mei", "juni"),
    *("juli", "augustus", "september", "oktober", "november", "december"),
)
PROTOCOL = {"iss", "vct", "iat", "exp", "nbf", "cnf", "status", "_sd", "_sd_alg", "vct#integrity"}
YEARS = (2022, 2023, 2024)
PAGE_VALUES = """
() => [...document.querySelectorAll('#shared dd')].flatMap(dd => {
  const amounts = [...dd.querySelectorAll('.amount')].map(one => one.textContent.trim());
  if (amounts.length) return amounts;
  const copy = dd.cloneNode(true);
  const cards = copy.querySelector('.soft');
  const times = cards ? cards.textContent.split(',').length : 1;
  if (cards) cards.remove();
  return Array(times).fill(copy.textContent.trim());
})
"""


def with_whole_bodies(app):
    """The small server leaves the end of a body to the caller; a real one ends it."""

    def answer(environ, start_response):
        length = int(environ.get("CONTENT_LENGTH") or 0)
        environ["wsgi.input"] = BytesIO(environ["wsgi.input"].read(length))
        return app(environ, start_response)

    return answer


@contextmanager
def served(town):
    """The four apps of one process on real sockets, so that a browser can visit them."""
    servers = [
        make_server(
            "127.0.0.1", int(town.url(name).rpartition(":")[2]), with_whole_bodies(app), threaded=True
        )
        for name, app in town.apps.items()
    ]
    threads = [Thread(target=server.serve_forever, daemon=True) for server in servers]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for server in servers:
            server.shutdown()


@pytest.fixture
def town(tmp_path, monkeypatch):
    """A town whose desk asks for answers in the clear, and that keeps every answer that is posted."""
    monkeypatch.setitem(FAST, "VERIFIER_RESPONSE_MODE", "direct_post")
    made = build_town(tmp_path, base_port=free_base_port())
    made.posted = []
    post = made.wire.post_form

    def keep(url, fields, **more):
        if url.endswith("/oid4vp/response"):
            made.posted.append(dict(fields))
        return post(url, fields, **more)

    made.wire.post_form = keep
    with served(made):
        yield made


def sent_values(form):
    """Every value in the presentations that says something about the citizen, hidden or not."""
    for held in json.loads(form["vp_token"]).values():
        for presentation in held:
            jwt, *disclosures, _ = presentation.split("~")
            for encoded in disclosures:
                yield json.loads(base64url.decode(encoded))[-1]
            for name, value in json.loads(base64url.decode(jwt.split(".")[1])).items():
                if name not in PROTOCOL:
                    yield value


def spoken(value):
    """A value the way a Dutch reader would write it, independent of the wallet's own code."""
    if isinstance(value, bool):
        return "Ja" if value else "Nee"
    if isinstance(value, int):
        return str(value) if value in YEARS else f"€\N{NO-BREAK SPACE}{value:,}".replace(",", ".")
    if len(value) == 10 and value[4] == value[7] == "-":
        year, month, day = value.split("-")
        return f"{int(day)} {MONTHS[int(month) - 1]} {year}"
    return {"below_aow": "jonger dan de AOW-leeftijd", "NL": "Nederland"}.get(value, value)


def test_every_value_on_the_page_is_posted_and_no_other(chromium, town):
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.set_default_timeout(15_000)
    seen = []
    urls = {name: town.url(name) for name in town.apps}

    def look(name, at):
        if name == "5-consent-2-data":
            seen.extend(at.evaluate(PAGE_VALUES))

    citizen = Citizen(page, urls, "nl", look)
    citizen.read_the_question()
    citizen.open_a_wallet()
    citizen.collect_all_cards()
    citizen.meet_the_desk()
    citizen.read_the_request()
    citizen.say_yes()
    context.close()

    (form,) = town.posted
    posted = [spoken(value) for value in sent_values(form)]
    assert Counter(seen) - Counter(posted) == Counter(), "on the page, and not sent"
    assert Counter(posted) - Counter(seen) == Counter(), "sent, and not on the page"
    assert len(posted) > 30
