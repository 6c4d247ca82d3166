"""A service with nothing in it but one view of each kind, to test the frame around it."""

from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, redirect, render_template_string, request, session
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response

from chassis.app import exempt_from_csrf, new_app
from chassis.config import ServiceConfig
from chassis.errors_http import DomainRefusal, api_errors, protocol_errors
from chassis.forms import form_once, json_body, query_once
from chassis.outbound import PeerUnreachable
from openid4vc.errors import CheckFailed, InvalidGrant, InvalidToken, Malformed


class MandateUsed(DomainRefusal):
    """A refusal as a service would make one."""

    code = "mandate_already_used"
    status = 409
    title = "This mandate was already used"
    hint = "Ask for a new one."


class DeskFull(DomainRefusal):
    """Not now, and nobody needs to look at it."""

    code = "desk_full"
    status = 503


ERRORS: dict[str, Exception] = {
    "invalid_grant": InvalidGrant("the code is used"),
    "invalid_token": InvalidToken("the token is unknown"),
    "check": CheckFailed("issuer_signature", "SECRET-REASON"),
    "malformed": Malformed("SECRET-REASON"),
    "domain": MandateUsed(),
    "full": DeskFull(),
    "peer": PeerUnreachable("peer.example", "SECRET-REASON"),
    "database": OperationalError("SELECT SECRET-REASON", {}, Exception("database is locked")),
    "bug": RuntimeError("SECRET-REASON"),
}


def config_in(folder: Path, **changes: Any) -> ServiceConfig:
    """Return settings as the demo has them."""
    settings: dict[str, Any] = {
        "public_url": "http://localhost:8009",
        "database_url": f"sqlite:///{folder}/frame.db",
        "secret_file": folder / "secret",
        "bind_port": 8009,
        "demo": True,
    }
    return ServiceConfig(**(settings | changes))


def make_app(config: ServiceConfig) -> Flask:
    """Return an app with protocol, api and pages."""
    app = new_app("tests.chassis.frame", config, role="wallet", translations=Path("translations"))
    protocol, api, pages = (Blueprint(name, __name__) for name in ("protocol", "api", "pages"))
    _add_views(protocol, "/protocol")
    _add_views(api, "/api/v1")
    _add_views(pages, "")
    _add_pages(pages)
    protocol_errors(protocol)
    api_errors(api)
    for blueprint in (protocol, api, pages):
        app.register_blueprint(blueprint)
    exempt_from_csrf(app, protocol, api)
    return app


def _add_views(blueprint: Blueprint, prefix: str) -> None:
    @blueprint.get(f"{prefix}/raise/<name>")
    def fail(name: str) -> str:
        raise ERRORS[name]

    @blueprint.post(f"{prefix}/form")
    def form() -> dict[str, Any]:
        return form_once()

    @blueprint.post(f"{prefix}/json")
    def json() -> dict[str, Any]:
        return {"length": len(json_body())}

    @blueprint.get(f"{prefix}/query")
    def query() -> dict[str, Any]:
        return query_once()


def _add_pages(blueprint: Blueprint) -> None:
    @blueprint.get("/page")
    def page() -> str:
        session["seen"] = "1"
        text = '{% from "macros.html" import csrf %}<p>{{ word }}{{ csrf() }}</p>'
        return render_template_string(text, word=request.args.get("word", ""))

    @blueprint.get("/undefined")
    def undefined() -> str:
        return render_template_string("{{ nothing_such }}")

    @blueprint.get("/away")
    def away() -> Response:
        return redirect("/page")
