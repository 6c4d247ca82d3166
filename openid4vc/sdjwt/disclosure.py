"""One hidden claim: what is sent to open it, and the digest that stands in its place (RFC 9901, 4.2)."""

from hashlib import sha256
from typing import NamedTuple

from openid4vc.errors import CheckFailed, Malformed
from openid4vc.jose import base64url, strict_json
from openid4vc.jose.strict_json import Json

DIGESTS = "_sd"
DIGEST_ALGORITHM = "_sd_alg"
ELEMENT_DIGEST = "..."
SHA_256 = "sha-256"
_OF_ELEMENT, _OF_MEMBER = 2, 3
_LENGTHS = frozenset({_OF_ELEMENT, _OF_MEMBER})
RESERVED_NAMES = frozenset({DIGESTS, DIGEST_ALGORITHM, ELEMENT_DIGEST})


class Disclosure(NamedTuple):
    """A disclosure as it was sent; `name` is None for an array element."""

    encoded: str
    name: str | None
    value: Json


def make_disclosure(salt: str, *name_and_value: Json) -> str:
    """Encode (salt, name, value) of an object member or (salt, value) of an array element (4.2.1, 4.2.2)."""
    if len(name_and_value) not in (1, 2):
        raise ValueError("a disclosure holds a value, and a name if it is a member of an object")
    return base64url.encode(strict_json.dumps([salt, *name_and_value]))


def digest(encoded: str) -> str:
    """SHA-256 over the ASCII text as it was sent, base64url (4.2.3)."""
    return base64url.encode(sha256(encoded.encode("ascii")).digest())


def parse_disclosure(encoded: str) -> Disclosure:
    """Read a disclosure; the refusals are Malformed, disclosure_shape and disclosure_name."""
    return Disclosure(encoded, *name_and_value(encoded))


def name_and_value(encoded: str) -> tuple[str | None, Json]:
    """What a disclosure says, without its salt; the refusals are those of parse_disclosure."""
    content = strict_json.loads_encoded(encoded)
    if type(content) is not list or len(content) not in _LENGTHS or type(content[0]) is not str:
        raise CheckFailed("disclosure_shape", "a disclosure is [salt, value] or [salt, name, value]")
    if len(content) == _OF_ELEMENT:
        return None, content[1]
    _, name, value = content
    if type(name) is not str or name in RESERVED_NAMES:
        raise CheckFailed("disclosure_name", "a disclosure without a usable name")
    return name, value


class SplitSdJwt(NamedTuple):
    """The parts of a compact SD-JWT; `bound` is the text that a key binding covers (4, 4.3.1)."""

    issuer_jwt: str
    disclosures: tuple[str, ...]
    key_binding_jwt: str | None
    bound: str


def split_sd_jwt(text: Json, *, max_bytes: int = 1 << 20) -> SplitSdJwt:
    """Cut at the tildes; no tilde, an empty part, too much text or foreign characters are Malformed (4)."""
    if not isinstance(text, str) or not text.isascii() or len(text) > max_bytes:
        raise Malformed("not a compact SD-JWT")
    issuer_jwt, tilde, rest = text.partition("~")
    *disclosures, key_binding_jwt = rest.split("~")
    if not (tilde and issuer_jwt and all(disclosures)):
        raise Malformed("a compact SD-JWT is <jwt>~<disclosure>~…~ with an optional key binding")
    bound = text[: len(text) - len(key_binding_jwt)]
    return SplitSdJwt(issuer_jwt, tuple(disclosures), key_binding_jwt or None, bound)
