"""The floor of the HTTP rows: the same frame, the same server, and nothing to do."""

from flask import Flask, Response, jsonify

EMPTY = "/bench/empty"


def with_empty_endpoint(app: Flask) -> Flask:
    """Add an endpoint that answers an empty JSON object."""
    app.add_url_rule(EMPTY, "bench_empty", _empty)
    return app


def _empty() -> Response:
    return jsonify({})
