"""Headers of every answer: nothing inline, nothing framed, nothing cached but static files."""

from flask import Flask, Response, request

from chassis.config import ServiceConfig
from chassis.origins import is_plain

YEAR = 365 * 24 * 3600
FIXED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}


def content_security_policy(config: ServiceConfig) -> str:
    """Return the policy; a form may also lead to the peers that the configuration names.

    Browsers hold form-action against redirects after a form too, so a wallet must name where it sends people.
    """
    origins = (*config.http_origins, *config.peer_origins, *config.routes, config.hub_url)
    targets = " ".join(["'self'", *sorted({origin for origin in origins if origin})])
    return (
        "default-src 'none'; img-src 'self' data:; style-src 'self'; script-src 'self'; font-src 'self'; "
        f"connect-src 'self'; form-action {targets}; frame-ancestors 'none'; base-uri 'none'"
    )


def register_headers(app: Flask, config: ServiceConfig) -> None:
    """Put the headers on every answer, refusals and static files included."""
    fixed = FIXED | {"Content-Security-Policy": content_security_policy(config)}
    if not is_plain(config.public_url):
        fixed |= {"Strict-Transport-Security": f"max-age={YEAR}; includeSubDomains"}

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in fixed.items():
            response.headers.setdefault(name, value)
        if is_static():
            response.headers["Cache-Control"] = "public, max-age=3600"
        else:
            response.headers.setdefault("Cache-Control", "no-store")
            response.vary.add("Cookie")
        return response


def is_static() -> bool:
    """Tell whether the present request is for a static file."""
    return (request.endpoint or "").rpartition(".")[2] == "static"
