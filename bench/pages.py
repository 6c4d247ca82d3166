"""The page rows: how long the server takes for the first render of a page, beside 200 lines of history."""

import os
import re
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from math import ceil
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

from bench.report import Row
from chassis.clock import system_clock
from chassis.outbound import Outbound
from demo.config import load
from demo.play import CALLED, PIN, Walk
from demo.preparing import prepare
from demo.processes import Children, prepare_folders, run_once
from demo.town import Town
from demo.web_client import Caller

LINES, ROUNDS, BASE_PORT = 200, 40, 18600
AT_MOST_MS = 100.0
PAGES: Mapping[str, Sequence[str]] = {
    "hub": ("/", "/scenarios/averaging", "/help"),
    "issuer": ("/", "/municipality/"),
    "wallet": (
        "/",
        "/cards",
        "{card}",
        "/history",
        "/mandates",
        "{mandate}",
        "/advice/averaging",
        "{request}",
    ),
    "verifier": ("/", "/services/averaging", "/check", "/lint"),
}


@dataclass
class Reader:
    """A browser without pictures: cookies, forms and a stopwatch."""

    urls: Mapping[str, str]
    browser: urllib.request.OpenerDirector = field(
        default_factory=lambda: urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    )

    def read(self, service: str, path: str) -> str:
        """One page; a refusal raises."""
        with self.browser.open(self.urls[service] + path) as answer:
            text: str = answer.read().decode()
        return text

    def send(self, service: str, path: str, fields: Mapping[str, str], *, page: str) -> None:
        """Fill in the form of a page."""
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.read(service, page))
        body = urlencode({**fields, "csrf_token": token.group(1) if token else ""}).encode()
        origin = {"Origin": self.urls[service]}
        form = urllib.request.Request(self.urls[service] + path, body, origin)  # noqa: S310  # our own town
        self.browser.open(form).close()

    def milliseconds(self, service: str, path: str) -> float:
        """How long one render took, the socket included."""
        began = time.perf_counter()
        self.read(service, path)
        return (time.perf_counter() - began) * 1e3


def page_rows() -> list[Row]:
    """A row a page; each is asked in turn, so that a busy moment of the machine hits all."""
    with _town() as town:
        reader, paths = _prepared(town)
        times: dict[tuple[str, str], list[float]] = {place: [] for place in paths}
        for _ in range(ROUNDS):
            for service, path in paths:
                times[service, path].append(reader.milliseconds(service, path))
    return [
        row_of(f"page_{service}{paths[service, path]}", found) for (service, path), found in times.items()
    ]


def row_of(name: str, found: Sequence[float]) -> Row:
    """The median, and the 95th percentile against what it may be."""
    slow = sorted(found)[ceil(0.95 * len(found)) - 1]
    return Row(
        name, median(found) * 1e3, None, f"p95 <= {AT_MOST_MS:g} ms", slow <= AT_MOST_MS, f"p95 {slow:.1f} ms"
    )


def _prepared(town: Town) -> tuple[Reader, dict[tuple[str, str], str]]:
    """A citizen with cards, a mandate, a waiting request and the lines; then the addresses of all pages."""
    name, urls = "noor-of-the-bench", town.urls()
    door = Outbound(load(town.environment("hub")))
    issuer, wallet, verifier, hub = (Caller(door, urls[one], {}) for one in CALLED)
    walk = Walk(issuer, wallet, verifier, hub, "noor")
    walk.wallet = wallet.bearing(wallet.post("/api/v1/accounts", {"name": name, "pin": PIN})["token"])
    walk.collect()
    asked, screen = walk.ask()
    mandate = walk.grant(asked, screen)
    for _ in range(LINES):
        _, again = walk.ask()
        walk.wallet.post(f"/api/v1/requests/{again['id']}/decline", {})
    _, waiting = walk.ask()
    reader = Reader(urls)
    reader.send("wallet", "/sign-in", {"name": name, "pin": PIN}, page="/sign-in")
    reader.send("issuer", "/sign-in", {"persona": "noor"}, page="/sign-in")
    card = re.search(r'href="(/cards/[^"]+)"', reader.read("wallet", "/cards"))
    known = {
        "{card}": card.group(1) if card else "/cards",
        "{mandate}": f"/mandates/{mandate['id']}",
        "{request}": f"/requests/{waiting['id']}/2",
    }
    return reader, {(service, known.get(one, one)): one for service, all in PAGES.items() for one in all}


@contextmanager
def _town() -> Iterator[Town]:
    """The four services in a folder that is thrown away."""
    with TemporaryDirectory(prefix="eenmalig-bench-") as folder:
        town = Town(var=Path(folder), base_port=BASE_PORT)
        prepare_folders(town)
        prepare(town, now=system_clock())
        run_once(town, os.environ, "migrate", "seed")
        children = Children(town)
        try:
            children.start(os.environ)
            children.wait_until_ready()
            yield town
        finally:
            children.stop()
