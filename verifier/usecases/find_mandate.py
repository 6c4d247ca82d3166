"""Look a mandate up, as it is at this moment."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from consent.mandate import Mandate, decode_mandate
from openid4vc.jose import strict_json
from openid4vc.jose.keys import PublicKey
from verifier.domain.mandate import as_of
from verifier.domain.records import RegisterEntry
from verifier.domain.refusals import StatementRefused, UnknownMandate
from verifier.ports import Ports


@dataclass(frozen=True, slots=True)
class FoundMandate:
    """A register entry with the document that was shown and signed."""

    entry: RegisterEntry
    document: Mandate


def find_mandate(mandate_id: str, *, now: datetime, ports: Ports) -> RegisterEntry:
    """The entry with expiry applied."""
    entry = ports.store.register.find(mandate_id)
    if entry is None:
        raise UnknownMandate
    return replace(entry, mandate=as_of(entry.mandate, now=now))


def read_mandate(mandate_id: str, *, ports: Ports) -> FoundMandate:
    """State and text; no values of the citizen are in it."""
    entry = find_mandate(mandate_id, now=ports.clock(), ports=ports)
    return FoundMandate(entry, decode_mandate(entry.transaction_data))


def read_known(mandate_ids: Iterable[str], *, ports: Ports) -> list[FoundMandate]:
    """Those of the given mandates that the register still knows, in the same order."""
    known = ((mandate_id, ports.store.register.find(mandate_id)) for mandate_id in mandate_ids)
    return [read_mandate(mandate_id, ports=ports) for mandate_id, entry in known if entry is not None]


def grantor_of(entry: RegisterEntry) -> PublicKey:
    """The key that signed the grant; nobody may speak for a mandate that nobody granted."""
    if entry.grantor_jwk is None:
        raise StatementRefused
    jwk = strict_json.loads(entry.grantor_jwk)
    return PublicKey.from_jwk(jwk)
