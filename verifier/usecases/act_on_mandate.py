"""The desk acts: it hands the request in at the authority, which decides whether the mandate is spent."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from openid4vc.jose import strict_json
from verifier.domain.filing import require_idempotency_key
from verifier.domain.mandate import Granted, MandateId, require_granted
from verifier.domain.refusals import AuthorityUnreachable, MandateNotGranted, refusal_of
from verifier.ports import Ports
from verifier.usecases.find_mandate import find_mandate


@dataclass(frozen=True, slots=True)
class Acted:
    """The authority's own words about mandate and decision."""

    mandate_id: MandateId
    answer: Mapping[str, Any]


def act_on_mandate(mandate_id: str, *, idempotency_key: str | None, ports: Ports) -> Acted:
    """Steps 1 to 3 and 9 of docs/flows/acting.md; repeating it with the same key is safe."""
    key = require_idempotency_key(idempotency_key)
    with ports.authority.lane() as free:
        if not free:
            raise AuthorityUnreachable
        return _act(mandate_id, key, ports)


def _act(mandate_id: str, key: str, ports: Ports) -> Acted:
    entry = find_mandate(mandate_id, now=ports.clock(), ports=ports)
    values = ports.store.register.values(MandateId(mandate_id))
    presentations = None if values is None else values.presentations
    if (
        values is None
        or presentations is None
        or (isinstance(entry.mandate, Granted) and not entry.mandate.released)
    ):
        require_granted(entry.mandate)
        raise MandateNotGranted
    filing = {
        "evidence": strict_json.loads(values.evidence),
        "presentations": strict_json.loads(presentations),
    }
    ports.audit("filing_sent", mandate=mandate_id, service=entry.service)
    answer = ports.authority.file(entry.service, filing, idempotency_key=key)
    if answer.status == 200:
        return Acted(MandateId(mandate_id), answer.body)
    refusal = refusal_of(str(answer.body.get("code", "")), status=answer.status)
    ports.audit("filing_refused", mandate=mandate_id, code=refusal.code if refusal else "unreachable")
    raise refusal or AuthorityUnreachable
