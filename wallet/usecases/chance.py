"""Names for new things that nobody can guess."""

from openid4vc.jose import base64url
from wallet.ports import Ports


def new_id(ports: Ports) -> str:
    """Return 128 bits as base64url."""
    return base64url.encode(ports.random_bytes(16))


def new_secret(ports: Ports) -> str:
    """Return 256 bits as base64url: a session token, a nonce."""
    return base64url.encode(ports.random_bytes(32))
