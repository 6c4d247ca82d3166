"""What the pages about rights show: names of fields and terms, never a value."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from chassis.ui.filters import whole_in, written_date, written_moment
from consent.erasure import CERTIFICATE_TYP
from consent.erasure_grounds import EXTENSIONS, REFUSALS, Ground
from consent.plain_text import Lang
from consent.rights import ErasureCertificate, ReportToAuthority
from consent.wording import claim_label
from openid4vc.jose.jws import parse_jws
from openid4vc.jose.numeric_date import from_numeric_date
from verifier.domain.erasure import COPIES, DECISION, EVIDENCE, DeletionEntry
from verifier.domain.supervision import NEXT, ReportEntry
from verifier.ports import Ports
from verifier.usecases.answer_deletion_request import InboxItem
from verifier.web.labels import card_label
from verifier.web.views import lang_of


def inbox(entries: Sequence[DeletionEntry], ports: Ports, code: str) -> dict[str, Any]:
    """Both lists."""
    now = ports.clock()
    rows = [_row(entry, now) for entry in entries]
    return {
        "desk": ports.town.desk,
        "waiting": [row for row in rows if row["open"]],
        "answered": [row for row in rows if not row["open"]],
    }


def item(found: InboxItem, ports: Ports, code: str) -> dict[str, Any]:
    """One request, with what each answer would do; an answered one with its certificate."""
    lang, now, entry = lang_of(code), ports.clock(), found.entry
    clock = entry.clock()
    shown = {
        "desk": ports.town.desk,
        "id": entry.id,
        "row": _row(entry, now),
        "active": found.active,
        "purpose": found.mandate.purpose.text.in_language(lang),
        "mandate_id": found.mandate.mandate_id,
        "goes": [_goes(one.what, one.fields, bool(one.earlier), lang) for one in found.plan.erased],
        "stays": [
            _stays(one.what, one.fields or (), one.rule, one.why.in_language(lang), one.until, lang)
            for one in found.plan.kept
        ],
        "extendable": entry.is_open and entry.extended_at is None and not clock.is_late(now),
        "extensions": _options(EXTENSIONS.values(), lang),
        "refusals": _options(REFUSALS.values(), lang),
        "extended_because": _ground_text(EXTENSIONS.get(entry.extended_because or ""), lang),
        "certificate": None,
    }
    if entry.certificate:
        shown |= _answered(entry.certificate, lang)
    return shown


def reports(entries: Sequence[ReportEntry]) -> dict[str, Any]:
    """Reference, about whom, when and how far."""
    return {
        "rows": [
            {
                "reference": entry.reference,
                "about": ReportToAuthority.from_json(entry.report).common_name,
                "received": written_moment(entry.received_at),
                "state": report_state(entry.state),
            }
            for entry in entries
        ]
    }


def report(entry: ReportEntry, code: str) -> dict[str, Any]:
    """Who is reported, what was asked, what the wallet found, and whether the evidence holds."""
    said, lang = ReportToAuthority.from_json(entry.report), lang_of(code)
    return {
        "reference": entry.reference,
        "state": report_state(entry.state),
        "known_state": entry.state,
        "next": {"in_hand": _("Start to look into it"), "closed": _("Close it")}.get(
            NEXT.get(entry.state, "")
        ),
        "holds": entry.evidence_holds,
        "check": entry.evidence_check,
        "rows": [
            (_("About"), whole_in(said.common_name, said.party_identifier.identifier)),
            (_("Reported on"), written_moment(from_numeric_date(said.reported_at))),
            (_("Received on"), written_moment(entry.received_at)),
            (_("Reference"), entry.reference),
        ],
        "asked": _asked(said, lang),
        "concerns": [concern_text(name) for name in said.concerns],
        "words": said.words,
        "request_object": said.request_object,
    }


def report_state(state: str) -> str:
    """How far the supervisor is."""
    words = {
        "received": _("Received"),
        "in_hand": _("Being looked into"),
        "closed": _("Closed"),
    }
    return str(words[state])


def concern_text(name: str) -> str:
    """What the wallet found, in words; a name that is not ours as it is."""
    words = {
        "surplus": _("It asked more than it registered."),
        "forbidden": _("It asked something that may never be asked for this purpose."),
        "not_registered": _("It showed no registration."),
        "registration_in_doubt": _("Its registration did not hold."),
        "request_not_trusted": _("Nobody could tell who asked."),
        "request_faulty": _("The request itself was wrong."),
        "unwanted": _("The citizen did not expect this request."),
    }
    return str(words.get(name, name))


def what_label(what: str) -> str:
    """A group of values in words."""
    words = {
        EVIDENCE: _("Proof of your mandate, with your identity"),
        DECISION: _("The decision"),
        COPIES: _("Copies of the answer"),
    }
    return str(words.get(what) or card_label([what]))


def _answered(certificate: str, lang: Lang) -> dict[str, Any]:
    """The certificate as it was signed; it was signed here, so its content is ours."""
    said = ErasureCertificate.from_json(parse_jws(certificate, expected_typ=CERTIFICATE_TYP).payload)
    return {
        "certificate": certificate,
        "decision": said.decision,
        "reason": None if said.reason is None else said.reason.in_language(lang),
        "goes": [_goes(one.what, one.fields, bool(one.earlier), lang) for one in said.erased],
        "stays": [
            _stays(one.what, one.fields or (), one.rule, one.why.in_language(lang), one.until, lang)
            for one in said.kept
        ],
    }


def _row(entry: DeletionEntry, now: datetime) -> dict[str, Any]:
    clock = entry.clock()
    days = clock.days_left(now)
    return {
        "id": entry.id,
        "open": entry.is_open,
        "received": written_date(entry.received_at),
        "due": written_date(clock.due),
        "days": _days(days) if entry.is_open else "",
        "late": entry.is_open and days < 0,
        "extended": entry.extended_at is not None,
        "state": decision_label(entry.decision),
        "decided": written_date(entry.decided_at) if entry.decided_at else "",
    }


def decision_label(decision: str | None) -> str:
    """The answer in a word."""
    words = {
        "granted": _("Erased"),
        "partly": _("Erased in part"),
        "refused": _("Refused"),
    }
    return str(words.get(decision or "", _("Waiting")))


def _days(days: int) -> str:
    if days < 0:
        return str(_("Too late by days: %(days)s", days=-days))
    return str(_("Days left: %(days)s", days=days))


def _goes(what: str, fields: Sequence[str], earlier: bool, lang: Lang) -> tuple[str, list[str], str]:
    when = str(_("This was already erased before.")) if earlier else ""
    return what_label(what), _fields(fields, lang), when


def _stays(
    what: str, fields: Sequence[str], rule: str, why: str, until: int | None, lang: Lang
) -> tuple[str, list[str], str, str]:
    end = written_date(from_numeric_date(until)) if until else _("Not known")
    return what_label(what), _fields(fields, lang), f"{why} ({rule})", str(end)


def _asked(said: ReportToAuthority, lang: Lang) -> list[tuple[str, list[str]]]:
    """Cards of one kind of which the same was asked stand there once, with their number."""
    often = Counter((_kind(one.credential_identifier), tuple(one.claims)) for one in said.claims)
    return [
        (kind if number == 1 else _("%(kind)s, %(number)s times", kind=kind, number=number), fields)
        for (kind, claims), number in often.items()
        for fields in [_fields(claims, lang)]
    ]


def _fields(fields: Sequence[str], lang: Lang) -> list[str]:
    """Names as people know them; the two of a decision are ours."""
    ours = {"outcome": _("the outcome"), "steps": _("the calculation"), DECISION: _("the decision")}
    return [str(ours.get(name) or claim_label(tuple(name.split(".")), lang)) for name in fields]


def _kind(vct: str) -> str:
    """A type of card by the name in its address; one that we do not know as it is."""
    slug = next((part for part in reversed(vct.split("/")) if not part.isdigit()), vct)
    known = {
        "identity": _("Identity"),
        "income-assessment": _("Tax assessment"),
        "account-holder": _("Bank account"),
        "balance-statement": _("Balance statement"),
    }
    return str(known.get(slug, vct))


def _options(grounds: Iterable[Ground], lang: Lang) -> list[dict[str, str]]:
    return [{"value": one.code, "label": one.text.in_language(lang), "hint": one.rule} for one in grounds]


def _ground_text(ground: Ground | None, lang: Lang) -> str:
    return "" if ground is None else ground.text.in_language(lang)
