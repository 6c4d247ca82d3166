"""Pages that explain a code: the history names codes, and so does a message that went wrong."""

from flask import Blueprint, render_template
from werkzeug.exceptions import NotFound

from wallet.web.protocol_words import CODES
from wallet.web.whose import SENTENCES

pages_errors = Blueprint("pages_errors", __name__)


@pages_errors.get("/errors/<code>")
def explained(code: str) -> str:
    """What a code of the standards means; there for everybody, because it tells nothing about anybody."""
    return render_template("wallet/code.html", code=code, about=about_code(code), request_id=None)


def about_code(code: str) -> dict[str, str]:
    """Return the words of a code in the language of the page; NotFound for what is no code."""
    words = CODES.get(code)
    if words is None:
        raise NotFound
    return {
        "title": str(words.title),
        "happened": str(words.happened),
        "whose": str(SENTENCES[words.whose]),
        "next_step": str(words.next_step),
    }
