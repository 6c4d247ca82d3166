"""Withdraw by showing the receipt: to its own address, with a nonce that its register gave just now."""

from openid4vc.sdjwt.present import HeldSdJwt, present
from wallet.domain.mandate import GrantedMandate, SealedMandate
from wallet.domain.peer import RegisterAnswer
from wallet.domain.sealing import Signer
from wallet.ports import Ports
from wallet.usecases.keep_cards import COPY

NOT_TAKEN = frozenset({"receipt_refused", "no_receipts_here"})


def withdraw_with_receipt(
    sealed: SealedMandate, granted: GrantedMandate, *, signer: Signer, ports: Ports
) -> RegisterAnswer | None:
    """What the register answered; none where there is no receipt, or it is not taken: then the key speaks."""
    if sealed.receipt_card_id is None:
        return None
    copy = ports.stores.cards.any_copy(sealed.receipt_card_id, account_id=signer.viewer.account_id)
    nonce = None if copy is None else ports.verifiers.withdrawal_nonce(granted.revocation_uri)
    if copy is None or nonce is None:
        return None
    held = HeldSdJwt(signer.viewer.unseal(copy.sealed_sd_jwt, kind=COPY, id=copy.id).decode())
    presentation = present(
        held.select(()),
        key=signer.unseal_key(copy.sealed_key, id=copy.id),
        audience=granted.revocation_uri,
        nonce=nonce,
        iat=ports.clock(),
    )
    answer = ports.verifiers.present_receipt(granted.revocation_uri, presentation)
    if answer.code in NOT_TAKEN:
        ports.audit("receipt_not_taken", mandate=granted.id, code=answer.code)
        return None
    return answer
