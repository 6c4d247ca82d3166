"""Who is signed in at the mock desk, as far as the browser's session knows."""

from flask import session

from issuer.domain.persona import Persona
from issuer.usecases.refusals import NotSignedIn
from issuer.web.asking import ports


def signed_in() -> Persona | None:
    """None when nobody is."""
    return ports().personas.get(session.get("persona", ""))


def required() -> Persona:
    """Somebody, or NotSignedIn."""
    persona = signed_in()
    if persona is None:
        raise NotSignedIn
    return persona
