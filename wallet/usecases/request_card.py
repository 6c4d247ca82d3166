"""Request the copies of one card: fresh keys, proofs of them, the issuer's answer, and every check."""

from collections.abc import Sequence
from dataclasses import dataclass

from openid4vc.errors import CheckFailed, Malformed
from openid4vc.jose.keys import SigningKey
from openid4vc.status.status_list import require_valid
from openid4vc.status.token import STATUS_LIST_MEDIA_TYPE, verify_status_list_token
from openid4vc.vci.credential import CredentialRequest, CredentialResponse
from openid4vc.vci.notification import NotificationRequest
from openid4vc.vci.proof import make_key_proof
from wallet.domain.access import Access
from wallet.domain.card import CopyId
from wallet.domain.fresh import FreshCopy, HolderKey, bound_copies, references
from wallet.domain.peer import PeerNonsense, PeerRefused, PeerSilent
from wallet.domain.sealing import Signer
from wallet.domain.source import OfferedCard, Source
from wallet.ports import Ports
from wallet.usecases.chance import new_id
from wallet.usecases.envelope import ask_issuer
from wallet.usecases.get_access import proofs_of
from wallet.usecases.prove_client import ClientProofs
from wallet.usecases.trusted_issuers import trusted_issuers

FAILURES = (CheckFailed, Malformed, PeerSilent, PeerRefused, PeerNonsense)


@dataclass(frozen=True, slots=True)
class Promise:
    """The issuer has no card yet: what to ask for later, and not before so many seconds (9)."""

    transaction_id: str
    interval: int


@dataclass(frozen=True, slots=True)
class Batch:
    """What came of one card: copies, a promise, or neither when it was discarded."""

    card: OfferedCard
    keys: tuple[HolderKey, ...]
    copies: tuple[FreshCopy, ...] = ()
    promise: Promise | None = None
    notification_id: str | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Dealing:
    """Asking one issuer with one token."""

    source: Source
    access: Access
    proofs: ClientProofs

    @classmethod
    def begin(cls, source: Source, access: Access, *, ports: Ports) -> "Dealing":
        """Nonces that the issuer gives are remembered for all cards of this dealing."""
        return cls(source, access, proofs_of(access, source, ports=ports))


def request_card(dealing: Dealing, card: OfferedCard, *, signer: Signer, ports: Ports) -> Batch:
    """Ask for as many copies as we want; a failed check discards them all."""
    keys = [SigningKey.generate() for _ in range(dealing.source.copies)]
    holders = tuple(_holder(key, signer, ports) for key in keys)
    try:
        response = _ask_twice(dealing, card, keys, ports)
    except FAILURES as cause:
        _discarded(card, cause, ports)
        return Batch(card, holders)
    return judge_response(response, dealing, card, holders, ports=ports)


def judge_response(
    response: CredentialResponse,
    dealing: Dealing,
    card: OfferedCard,
    holders: tuple[HolderKey, ...],
    *,
    ports: Ports,
) -> Batch:
    """Every check of what an issuer answered, now or to a promise."""
    if response.transaction_id is not None:
        return Batch(card, holders, promise=Promise(response.transaction_id, response.interval or 0))
    try:
        credentials = [issued.credential for issued in response.credentials or ()]
        copies = _checked(credentials, dealing, card, holders, ports)
    except FAILURES as cause:
        _discarded(card, cause, ports)
        return Batch(card, holders, notification_id=response.notification_id)
    return Batch(card, holders, copies, notification_id=response.notification_id)


def tell_issuer(dealing: Dealing, batches: Sequence[Batch], *, ports: Ports) -> None:
    """Tell the issuer how each card fared; whether it hears us changes nothing (11)."""
    endpoint = dealing.source.endpoints.notification
    for batch in batches:
        if endpoint is None or batch.notification_id is None:
            continue
        event = NotificationRequest(
            notification_id=batch.notification_id,
            event="credential_accepted" if batch.copies else "credential_failure",
        )
        try:
            ports.issuers.notify(endpoint, event, proofs=dealing.proofs)
        except PeerSilent:
            ports.audit("notification_unheard", configuration=batch.card.configuration_id)


def _holder(key: SigningKey, signer: Signer, ports: Ports) -> HolderKey:
    id = CopyId(new_id(ports))
    return HolderKey(id, key.public, signer.seal_key(key, id=id))


def _discarded(card: OfferedCard, cause: Exception, ports: Ports) -> None:
    check = cause.check if isinstance(cause, CheckFailed) else type(cause).__name__
    ports.audit("card_discarded", configuration=card.configuration_id, check=check)


def _ask_twice(
    dealing: Dealing, card: OfferedCard, keys: list[SigningKey], ports: Ports
) -> CredentialResponse:
    """A nonce that was no longer good is worth one more try (W-07)."""
    try:
        return _ask(dealing, card, keys, ports)
    except PeerRefused as refused:
        if refused.error != "invalid_nonce":
            raise
        return _ask(dealing, card, keys, ports)


def _ask(dealing: Dealing, card: OfferedCard, keys: list[SigningKey], ports: Ports) -> CredentialResponse:
    """By identifier if and only if the token came with identifiers (OpenID4VCI 1.0, 8.2)."""
    nonce = ports.issuers.nonce(dealing.source.endpoints.nonce, proofs=dealing.proofs)
    identifiers = dealing.access.token.identifiers(card.configuration_id)
    request = CredentialRequest(
        credential_configuration_id=None if identifiers else card.configuration_id,
        credential_identifier=identifiers[0] if identifiers else None,
        proof_type="attestation" if card.proof_type == "attestation" else "jwt",
        proofs=_proofs(dealing, card, keys, nonce, ports),
    )
    endpoint = dealing.source.endpoints.credential
    body = ask_issuer(endpoint, request.to_json(), dealing.source, dealing.proofs, ports=ports)
    return CredentialResponse.parse(body)


def _proofs(
    dealing: Dealing, card: OfferedCard, keys: list[SigningKey], nonce: str, ports: Ports
) -> tuple[str, ...]:
    """One proof a key; where keys must be attested, one attestation of all of them (HAIP 1.0, 4.5.1)."""
    now, client = ports.clock(), ports.client
    attestation = None
    if card.attested_keys:
        if client.provider is None:
            raise CheckFailed("key_attestation", "this wallet has no provider to vouch for its keys")
        attestation = client.provider.attest_keys([key.public for key in keys], nonce=nonce, now=now)
        if card.proof_type == "attestation":
            return (attestation,)
    return tuple(
        make_key_proof(
            key,
            audience=dealing.source.issuer.id,
            nonce=nonce,
            iat=now,
            client_id=client.id if dealing.access.named else None,
            key_attestation=attestation,
        )
        for key in (keys if attestation is None else keys[:1])
    )


def _checked(
    credentials: Sequence[str],
    dealing: Dealing,
    card: OfferedCard,
    holders: tuple[HolderKey, ...],
    ports: Ports,
) -> tuple[FreshCopy, ...]:
    copies = bound_copies(
        credentials,
        holders,
        issuer_id=dealing.source.issuer.id,
        card=card,
        trusted=trusted_issuers(ports=ports),
        now=ports.clock(),
    )
    _require_valid_now(copies, ports)
    return copies


def _require_valid_now(copies: tuple[FreshCopy, ...], ports: Ports) -> None:
    """Fetch each status list once; a card that is withdrawn on arrival is no card."""
    for uri, (chain, places) in references(copies).items():
        token = ports.issuers.document(uri, accept=STATUS_LIST_MEDIA_TYPE)
        statuses = verify_status_list_token(
            token.decode("ascii", errors="replace").strip(),
            expected_uri=uri,
            expected_chain=chain,
            anchors=copies[0].verified.issuer.anchors,
            now=ports.clock(),
        )
        for place in places:
            require_valid(statuses.status_at(place.idx))
