"""Step 10: sign what was written down before, one copy for each key."""

from collections.abc import Sequence
from dataclasses import dataclass

from chassis.audit import audit
from chassis.tokens import new_token, token_hash
from issuer.domain.credential import Envelope, StatusPlace, disclosable_in, payload
from issuer.domain.grant import Grant
from issuer.domain.issuance import Intent
from issuer.domain.organisation import Configuration
from issuer.domain.persona import Record
from issuer.domain.type_document import type_integrity
from issuer.ports import Ports
from openid4vc.errors import CredentialRequestDenied, TemporarilyUnavailable
from openid4vc.jose.keys import PublicKey
from openid4vc.sdjwt.issue import issue_sd_jwt_vc
from openid4vc.vci.credential import IssuedCredential


class SigningSuspended(CredentialRequestDenied):
    """Our own certificate is not valid now: nothing that nobody could verify is signed."""

    status = 503


@dataclass(frozen=True, slots=True)
class Order:
    """One configuration for one grant, one copy per key, with the data that goes into it."""

    grant: Grant
    configuration: Configuration
    record: Record
    keys: tuple[PublicKey, ...]

    def intent(self, notification_id: str) -> Intent:
        """What shall be written down before anything is signed."""
        return Intent(
            id=new_token(16),
            token_id=self.grant.token_id,
            organisation=self.grant.organisation,
            persona=self.grant.persona,
            configuration_id=self.configuration.id,
            notification_hash=token_hash(notification_id),
            key_thumbprints=tuple(key.thumbprint() for key in self.keys),
        )


def require_signer(organisation: str, *, ports: Ports) -> None:
    """Refuse before anything is spent while our certificate does not hold (RFC 5280, 6.1)."""
    if not ports.signers[organisation].valid_at(ports.clock()):
        audit("signing_suspended", organisation=organisation)
        raise SigningSuspended("this issuer cannot sign at the moment")


def read_record(persona: str, configuration: Configuration, *, ports: Ports) -> Record:
    """The data first: when its source is down nothing has been begun, and the wallet may come again."""
    try:
        return ports.record(persona, configuration.id)
    except OSError as cause:
        audit("source_unavailable", configuration=configuration.id)
        raise TemporarilyUnavailable("the data cannot be read at the moment") from cause


def sign_credentials(
    order: Order, intent: Intent, places: Sequence[StatusPlace], *, ports: Ports
) -> tuple[IssuedCredential, ...]:
    """One credential per key; the intent is durable already, so nothing is written any more."""
    credentials = tuple(
        IssuedCredential(credential=_sign(order, key, place, ports=ports))
        for key, place in zip(order.keys, places, strict=True)
    )
    audit(
        "credential_issued",
        organisation=intent.organisation,
        configuration=intent.configuration_id,
        copies=len(credentials),
    )
    return credentials


def _sign(order: Order, key: PublicKey, place: StatusPlace, *, ports: Ports) -> str:
    signer, kind = ports.signers[order.grant.organisation], order.configuration.type
    addresses = ports.addresses(order.grant.organisation)
    envelope = Envelope(key.jwk(), place, type_integrity(kind, addresses))
    return issue_sd_jwt_vc(
        payload(kind, order.record, addresses=addresses, envelope=envelope, now=ports.clock()),
        disclosable=disclosable_in(kind, order.record),
        key=signer.key,
        chain=signer.chain,
        random_bytes=ports.random_bytes,
    )
