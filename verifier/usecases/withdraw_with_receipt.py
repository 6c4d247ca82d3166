"""Withdraw a mandate by presenting its receipt at its revocation address; the database decides."""

from datetime import datetime, timedelta

from chassis.tokens import same_token, token_hash
from consent.mandate import decode_mandate
from consent.receipts import GrantReceipt
from openid4vc.errors import CheckFailed, Malformed
from openid4vc.jose import base64url, strict_json
from openid4vc.sdjwt.disclosure import split_sd_jwt
from openid4vc.sdjwt.vc import KeyBinding, VerifiedCredential, verify_presentation
from verifier.domain.mandate import MandateState
from verifier.domain.receipt import NONCE_LIFE, KeptReceipt, withdrawal_purpose
from verifier.domain.receipt_refusals import ReceiptRefused
from verifier.domain.records import RegisterEntry
from verifier.ports import Ports
from verifier.usecases.describe_receipts import receipt_addresses, receipt_issuer
from verifier.usecases.find_mandate import find_mandate
from verifier.usecases.revoke_mandate import revoke_entry
from verifier.usecases.trusted_issuers import trusted_issuers

SKEW = timedelta(seconds=60)


def withdraw_with_receipt(mandate_id: str, presentation: str, *, ports: Ports) -> MandateState:
    """Nonce, issuer, chain, holder, receipt, then the spending, in this order; the nonce is spent anyhow."""
    now = ports.clock()
    receipt_issuer(ports=ports)
    entry = find_mandate(mandate_id, now=now, ports=ports)
    try:
        nonce = _spent_nonce(presentation, mandate_id, now=now, ports=ports)
        shown = _verified(presentation, mandate_id, nonce, now=now, ports=ports)
        _require_receipt_of(entry, shown, ports.store.receipts.find(mandate_id), ports=ports)
    except (CheckFailed, Malformed) as cause:
        ports.audit("revocation_refused", mandate=mandate_id, check=getattr(cause, "check", "malformed"))
        raise ReceiptRefused from cause
    return revoke_entry(entry, reason="grantor", now=now, ports=ports)


def _spent_nonce(presentation: str, mandate_id: str, *, now: datetime, ports: Ports) -> str:
    """Taken out before anything of it is believed, because trying spends it."""
    binding = split_sd_jwt(presentation).key_binding_jwt or ""
    parts = binding.split(".")
    claims = strict_json.loads_object(base64url.decode(parts[1] if len(parts) > 1 else ""))
    nonce = claims.get("nonce")
    if not isinstance(nonce, str) or not nonce:
        raise CheckFailed("key_binding_nonce", "no nonce")
    purpose = withdrawal_purpose(mandate_id)
    if not ports.store.receipt_nonces.consume(token_hash(nonce), purpose=purpose, now=now):
        raise CheckFailed("key_binding_nonce", "the nonce is unknown, used, too old or for another mandate")
    return nonce


def _verified(
    presentation: str, mandate_id: str, nonce: str, *, now: datetime, ports: Ports
) -> VerifiedCredential:
    """Issued by us, in date, and held by who shows it, for this address and this nonce (RFC 9901, 7.3)."""
    addresses = receipt_addresses(ports=ports)
    shown = verify_presentation(
        presentation,
        trusted=trusted_issuers(ports=ports, now=now),
        expected_vcts=(addresses.vct,),
        expected_binding=KeyBinding(
            expected_audience=addresses.revocation(mandate_id),
            expected_nonce=nonce,
            not_before=now - NONCE_LIFE - SKEW,
            not_after=now + SKEW,
        ),
        now=now,
    )
    if shown.issuer.id != addresses.credential_issuer:
        raise CheckFailed("receipt_issuer", "a receipt of another register")
    return shown


def _require_receipt_of(
    entry: RegisterEntry, shown: VerifiedCredential, known: KeptReceipt | None, *, ports: Ports
) -> None:
    """The newest receipt of this very mandate, at its own place in our list; an older one is worthless."""
    receipt = GrantReceipt.from_claims(shown.claims)
    if receipt.mandate_id != entry.mandate.id:
        raise CheckFailed("receipt_mandate", "the receipt of another mandate")
    if receipt.text_sha256 != decode_mandate(entry.transaction_data).text_sha256:
        raise CheckFailed("receipt_text", "the receipt of another text")
    if known is None or shown.status is None or shown.status != known.place(receipt_addresses(ports=ports)):
        raise CheckFailed("receipt_status", "not at the place that was given to it")
    holder = "" if shown.holder_key is None else shown.holder_key.thumbprint()
    if not same_token(holder, known.holder or ""):
        raise CheckFailed("receipt_holder", "a newer receipt took its place")
