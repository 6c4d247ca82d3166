"""Which of the desk's purposes a question is asked for, so that the registration that fits goes along."""

from consent.over_ask import OverAskReport, check_question
from consent.purpose import Purpose
from openid4vc.dcql.query import DcqlQuery
from openid4vc.errors import InvalidRequest
from verifier.domain.refusals import ExceedsPurpose
from verifier.ports import Ports


def choose_purpose(query: DcqlQuery, *, stated: str | None, ports: Ports) -> str:
    """The stated purpose, ExceedsPurpose when it does not cover the question; else the one that fits best.

    Of the purposes that cover it the narrowest, so that a name is asked for a name and not for a tax matter.
    Where none covers it the nearest goes along: the wallet then says in what the question goes beyond it.
    """
    if stated is not None:
        _require_covered(query, stated, ports)
        return stated
    reports = {name: _judge(query, purpose, ports) for name, purpose in ports.purposes.items()}
    return min(reports, key=lambda name: (len(reports[name].too_much), _size(ports.purposes[name])))


def _require_covered(query: DcqlQuery, stated: str, ports: Ports) -> None:
    if stated not in ports.purposes:
        raise InvalidRequest(f"purpose must be one of {', '.join(ports.purposes)}")
    report = _judge(query, ports.purposes[stated], ports)
    if not report.passed:
        fields = (".".join(map(str, (one.query_id, *one.path))) for one in report.too_much)
        ports.audit("request_refused", check=ExceedsPurpose.code, purpose=stated, fields=",".join(fields))
        raise ExceedsPurpose


def _judge(query: DcqlQuery, purpose: Purpose, ports: Ports) -> OverAskReport:
    issuer = ports.addresses.issuer
    return check_question(query, purpose=purpose, vct_of=lambda vct: vct.replace("{issuer}", issuer))


def _size(purpose: Purpose) -> int:
    return sum(len(card.claims) for card in purpose.data)
