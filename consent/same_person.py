"""Several credentials, one person: without this, one could sign with one's own key over another's facts."""

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from openid4vc.errors import CheckFailed

CHECK = "same_person"


def require_same_person(
    identity: Mapping[str, Any],
    government: Sequence[Mapping[str, Any]],
    bank: Sequence[Mapping[str, Any]],
) -> None:
    """Compare disclosed claims: `bsn` with the identity's number, the account's name with its names.

    A missing claim is another person. Names are compared without case and extra spaces, in form C.
    CheckFailed same_person (OpenID4VP 1.0, 14.4).
    """
    number = _text(identity, "personal_administrative_number")
    for claims in government:
        if _text(claims, "bsn") != number:
            raise CheckFailed(CHECK, "a government credential is of somebody else")
    for claims in bank:
        name = f"{_text(identity, 'given_name')} {_text(identity, 'family_name')}"
        if _folded(_text(claims, "tenaamstelling")) != _folded(name):
            raise CheckFailed(CHECK, "the account is in another name")


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not value.strip():
        raise CheckFailed(CHECK, f"{name} was not shown")
    return value


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", " ".join(unicodedata.normalize("NFC", name).casefold().split()))
