"""The frame of every service: what each of them does alike before its own rooms come in."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, current_app
from flask_wtf.csrf import CSRFProtect
from jinja2 import ChoiceLoader, FileSystemLoader, StrictUndefined

from chassis.config import ServiceConfig
from chassis.entrance import register_entrance
from chassis.errors_http import page_errors
from chassis.guard import Guard
from chassis.headers import register_headers
from chassis.health import health
from chassis.health import register_readiness as register_readiness
from chassis.interface import register_interface
from chassis.language import register_language
from chassis.late_rules import LateRule
from chassis.logging import ensure_logging
from chassis.origins import is_plain, parse_url
from chassis.request_id import register_request_id
from chassis.request_id import request_id as request_id
from chassis.reuse import Reuse
from chassis.secret_file import derive, read_secret
from chassis.slots import Slots
from chassis.ui.pages import register_ui


def new_app(import_name: str, config: ServiceConfig, *, role: str, translations: Path) -> Flask:
    """Return a Flask application with the chassis around it and nothing of a service in it yet.

    The service registers its blueprints, exempts protocol and API from CSRF by name, and sets its ports.
    """
    ensure_logging(config.log_level, role=role)
    app = Flask(import_name, static_folder=None)
    app.url_rule_class = LateRule
    _configure(app, config, role=role)
    app.extensions.update(readiness=[], csrf_exempt=set())
    register_request_id(app)
    register_language(app, config, translations=translations)
    register_entrance(app, public_url=config.public_url)
    CSRFProtect(app)
    register_headers(app, config)
    register_ui(app, config, role=role)
    app.register_blueprint(health)
    register_interface(app)
    _own_files(app)
    page_errors(app)
    url = parse_url(config.public_url)
    slots = Slots(config.threads, queue_seconds=config.queue_milliseconds / 1000)
    inner = Reuse(app.wsgi_app)
    guard = Guard(inner, host=url.netloc, scheme=url.scheme, max_body=config.max_body, slots=slots)
    app.extensions["hopeless"] = guard.hopeless
    app.wsgi_app = guard  # type: ignore[method-assign]  # Flask's documented place for middleware
    return app


def exempt_from_csrf(app: Flask, *blueprints: Blueprint) -> None:
    """Let machines post without a form token; the list is kept where a test can read it."""
    for blueprint in blueprints:
        app.extensions["csrf"].exempt(blueprint)
        app.extensions["csrf_exempt"].add(blueprint.name)


def ports() -> Any:
    """Return the ports of the service that handles this request; each service wraps this in its own type."""
    return current_app.extensions["ports"]


def _configure(app: Flask, config: ServiceConfig, *, role: str) -> None:
    url = parse_url(config.public_url)
    secure = not is_plain(config.public_url)
    app.config.update(
        SECRET_KEY=derive(read_secret(config.secret_file), f"session/{role}"),
        SERVER_NAME=url.netloc,
        PREFERRED_URL_SCHEME=url.scheme,
        SESSION_COOKIE_NAME=f"{'__Host-' if secure else ''}eenmalig_{role}",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=secure,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=1),
        MAX_CONTENT_LENGTH=config.max_body,
        MAX_FORM_MEMORY_SIZE=config.max_body,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
        PROPAGATE_EXCEPTIONS=False,
    )
    app.json.sort_keys = False  # type: ignore[attr-defined]  # of the default provider
    app.url_map.merge_slashes = False
    app.jinja_options = {"undefined": StrictUndefined, "autoescape": True}
    home = Path(app.root_path) / "web" / "templates"
    app.jinja_loader = ChoiceLoader([FileSystemLoader(home)])


def _own_files(app: Flask) -> None:
    """Serve the static files of the service itself, if it has any, under /own."""
    folder = Path(app.root_path) / "web" / "static"
    if folder.is_dir():
        app.register_blueprint(
            Blueprint("own", app.import_name, static_folder=folder, static_url_path="/own")
        )
