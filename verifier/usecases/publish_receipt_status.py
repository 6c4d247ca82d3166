"""Publish which receipts ended, for everybody who checks one."""

from openid4vc.status.publication import StatusPublication
from openid4vc.status.token import sign_status_list_token
from verifier.domain.receipt import LIST_LIFE, TTL
from verifier.domain.receipt_refusals import NoReceiptsHere
from verifier.ports import Ports
from verifier.usecases.describe_receipts import receipt_addresses, receipt_issuer


def publish_receipt_status(number: int, *, ports: Ports) -> str:
    """The last token, or a new one when a mandate ended since or it is older than its ttl."""
    signer, now = receipt_issuer(ports=ports), ports.clock()

    def sign(publication: StatusPublication) -> str:
        return sign_status_list_token(
            publication,
            uri=receipt_addresses(ports=ports).status_list(number),
            key=signer.key,
            chain=signer.chain,
            iat=now,
            exp=now + LIST_LIFE,
            ttl=int(TTL.total_seconds()),
        )

    token = ports.store.receipt_status.token(number, sign, now=now)
    if token is None:
        raise NoReceiptsHere
    return token


def name_receipt_lists(*, ports: Ports) -> list[str]:
    """Every list, for a verifier that fetches on a schedule (Token Status List, 9)."""
    receipt_issuer(ports=ports)
    addresses = receipt_addresses(ports=ports)
    return [addresses.status_list(number) for number in ports.store.receipts.list_numbers()]
