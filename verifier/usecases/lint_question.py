"""Whether a question stays inside the purpose register, before anybody is asked."""

from consent.lint import LintReport, lint_request
from consent.mandate import Mandate
from consent.over_ask import check_question, mandate_excess
from consent.scope import covers_exactly
from openid4vc.dcql.query import DcqlQuery
from verifier.domain.refusals import ExceedsPurpose, UnknownService
from verifier.ports import Ports


def lint_question(text: str, *, service: str, ports: Ports) -> LintReport:
    """Line by line, for a developer and for whoever must answer for the question."""
    purpose = ports.purposes.get(service)
    if purpose is None:
        raise UnknownService
    return lint_request(text.encode(), purpose, issuer=ports.addresses.issuer)


def require_within_purpose(mandate: Mandate, query: DcqlQuery, *, service: str, ports: Ports) -> None:
    """ExceedsPurpose for a question or a mandate that the register does not allow; before it exists."""
    purpose = ports.purposes[service]
    excess = mandate_excess(mandate, purpose)
    report = check_question(
        query, purpose=purpose, vct_of=lambda template: template.replace("{issuer}", ports.addresses.issuer)
    )
    if excess or not report.passed or not covers_exactly(mandate, query):
        fields = (".".join(map(str, (one.query_id, *one.path))) for one in report.too_much)
        ports.audit("request_refused", check="exceeds_purpose", fields=",".join((*excess, *fields)))
        raise ExceedsPurpose
