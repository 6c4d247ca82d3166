"""The verifier as it is, or over another store."""

from dataclasses import replace
from typing import Any

from flask import Flask

from bench.http.memory_store import MemoryStore
from bench.http.orm_build import OrmStore, end_session
from chassis.secret_file import read_secret
from verifier.app import create_app
from verifier.config import Config


def _over(store: Any, app: Flask) -> Flask:
    app.extensions["ports"] = replace(app.extensions["ports"], store=store)
    return app


def build_app(kind: str, config: Config) -> Flask:
    """The product, or the same application with another store behind its ports."""
    app = create_app(config)
    if kind == "memory":
        return _over(MemoryStore.filled_from(app.extensions["ports"].store), app)
    if kind == "orm":
        app.teardown_request(end_session)
        return _over(OrmStore.over(config.database_url, secret=read_secret(config.secret_file)), app)
    return app
