"""Puts the hub together; the only module that sees all its rooms."""

from pathlib import Path
from typing import Any

from flask import Flask

from chassis.app import exempt_from_csrf, new_app, register_readiness
from chassis.clock import Clock, clock_for
from chassis.database import Database
from chassis.migrations import require_head
from demo.config import Config
from demo.library import read_library
from demo.ports import Ports
from demo.store.plays import Plays
from demo.web.api import api
from demo.web.pages import pages


def create_app(config: Config, *, clock: Clock | None = None, outbound: Any = None) -> Flask:
    """Return the hub; it calls nobody, so `outbound` is there only to look like its three neighbours."""
    app = new_app(__name__, config, role="hub", translations=Path(__file__).parent / "web" / "translations")
    database = Database(config.database_url)
    app.extensions["ports"] = Ports(
        clock=clock or clock_for(config), config=config, library=read_library(), plays=Plays(database)
    )
    register_readiness(app, lambda: require_head(database, "demo.store"))
    app.register_blueprint(pages)
    app.register_blueprint(api)
    exempt_from_csrf(app, api)
    return app
