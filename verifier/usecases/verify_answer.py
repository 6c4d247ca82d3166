"""The whole verification of an answer, in the order of the standard; the first failing check ends it.

Desk and authority both call this, each with its own trust. Nothing here changes anything.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from consent.same_person import require_same_person
from openid4vc.dcql.query import DcqlQuery
from openid4vc.errors import CheckFailed
from openid4vc.sdjwt.vc import KeyBinding, VerifiedCredential
from openid4vc.status.status_list import require_valid
from openid4vc.status.token import VerifiedStatusList, verify_status_list_token
from openid4vc.urls import origin
from openid4vc.vp.vp_token import verify_vp_token
from verifier.domain.surplus import require_no_surplus
from verifier.ports import Ports
from verifier.usecases.require_certificates_in_force import require_certificates_in_force
from verifier.usecases.trusted_issuers import trusted_issuers

IDENTITY = "identity"
ACCOUNT = "account"
# What has held of an answer that was accepted, in the order of PROTOCOL 6.4.
CHECKS = (
    "vp_token",  # 1 and 2: shape, our query ids only, every question answered
    "key_binding_present",  # 3: decided before anything is looked at
    "issuer_header",  # 4: type, algorithm, no extensions
    "issuer_chain",  # 5: a path to an anchor for this very type
    "issuer_signature",  # 6
    "disclosures",  # 7 and 8: digests, names, nothing twice, nothing unreferenced
    "type_and_issuer",  # 9: the type that was asked, by somebody who may issue it
    "times",  # 10
    "key_binding",  # 12: key, type, signature, time, audience, nonce, hash of the bytes
    "transaction_data",  # 13: exactly the stored strings, and none where none was sent
    "certificates_in_force",  # 5, the part that asks others
    "query",  # 15: once more on what was disclosed, values included
    "status",  # 14: after everything about the credential itself
)
# Checks that fail for want of what others publish: nothing is known against the answer.
NOT_TO_BE_HAD = frozenset(["status_unavailable", "crl_unavailable", "trust_list_unavailable"])
ONE_PERSON = "same_person"  # 16: where a mandate stands on several credentials


@dataclass(frozen=True, slots=True)
class Expected:
    """What the answer must match; all of it stored before the wallet was asked.

    With `for_mandate` every question has exactly one answer that can be revoked, all are of one person,
    and nothing beyond the mandate is shown.
    """

    query: DcqlQuery
    audience: str
    nonce: str
    transaction_data: str | None
    signed_between: tuple[datetime, datetime]
    for_mandate: bool
    signed_by: frozenset[str] = frozenset({IDENTITY})

    def binding(self, query_id: str) -> KeyBinding:
        """Only the identity credential signs a mandate; advice names its own cards (OpenID4VP 1.0, 8.4)."""
        text = self.transaction_data if query_id in self.signed_by else None
        return KeyBinding(
            expected_audience=self.audience,
            expected_nonce=self.nonce,
            expected_transaction_data=() if text is None else (text,),
            not_before=self.signed_between[0],
            not_after=self.signed_between[1],
        )


@dataclass(frozen=True, slots=True)
class VerifiedAnswer:
    """Credentials by query id: valid now, and bound to our question."""

    by_query: Mapping[str, tuple[VerifiedCredential, ...]]
    checks: tuple[str, ...]

    @property
    def identity(self) -> VerifiedCredential:
        """The credential whose key signed the mandate."""
        return self.by_query[IDENTITY][0]

    def each(self) -> Iterator[tuple[str, VerifiedCredential]]:
        """Every credential with the question that it answers."""
        return ((name, one) for name, found in self.by_query.items() for one in found)


def verify_answer(
    unverified_vp_token: Any, *, expected: Expected, ports: Ports, now: datetime
) -> VerifiedAnswer:
    """Steps 1-13 and 15 in openid4vc, 14 and 16 here (OpenID4VP 1.0, 8.6; SD-JWT 7; TSL 8.3)."""
    token = verify_vp_token(
        unverified_vp_token,
        query=expected.query,
        expected_binding={query_id: expected.binding(query_id) for query_id in expected.query.ids},
        trusted=trusted_issuers(ports=ports, now=now),
        now=now,
    )
    answer = VerifiedAnswer(token.credentials, CHECKS)
    if expected.for_mandate:
        require_one_each(answer, expected.query)
    for _, credential in answer.each():
        require_certificates_in_force(credential.chain, ports=ports, now=now)
        if credential.status is not None or expected.for_mandate:
            require_not_revoked(credential, ports=ports, now=now)
    return require_one_person(answer) if expected.for_mandate else answer


def require_one_each(answer: VerifiedAnswer, query: DcqlQuery) -> None:
    """Of a mandate: every question answered by exactly one credential, and nothing that was not asked."""
    single = {name: found[0] for name, found in answer.by_query.items() if len(found) == 1}
    if single.keys() != set(query.ids) or IDENTITY not in single:
        raise CheckFailed("dcql_incomplete", "a question is not answered by exactly one credential")
    require_no_surplus(single, query)


def require_not_revoked(
    credential: VerifiedCredential, *, ports: Ports, now: datetime, anew: bool = False
) -> None:
    """Step 14: absent, unreachable, unreadable or anything but valid refuses: it fails closed.

    With `anew` the list is fetched whatever is remembered.
    """
    reference = credential.status
    if reference is None:
        raise CheckFailed("status_absent", "the profile demands a status list")
    _require_own_host(reference.uri, credential.issuer.id)
    signer = credential.chain.key
    verified = None if anew else ports.status_lists.known(reference.uri, signer=signer, now=now)
    if verified is None:
        with ports.status_lists.turn(reference.uri):
            verified = None if anew else ports.status_lists.known(reference.uri, signer=signer, now=now)
            verified = verified or _fetched(reference.uri, credential, ports=ports, now=now)
    require_valid(verified.status_at(reference.idx))


def require_one_person(answer: VerifiedAnswer) -> VerifiedAnswer:
    """Step 16: the assessments are of the person who signs, and so is the account."""
    others = [(name, found) for name, found in answer.each() if name != IDENTITY]
    require_same_person(
        answer.identity.claims,
        [found.claims for name, found in others if name != ACCOUNT],
        [found.claims for name, found in others if name == ACCOUNT],
    )
    return VerifiedAnswer(answer.by_query, (*answer.checks, ONE_PERSON))


def _require_own_host(uri: str, issuer: str) -> None:
    if not _at_one_host(uri, issuer):
        raise CheckFailed("status_host", "the list is not at the issuer's own host")


@lru_cache(maxsize=64)
def _at_one_host(uri: str, issuer: str) -> bool:
    """Many credentials name the same few lists; what is no URL is nowhere."""
    try:
        return origin(uri) == origin(issuer)
    except ValueError:
        return False


def _fetched(uri: str, credential: VerifiedCredential, *, ports: Ports, now: datetime) -> VerifiedStatusList:
    token = ports.status_lists.fetch(uri)
    if token is None:
        raise CheckFailed("status_unavailable", "the status list could not be fetched")
    verified = verify_status_list_token(
        token,
        expected_uri=uri,
        expected_chain=credential.chain,
        anchors=credential.issuer.anchors,
        now=now,
    )
    ports.status_lists.keep(uri, verified, token)
    return verified
