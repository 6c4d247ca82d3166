"""What holds for every request before any view sees it: fields once, in UTF-8, from our own pages."""

from flask import Flask, request
from werkzeug.exceptions import Forbidden, UnsupportedMediaType

from chassis.forms import FORM, fields_once, require_once

UNREAD = ("multipart/form-data", "text/plain")


def register_entrance(app: Flask, *, public_url: str) -> None:
    """Refuse doubled fields, bad UTF-8, uploads, and forms that another site submits."""

    @app.before_request
    def refuse_ambiguity() -> None:
        body = request.get_data(cache=True)
        names = list(fields_once(request.query_string))
        if body and request.mimetype == FORM:
            names += fields_once(body)
        require_once(names)
        if body and request.mimetype in UNREAD:
            raise UnsupportedMediaType

    @app.before_request
    def refuse_other_sites() -> None:
        exempt = request.blueprint in app.extensions["csrf_exempt"]
        if exempt or request.method in ("GET", "HEAD", "OPTIONS"):
            return
        if request.headers.get("Origin", public_url) != public_url:
            raise Forbidden
