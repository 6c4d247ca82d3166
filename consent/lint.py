"""Whether a request stays inside its purpose, with the line at fault, before anybody is asked."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from pydantic import ValidationError

from consent.field_verdict import ALLOWED, LEAVE_OUT, MINIMISATION, FieldVerdict, Verdict
from consent.json_lines import JsonLines, Place
from consent.mandate import Mandate, decode_mandate
from consent.over_ask import check_question, mandate_excess
from consent.purpose import Purpose, days_of
from consent.scope import covers_exactly
from consent.wording import Bilingual, path_name
from openid4vc.dcql.query import DcqlQuery, parse_dcql
from openid4vc.errors import InvalidRequest, InvalidTransactionData, Malformed
from openid4vc.jose import strict_json

_ORIGIN: Final = re.compile(r"https?://[^/]+")
_TERM: Final = re.compile(r"P[1-9][0-9]{0,3}D")
_REQUEST: Final = "OpenID4VP 1.0, 5"
_MANDATE: Final = "OpenID4VP 1.0, 8.4"
_WHERE: Final[Mapping[str, str]] = {"validity": "expires_at", "rung": "type", "retention": "data"}
_EXCESS: Final[Mapping[str, Bilingual]] = {
    "rung": Bilingual("Dit doel heeft geen machtiging.", "This purpose has no mandate."),
    "purpose": Bilingual("De machtiging is voor een ander doel.", "The mandate is for another purpose."),
    "actions": Bilingual(
        "De machtiging staat meer toe dan het doel.", "The mandate allows more than the purpose."
    ),
    "tax_years": Bilingual("De machtiging gaat over andere jaren.", "The mandate is about other years."),
    "excludes": Bilingual("De machtiging sluit te weinig uit.", "The mandate excludes too little."),
    "receives_decision": Bilingual(
        "De beslissing is alleen voor de burger.", "The decision is for the citizen only."
    ),
    "validity": Bilingual("De machtiging duurt te lang.", "The mandate lasts too long."),
    "retention": Bilingual("De gegevens worden te lang bewaard.", "The data are kept too long."),
    "data": Bilingual("De machtiging noemt te veel gegevens.", "The mandate names too many data."),
}

_NO_JSON = Bilingual("Dit is geen JSON met één betekenis.", "This is not JSON with one meaning.")
_NO_QUERY = Bilingual("Hier staat geen vraag aan een wallet.", "There is no question to a wallet here.")
_OTHER = Bilingual("Dit doel staat niet in het register.", "This purpose is not in the register.")
_TOO_LONG = Bilingual("De gegevens worden te lang bewaard.", "The data are kept too long.")
_TOO_LATE = Bilingual("De machtiging duurt te lang.", "The mandate lasts too long.")
_NO_MANDATE = Bilingual("Dit is geen machtiging die klopt.", "This is not a mandate that holds.")
_OTHER_DATA = Bilingual(
    "De machtiging noemt andere gegevens dan de vraag.", "The mandate names other data than the question."
)


@dataclass(frozen=True, slots=True)
class Finding:
    """What there is to say about one line of a request."""

    line: int
    field: str
    verdict: Verdict
    rule: str
    reason: Bilingual
    milder: Bilingual | None


@dataclass(frozen=True, slots=True)
class LintReport:
    """Every finding in the order of the text: the page about proportionality, and the verdict."""

    findings: tuple[Finding, ...]

    @property
    def passed(self) -> bool:
        """Whether something is asked and nothing of it too much."""
        return bool(self.findings) and not self.faults

    @property
    def faults(self) -> tuple[Finding, ...]:
        """The findings for which a request may not be made."""
        return tuple(finding for finding in self.findings if finding.verdict not in ALLOWED)


def lint_request(text: bytes, purpose: Purpose, *, issuer: str | None = None) -> LintReport:
    """Judge a DCQL query, or a request with `dcql_query`, against a purpose; never an exception.

    Beside the query it reads `purpose`, `retention`, `validity_days` and `transaction_data` where they are
    there. Types may be written with `{issuer}`; without `issuer`, any host passes for it.
    """
    try:
        request = strict_json.loads_object(text)
        lines = JsonLines(text.decode("utf-8"))
    except Malformed as refusal:
        line = refusal.__cause__.lineno if isinstance(refusal.__cause__, json.JSONDecodeError) else 1
        return LintReport((_fault(line, "request", _NO_JSON, rule=_REQUEST),))
    at: Place = () if "credentials" in request else ("dcql_query",)
    vct_of = _templated if issuer is None else _filled_in(issuer)
    found = [*_terms(request, purpose, lines)]
    try:
        query = parse_dcql(_with_types(request if not at else request.get("dcql_query"), vct_of))
    except InvalidRequest:
        return _report([*found, _fault(lines.line(at), "dcql_query", _NO_QUERY, rule=_REQUEST)])
    judged = check_question(query, purpose=purpose, vct_of=vct_of).fields
    found += [_finding(verdict, lines.line(_place(verdict, query, at))) for verdict in judged]
    found += _mandates(request, purpose, query, lines)
    return _report(found)


def _report(found: list[Finding]) -> LintReport:
    return LintReport(tuple(sorted(found, key=lambda finding: finding.line)))


def _terms(request: Mapping[str, Any], purpose: Purpose, lines: JsonLines) -> Iterator[Finding]:
    """The purpose and the terms that a request names itself."""
    if request.get("purpose", purpose.code) != purpose.code:
        yield _fault(lines.line(("purpose",)), "purpose", _OTHER)
    retention = request.get("retention", purpose.retention)
    if not _is_term(retention) or days_of(retention) > purpose.longest_retention.days:
        milder = Bilingual(f"Hoogstens {purpose.retention}.", f"At most {purpose.retention}.")
        yield replace(_fault(lines.line(("retention",)), "retention", _TOO_LONG), milder=milder)
    validity = request.get("validity_days", purpose.validity_days)
    if type(validity) is not int or not 0 < validity <= purpose.validity_days:
        days = purpose.validity_days
        milder = Bilingual(f"Hoogstens {days} dagen.", f"At most {days} days.")
        yield replace(_fault(lines.line(("validity_days",)), "validity_days", _TOO_LATE), milder=milder)


def _is_term(retention: object) -> bool:
    return isinstance(retention, str) and _TERM.fullmatch(retention) is not None


def _mandates(
    request: Mapping[str, Any], purpose: Purpose, query: DcqlQuery, lines: JsonLines
) -> Iterator[Finding]:
    """The mandates that a request proposes, as objects or as the strings that are signed."""
    entries = request.get("transaction_data", [])
    for index, entry in enumerate(entries if isinstance(entries, list) else [entries]):
        place: Place = ("transaction_data", index)
        mandate = _read_mandate(entry)
        if mandate is None:
            yield _fault(lines.line(place), "transaction_data", _NO_MANDATE, rule=_MANDATE)
            continue
        for code in mandate_excess(mandate, purpose):
            line = lines.line((*place, _WHERE.get(code, code)))
            yield _fault(line, f"mandate.{code}", _EXCESS[code])
        if not covers_exactly(mandate, query):
            yield _fault(lines.line((*place, "data")), "mandate.data", _OTHER_DATA, rule=_MANDATE)


def _read_mandate(entry: object) -> Mandate | None:
    try:
        if isinstance(entry, str):
            return decode_mandate(entry)
        mandate = Mandate.model_validate_json(strict_json.dumps(entry))
        return decode_mandate(mandate.encode())
    except (InvalidTransactionData, ValidationError):
        return None


def _with_types(query: Any, vct_of: Callable[[str], str]) -> Any:
    """The same query with `{issuer}` filled in, or put in the place of every host."""
    if not isinstance(query, dict) or not isinstance(query.get("credentials"), list):
        return query
    return query | {"credentials": [_with_type(one, vct_of) for one in query["credentials"]]}


def _with_type(credential: Any, vct_of: Callable[[str], str]) -> Any:
    match credential:
        case {"meta": {"vct_values": [*types], **rest}}:
            changed = [vct_of(one) if isinstance(one, str) else one for one in types]
            return credential | {"meta": rest | {"vct_values": changed}}
    return credential


def _templated(vct: str) -> str:
    return _ORIGIN.sub("{issuer}", vct, count=1)


def _filled_in(issuer: str) -> Callable[[str], str]:
    return lambda vct: vct.replace("{issuer}", issuer)


def _place(verdict: FieldVerdict, query: DcqlQuery, at: Place) -> Place:
    """Of a field its place in the list of claims, of a card its type."""
    index = query.ids.index(verdict.query_id)
    card: Place = (*at, "credentials", index)
    if not verdict.path:
        return (*card, "meta")
    claims = query.credentials[index].claims or ()
    return (*card, "claims", next(n for n, claim in enumerate(claims) if claim.path == verdict.path), "path")


def _finding(verdict: FieldVerdict, line: int) -> Finding:
    name = f"{verdict.query_id}.{path_name(verdict.path)}" if verdict.path else verdict.query_id
    return Finding(line, name, verdict.verdict, verdict.rule, verdict.reason, verdict.milder)


def _fault(line: int, field: str, reason: Bilingual, *, rule: str = MINIMISATION) -> Finding:
    """What is not what it should be is forbidden; what is too much is surplus."""
    verdict: Verdict = "surplus" if rule == MINIMISATION else "forbidden"
    return Finding(line, field, verdict, rule, reason, LEAVE_OUT)
