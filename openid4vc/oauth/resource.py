"""Showing an access token to a resource, and being told why it does not do (RFC 6750; RFC 9449, 7)."""

from collections.abc import Sequence
from dataclasses import dataclass

from openid4vc.errors import InvalidDpopProof, InvalidToken, ProtocolError, UseDpopNonce
from openid4vc.jose.keys import ES256

BEARER = "Bearer"
DPOP = "DPoP"
MAX_TOKEN = 8192
_SCHEMES = {BEARER.lower(): BEARER, DPOP.lower(): DPOP}
_PROOF_REFUSALS = (InvalidDpopProof, UseDpopNonce)


@dataclass(frozen=True, slots=True)
class UnverifiedToken:
    """A token as it was shown, and whether a proof should come with it."""

    token: str
    scheme: str

    @property
    def bound(self) -> bool:
        """Whether it was shown as a token that is bound to a key."""
        return self.scheme == DPOP

    def check_bound(self, thumbprint: str | None) -> None:
        """A bound token shown as Bearer, or the other way round, is InvalidToken (RFC 9449, 7.2)."""
        if self.bound != (thumbprint is not None):
            raise InvalidToken("the access token is not used as it was given")


def parse_authorization(header_values: Sequence[str]) -> UnverifiedToken:
    """Read the values of the Authorization header; InvalidToken unless it is one token (RFC 6750, 2.1)."""
    if len(header_values) != 1:
        raise InvalidToken("exactly one access token is needed")
    scheme, _, token = header_values[0].strip(" ").partition(" ")
    known, token = _SCHEMES.get(scheme.lower()), token.lstrip(" ")
    if known is None or not _is_token(token):
        raise InvalidToken("an access token of the scheme DPoP or Bearer is needed")
    return UnverifiedToken(token, known)


def challenge(refusal: ProtocolError, *, scheme: str = DPOP) -> str:
    """The value of WWW-Authenticate; a refused proof is always answered under DPoP (RFC 9449, 7.1).

    The status is 401 for every refusal but InsufficientScope, also where its own class says 400.
    """
    dpop = scheme == DPOP or isinstance(refusal, _PROOF_REFUSALS)
    words = f', error_description="{refusal.public}"' if refusal.public else ""
    algorithms = f', algs="{ES256}"' if dpop else ""
    return f'{DPOP if dpop else BEARER} error="{refusal.error}"{words}{algorithms}'


def _is_token(token: str) -> bool:
    """Letters, digits and -._~+/ with = only at the end (RFC 6750, 2.1)."""
    bare = token.rstrip("=")
    return len(token) <= MAX_TOKEN and bare.isascii() and bare.translate(_WITHOUT_SIGNS).isalnum()


_WITHOUT_SIGNS = str.maketrans("", "", "-._~+/")
