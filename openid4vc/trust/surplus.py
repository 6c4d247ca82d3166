"""What is asked beyond what was registered, claim by claim (TS 119 475, 5.2; ARF, RPRC_21)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated

from pydantic import AliasChoices, Field

from openid4vc.dcql.path import ClaimPath
from openid4vc.dcql.query import CredentialQuery, DcqlQuery, Meta, Path
from openid4vc.messages import Array, Message, ShortText


class RegisteredClaim(Message):
    """One claim that may be asked; what lies inside it may be asked as well."""

    path: Path


class RegisteredCredential(Message):
    """One kind of credential that may be asked; without `claim` no claim of it may be."""

    format: ShortText
    meta: Meta
    claim: Annotated[Array[RegisteredClaim], Field(validation_alias=AliasChoices("claim", "claims"))] = ()

    @property
    def types(self) -> tuple[str, ...]:
        """The credential types that this entry speaks of."""
        return _types(self.meta)


@dataclass(frozen=True, slots=True)
class SurplusClaim:
    """Asked but not registered; the empty path stands for the credential itself."""

    query_id: str
    credential_type: str
    path: ClaimPath


def surplus_claims(registered: Iterable[RegisteredCredential], query: DcqlQuery) -> tuple[SurplusClaim, ...]:
    """Every asked claim, in each type that would do, that no entry of this format and type covers."""
    entries = tuple(registered)
    found = (surplus for wanted in query.credentials for surplus in _surplus_of(wanted, entries))
    return tuple(dict.fromkeys(found))


def _surplus_of(wanted: CredentialQuery, entries: tuple[RegisteredCredential, ...]) -> Iterator[SurplusClaim]:
    for credential_type in _types(wanted.meta) or ("",):
        fitting = [one for one in entries if one.format == wanted.format and credential_type in one.types]
        allowed = [claim.path for one in fitting for claim in one.claim]
        if not fitting:
            yield SurplusClaim(wanted.id, credential_type, ())
        for claim in wanted.claims or ():
            if not any(_lies_within(claim.path, path) for path in allowed):
                yield SurplusClaim(wanted.id, credential_type, claim.path)


def _types(meta: Meta) -> tuple[str, ...]:
    return (*(meta.vct_values or ()), *((meta.doctype_value,) if meta.doctype_value else ()))


def _lies_within(asked: ClaimPath, registered: ClaimPath) -> bool:
    """The registered place itself or a place inside it; a whole is more than one part of it."""
    inner, outer = _without_last_null(asked), _without_last_null(registered)
    return len(outer) <= len(inner) and all(map(_covers, outer, inner))


def _covers(registered: str | int | None, asked: str | int | None) -> bool:
    """Null stands for every element, so it covers each; one element does not cover all."""
    if registered is None:
        return asked is None or isinstance(asked, int)
    return registered == asked


def _without_last_null(path: ClaimPath) -> ClaimPath:
    """All elements of an array are the array; the first component always stays."""
    while len(path) > 1 and path[-1] is None:
        path = path[:-1]
    return path
