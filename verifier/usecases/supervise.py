"""The supervisor of this demonstration takes a report in, judges its evidence and moves it on."""

from typing import Final

from consent.rights import ReportToAuthority
from openid4vc.errors import CheckFailed, Malformed
from openid4vc.jose.jws import parse_jws, verify_jws
from openid4vc.jose.numeric_date import moment_of
from openid4vc.jose.x5c import parse_x5c, verify_x5c
from openid4vc.trust.certificates import certificate_names
from openid4vc.vp.request_object import REQUEST_OBJECT_TYP
from verifier.domain.rights_refusals import MalformedRightsMessage, TooManyReports, UnknownRightsRequest
from verifier.domain.supervision import EVIDENCE_HOLDS, NEXT, RECEIVED, ReportEntry
from verifier.ports import Ports

REFERENCE: Final = "TZH"


def receive_report(body: bytes, *, ports: Ports) -> ReportEntry:
    """Anybody may report; the same report once more gets the same reference (TS8)."""
    now = ports.clock()
    try:
        report = ReportToAuthority.from_json(body)
    except Malformed as cause:
        raise MalformedRightsMessage from cause
    known = ports.store.reports.find(report.report_id)
    if known is not None:
        return known
    if ports.store.reports.is_full():
        raise TooManyReports
    entry = ReportEntry(
        id=report.report_id,
        reference=f"{REFERENCE}-{now:%Y}-{ports.new_token(5)}",
        state=RECEIVED,
        report=report.to_json(),
        evidence_check=_judge(report, ports),
        received_at=now,
    )
    if not ports.store.reports.receive(entry):
        return read_report(report.report_id, ports=ports)
    ports.audit("report_received", reference=entry.reference, evidence=entry.evidence_check)
    return entry


def read_report(report_id: str, *, ports: Ports) -> ReportEntry:
    """For its sender, who alone knows this id."""
    found = ports.store.reports.find(report_id)
    if found is None:
        raise UnknownRightsRequest
    return found


def open_report(reference: str, *, ports: Ports) -> ReportEntry:
    """For the supervisor, by the number on it."""
    found = ports.store.reports.by_reference(reference)
    if found is None:
        raise UnknownRightsRequest
    return found


def move_report(reference: str, *, known_state: str, ports: Ports) -> None:
    """One step on; pressing twice does nothing more."""
    open_report(reference, ports=ports)
    if known_state in NEXT and ports.store.reports.move_on(
        reference, known_state=known_state, at=ports.clock()
    ):
        ports.audit("report_moved", reference=reference, state=NEXT[known_state])


def _judge(report: ReportToAuthority, ports: Ports) -> str:
    """Whether the request is signed, at the time it names, by who is reported; a check by its name if not."""
    try:
        unverified = parse_jws(report.request_object, expected_typ=REQUEST_OBJECT_TYP)
        signed_at = moment_of(unverified.claims(), "iat")
        if signed_at is None:
            return "request_time"
        chain = verify_x5c(parse_x5c(unverified.header), anchors=ports.trust.access_anchors, now=signed_at)
        verify_jws(unverified, key=chain.key, check="request_signature")
    except CheckFailed as failed:
        return failed.check
    except Malformed:
        return "request_form"
    same = certificate_names(chain.leaf).identifier == report.party_identifier.identifier
    return EVIDENCE_HOLDS if same else "request_party"
