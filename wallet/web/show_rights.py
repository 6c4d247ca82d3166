"""Put rights and the export into the shapes of pages and files."""

from typing import Any

from flask_babel import gettext as _

from chassis.ui.filters import language, written_date
from consent.plain_text import Lang
from consent.transaction_log import ClaimInfo
from consent.wording import claim_label
from openid4vc.jose.numeric_date import from_numeric_date
from wallet.domain.rights import RightsKind, RightsState
from wallet.usecases.keep_rights import RightsView
from wallet.usecases.read_rights import certificate_in
from wallet.web.show import kind_name


def asked_rows(claims: tuple[ClaimInfo, ...]) -> list[tuple[str, list[str]]]:
    """Kinds of card with the names of the fields that were asked."""
    lang = _lang()
    return [
        (
            kind_name(one.credential_identifier),
            [claim_label(tuple(name.split(".")), lang) for name in one.claims if name != "*"]
            or [str(_("everything on it"))],
        )
        for one in claims
    ]


def concern(name: str) -> str:
    """What this wallet found wrong with a request, in words."""
    words = {
        "surplus": _("It asked more than it registered."),
        "not_registered": _("It showed no registration."),
        "registration_in_doubt": _("Its registration did not hold."),
        "request_not_trusted": _("We could not tell who asked."),
        "request_expired": _("The request was too old."),
    }
    return str(words.get(name) or _("The request itself was wrong (%(code)s).", code=name))


def state_words(view: RightsView) -> tuple[str, str, str]:
    """A state as a badge, its colour, and a sentence."""
    states = {
        RightsState.NOT_CERTAIN: (
            _("Not certain"),
            "warning",
            _("We sent it but got no answer. We will check. You do not have to do anything."),
        ),
        RightsState.RECEIVED: (_("Received"), "neutral", _waiting(view)),
        RightsState.EXTENDED: (
            _("Needs more time"),
            "neutral",
            _("They told in time that they need longer."),
        ),
        RightsState.IN_HAND: (_("Being looked into"), "neutral", _("The supervisor looks into it.")),
        RightsState.GRANTED: (_("Erased"), "safe", _("Everything that you asked for is erased.")),
        RightsState.PARTLY: (_("Erased in part"), "safe", _("A part must stay for now. Below you see why.")),
        RightsState.REFUSED: (_("Refused"), "warning", _("Nothing was erased. Below you see why.")),
        RightsState.CLOSED: (_("Closed"), "neutral", _("The supervisor has finished with it.")),
        RightsState.NOT_TAKEN: (
            _("Did not arrive"),
            "danger",
            _("Your request did not arrive. You can send it again."),
        ),
    }
    label, kind, sentence = states[view.state]
    return str(label), kind, str(sentence)


def answer(view: RightsView) -> dict[str, Any]:
    """A request with its certificate in words."""
    certificate, lang = certificate_in(view), _lang()
    erased, kept = [], []
    if certificate is not None:
        erased = [
            (
                _what(one.what),
                _fields(one.fields),
                _("This was already erased before.") if one.earlier else "",
                one.sha256,
            )
            for one in certificate.erased
        ]
        kept = [
            (
                _what(one.what),
                _fields(one.fields or ()),
                f"{one.why.in_language(lang)} ({one.rule})",
                written_date(from_numeric_date(one.until)) if one.until else _("Not known"),
            )
            for one in certificate.kept
        ]
    return {
        "certificate": certificate,
        "answered": None if certificate is None else from_numeric_date(certificate.decided_at),
        "erased": erased,
        "kept": kept,
        "words": state_words(view),
    }


def rights_member(view: RightsView) -> dict[str, Any]:
    """A request for developers."""
    certificate = certificate_in(view)
    return {
        "id": view.id,
        "kind": view.kind,
        "state": view.state,
        "reference": view.standing.reference,
        "answer_by": view.standing.due,
        "doubt": view.standing.doubt,
        "certificate": None
        if certificate is None
        else certificate.model_dump(mode="json", exclude_none=True),
        "signed_certificate": view.standing.certificate,
    }


def kind_words(view: RightsView) -> str:
    """What was asked, in a few words."""
    return str(
        _("Have my data erased") if view.kind is RightsKind.DELETION else _("Report to the supervisor")
    )


def _waiting(view: RightsView) -> str:
    if view.kind is RightsKind.REPORT:
        return str(_("The supervisor has your report."))
    return str(_("They have your request. They must answer within the term below."))


def _what(what: str) -> str:
    words = {
        "evidence": _("Proof of your mandate, with your identity"),
        "decision": _("The decision"),
        "answer_copies": _("Copies of the answer"),
        "account": _("Bank account"),
        "identity": _("Identity"),
    }
    year = what.removeprefix("assessment_")
    if year != what:
        return str(_("Income tax assessment of %(year)s", year=year))
    return str(words.get(what, what))


def _fields(fields: tuple[str, ...]) -> str:
    lang = _lang()
    ours = {"outcome": _("the outcome"), "steps": _("the calculation"), "decision": _("the decision")}
    return ", ".join(str(ours.get(name) or claim_label(tuple(name.split(".")), lang)) for name in fields)


def _lang() -> Lang:
    return "en" if language() == "en" else "nl"
