"""The blueprint that serves the shared templates and static files, and what base.html needs to know."""

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Flask, request

from chassis.config import ServiceConfig
from chassis.origins import is_plain
from chassis.ui.filters import language, register_filters
from chassis.ui.look import LOOKS, look, register_look
from chassis.ui.text_size import register_text_size, text_size

LANGUAGES = ("nl", "en")
ROLES = ("issuer", "wallet", "verifier", "hub")

ui = Blueprint(
    "ui", __name__, template_folder="templates", static_folder="static", static_url_path="/static/ui"
)


def lang_url(wanted: str) -> str:
    """Return the address of this page in another language, with its own query kept."""
    return _with_query("lang", wanted)


def look_url(wanted: str) -> str:
    """Return the address of this page in light, in dark or as the device has it."""
    return _with_query("look", wanted)


def _with_query(changed: str, wanted: str) -> str:
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != changed]
    return f"{request.path}?{urlencode([*kept, (changed, wanted)])}"


def help_url(hub_url: str, role: str) -> str:
    """Return the one help page, at the heading for this role."""
    return f"{hub_url}/help#{role}"


def register_ui(app: Flask, config: ServiceConfig, *, role: str) -> None:
    """Serve the shared files and give every page its role, theme, language, look and help address."""
    if role not in ROLES:
        raise ValueError(f"no such role: {role}")
    secure = not is_plain(config.public_url)
    register_look(app, secure=secure)
    register_text_size(app, secure=secure)
    app.register_blueprint(ui)
    register_filters(app)
    _version_static_files(app)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True

    @app.context_processor
    def page_facts() -> dict[str, Any]:
        """Name what base.html shows on every page."""
        return {
            "role": role,
            "demo": config.demo,
            "theme": f"themes/{config.theme}.css",
            "lang": language(),
            "languages": LANGUAGES,
            "lang_url": lang_url,
            "look": look(),
            "looks": LOOKS,
            "look_url": look_url,
            "text_size": text_size(),
            "hub_url": config.hub_url,
            "help_url": help_url("" if role == "hub" else config.hub_url, role),
        }


def _version_static_files(app: Flask) -> None:
    """Put a digest of the content in the address of style sheets and scripts, so that no old one is shown."""

    @app.url_defaults
    def add_version(endpoint: str, values: dict[str, Any]) -> None:
        owner = app.blueprints.get(endpoint.removesuffix(".static"))
        filename = str(values.get("filename", ""))
        if owner and owner.static_folder and filename.endswith((".css", ".js")):
            values.setdefault("v", _digest(Path(owner.static_folder) / filename))


@cache
def _digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()[:12] if path.is_file() else ""
