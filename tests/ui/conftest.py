"""A page with every macro on it, in a frame like that of the services, and a browser to look at it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest
from flask import Flask, render_template
from jinja2 import ChoiceLoader, DictLoader
from werkzeug.serving import make_server

from chassis.app import new_app
from chassis.catalogues import LANGUAGES, compile_catalogue, targets
from chassis.config import ServiceConfig
from demo.app import create_app
from demo.config import Config

GALLERY = (Path(__file__).parent / "gallery.html").read_text(encoding="utf-8")


@pytest.fixture(scope="session", autouse=True)
def _compiled():
    for target in targets():
        for language in LANGUAGES:
            compile_catalogue(target, language)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def gallery_app(folder: Path, *, role: str = "wallet", port: int = 8002, theme: str = "eenmalig") -> Flask:
    """A service with one page."""
    config = ServiceConfig(
        public_url=f"http://localhost:{port}",
        database_url="sqlite://",
        secret_file=folder / f"{role}-secret",
        bind_port=port,
        demo=True,
        hub_url="http://localhost:8000",
        theme=theme,
    )
    app = new_app(__name__, config, role=role, translations=folder)
    app.jinja_loader = ChoiceLoader([DictLoader({"gallery.html": GALLERY})])
    app.add_url_rule("/", view_func=lambda: render_template("gallery.html"), endpoint="gallery")
    return app


@pytest.fixture
def gallery(tmp_path):
    """A client of a wallet with one page."""
    return gallery_app(tmp_path).test_client()


@contextmanager
def serving(app: Flask, port: int) -> Iterator[str]:
    """The app on a socket, for a browser."""
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://localhost:{port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="session")
def gallery_url(tmp_path_factory):
    port = free_port()
    with serving(gallery_app(tmp_path_factory.mktemp("gallery"), port=port), port) as url:
        yield url


@pytest.fixture(scope="session")
def hub_url(tmp_path_factory, _migrated_files):
    port = free_port()
    folder = tmp_path_factory.mktemp("hub")
    config = Config(
        public_url=f"http://localhost:{port}",
        database_url=f"sqlite:///{_migrated_files('demo.store')}",
        secret_file=folder / "secret",
        bind_port=port,
        demo=True,
        issuer_url="http://localhost:8001",
        wallet_url="http://localhost:8002",
        verifier_url="http://localhost:8003",
    )
    with serving(create_app(config), port) as url:
        yield url
