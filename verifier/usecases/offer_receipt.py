"""Offer the receipt of a grant: to the wallet that gave it, and to the browser that asked for it."""

from chassis.tokens import same_token, token_hash
from openid4vc.vci.offer import CredentialOffer, Grants, OfferReference, PreAuthorizedCodeGrant, offer_uri
from verifier.domain.mandate import Granted, MandateId, require_granted
from verifier.domain.presentation import SHARED, Answered
from verifier.domain.receipt import CODE_LIFE, CONFIGURATION, offer_secret
from verifier.domain.receipt_refusals import NoReceiptsHere, ReceiptNotOffered
from verifier.ports import Ports
from verifier.usecases.describe_receipts import receipt_addresses, receipt_issuer
from verifier.usecases.find_mandate import find_mandate
from verifier.usecases.hear_grantor import RECEIPT_OFFER, hear_reader


def receipt_link(mandate_id: str, *, ports: Ports) -> str:
    """Where the offer of this receipt is fetched; who knows it may collect, so only two parties are told."""
    secret = offer_secret(receipt_issuer(ports=ports).link_key, mandate_id)
    return receipt_addresses(ports=ports).offer(mandate_id, secret)


def link_for_answer(answered: Answered, *, ports: Ports) -> str | None:
    """What the wallet that gave a mandate just now is told beside its way back; others are told nothing."""
    if answered.mandate_id is None or answered.outcome != SHARED or ports.receipt_issuer is None:
        return None
    return receipt_link(answered.mandate_id, ports=ports)


def link_by_statement(mandate_id: str, statement: str, *, ports: Ports) -> str:
    """For a wallet that lost our answer: the key that signed the grant asks."""
    entry = hear_reader(mandate_id, statement, address=RECEIPT_OFFER, now=ports.clock(), ports=ports)
    require_granted(entry.mandate)
    return receipt_link(mandate_id, ports=ports)


def offer_receipt(mandate_id: str, secret: str, *, ports: Ports) -> CredentialOffer:
    """A fresh code at each fetch, the older one void, until a wallet says that it has the receipt."""
    if not same_token(secret, offer_secret(receipt_issuer(ports=ports).link_key, mandate_id)):
        raise NoReceiptsHere
    now, code = ports.clock(), ports.new_token(32)
    offered = ports.store.receipts.offer(
        MandateId(mandate_id), token_hash(code), until=now + CODE_LIFE, now=now
    )
    if not offered:
        raise ReceiptNotOffered
    ports.audit("receipt_offered", mandate=mandate_id)
    return CredentialOffer(
        credential_issuer=receipt_addresses(ports=ports).credential_issuer,
        credential_configuration_ids=(CONFIGURATION,),
        grants=Grants(pre_authorized_code=PreAuthorizedCodeGrant(pre_authorized_code=code)),
    )


def links_for_wallets(mandate_id: str, *, ports: Ports) -> tuple[str, str] | None:
    """For our wallet and for any other; none where nothing can be collected (any more)."""
    if ports.receipt_issuer is None:
        return None
    entry = find_mandate(mandate_id, now=ports.clock(), ports=ports)
    known = ports.store.receipts.find(mandate_id)
    if not isinstance(entry.mandate, Granted) or (known is not None and known.kept_at is not None):
        return None
    reference = OfferReference(receipt_link(mandate_id, ports=ports))
    return offer_uri(reference, f"{ports.addresses.wallet}/offer"), offer_uri(reference)
