"""How large texts are: chosen with ?text=, remembered in one cookie for all services, kept after sign-out."""

from flask import Flask, Response, g, request

TEXT_SIZES = ("normal", "large", "largest")
COOKIE = "eenmalig_text"
YEAR = 365 * 24 * 3600


def register_text_size(app: Flask, *, secure: bool) -> None:
    """Remember a choice that the address makes."""

    @app.after_request
    def remember(response: Response) -> Response:
        if request.args.get("text") in TEXT_SIZES:
            response.set_cookie(
                COOKIE, text_size(), max_age=YEAR, secure=secure, httponly=True, samesite="Lax"
            )
        return response


def text_size() -> str:
    """Return what the address asks, else what the cookie remembers, else `normal`."""
    if "text_size" not in g:
        asked = (request.args.get("text"), request.cookies.get(COOKIE), TEXT_SIZES[0])
        g.text_size = next(name for name in asked if name in TEXT_SIZES)
    chosen: str = g.text_size
    return chosen
