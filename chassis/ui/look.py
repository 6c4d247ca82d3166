"""Light or dark: chosen with ?look=, remembered in one cookie for all services; else the device decides."""

from flask import Flask, Response, g, request

LOOKS = ("device", "light", "dark")
COOKIE = "eenmalig_look"
YEAR = 365 * 24 * 3600


def register_look(app: Flask, *, secure: bool) -> None:
    """Remember a choice that the address makes."""

    @app.after_request
    def remember(response: Response) -> Response:
        if request.args.get("look") in LOOKS:
            response.set_cookie(COOKIE, look(), max_age=YEAR, secure=secure, httponly=True, samesite="Lax")
        return response


def look() -> str:
    """Return what the address asks, else what the cookie remembers, else `device`."""
    if "look" not in g:
        asked = (request.args.get("look"), request.cookies.get(COOKIE), LOOKS[0])
        g.look = next(name for name in asked if name in LOOKS)
    chosen: str = g.look
    return chosen
