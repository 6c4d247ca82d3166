"""Dutch first, English beside it: chosen with ?lang=, remembered in one cookie for all services."""

from pathlib import Path

from flask import Flask, Response, g, request
from flask_babel import Babel

from chassis.config import ServiceConfig
from chassis.origins import is_plain

LANGUAGES = ("nl", "en")
COOKIE = "eenmalig_lang"
YEAR = 365 * 24 * 3600


def register_language(app: Flask, config: ServiceConfig, *, translations: Path) -> None:
    """Choose the language of each request and load the catalogues of the chassis and of the service."""
    ours = Path(__file__).parent / "translations"
    Babel(
        app,
        default_locale=LANGUAGES[0],
        default_translation_directories=f"{translations.absolute()};{ours}",
        default_timezone="Europe/Amsterdam",
        locale_selector=language,
    )
    secure = not is_plain(config.public_url)

    @app.after_request
    def remember(response: Response) -> Response:
        if request.args.get("lang") in LANGUAGES:
            response.set_cookie(
                COOKIE, language(), max_age=YEAR, secure=secure, httponly=True, samesite="Lax"
            )
        return response


def language() -> str:
    """Return `nl` or `en`: what the address asks, else what the cookie remembers, else Dutch.

    Programs have no cookie: under /api/ the header Accept-Language decides (RFC 9110, 12.5.4).
    """
    if "language" not in g:
        asked = (request.args.get("lang"), request.cookies.get(COOKIE), _of_a_program(), LANGUAGES[0])
        g.language = next(name for name in asked if name in LANGUAGES)
    chosen: str = g.language
    return chosen


def _of_a_program() -> str | None:
    wanted = [tag.partition("-")[0] for tag in request.accept_languages.values()]
    ours = (tag for tag in wanted if tag in LANGUAGES)
    return next(ours, None) if request.path.startswith("/api/") else None
