"""Open the way to a receipt: a code of an offer becomes a token, and nonces for the proof of the key."""

from chassis.tokens import token_hash
from openid4vc.errors import InvalidGrant, InvalidRequest, InvalidToken, TemporarilyUnavailable
from openid4vc.oauth.resource import UnverifiedToken
from openid4vc.oauth.token import TokenRequest, TokenResponse
from verifier.domain.mandate import MandateId
from verifier.domain.receipt import CONFIGURATION, NONCE_LIFE, PROOF, TOKEN_LIFE, withdrawal_purpose
from verifier.ports import Ports
from verifier.usecases.describe_receipts import receipt_issuer
from verifier.usecases.find_mandate import find_mandate


def give_receipt_token(request: TokenRequest, *, ports: Ports) -> TokenResponse:
    """Exactly one request with a code gets a token (OpenID4VCI 1.0, 6.1)."""
    receipt_issuer(ports=ports)
    if request.tx_code is not None:
        raise InvalidRequest("this offer has no tx_code")
    now, token = ports.clock(), ports.new_token(32)
    redeemed = ports.store.receipts.redeem(
        token_hash(request.pre_authorized_code), token_hash(token), until=now + TOKEN_LIFE, now=now
    )
    if not redeemed:
        raise InvalidGrant("the code is unknown, used or expired")
    return TokenResponse(
        access_token=token,
        token_type="Bearer",  # noqa: S106 - the word of RFC 6750, 6.1.1, not a secret
        expires_in=int(TOKEN_LIFE.total_seconds()),
        scope=CONFIGURATION,
    )


def mandate_of_token(presented: UnverifiedToken, *, ports: Ports) -> MandateId:
    """One refusal for missing, unknown and expired (RFC 6750, 3.1); our tokens are bound to no key."""
    presented.check_bound(None)
    found = ports.store.receipts.by_token(token_hash(presented.token), now=ports.clock())
    if found is None:
        raise InvalidToken("the access token is missing, unknown or expired")
    return found


def hand_out_proof_nonce(*, ports: Ports) -> str:
    """128 random bits, good for one credential request (OpenID4VCI 1.0, 7.2)."""
    receipt_issuer(ports=ports)
    return _nonce(PROOF, ports=ports)


def hand_out_withdrawal_nonce(mandate_id: str, *, ports: Ports) -> str:
    """The same to withdraw this one mandate with, by presenting its receipt."""
    receipt_issuer(ports=ports)
    entry = find_mandate(mandate_id, now=ports.clock(), ports=ports)
    return _nonce(withdrawal_purpose(entry.mandate.id), ports=ports)


def _nonce(purpose: str, *, ports: Ports) -> str:
    now, nonce = ports.clock(), ports.new_token(16)
    kept = ports.store.receipt_nonces.add(
        token_hash(nonce), purpose=purpose, expires_at=now + NONCE_LIFE, now=now
    )
    if not kept:
        ports.audit("nonce_refused", purpose=purpose.partition("/")[0])
        raise TemporarilyUnavailable("too many open nonces, try again in a minute")
    return nonce
