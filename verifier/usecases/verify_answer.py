"""The whole verification of an answer, in the order of the standard; the first failing check ends it.

Desk and authority both call this, each with its own trust. Nothing here changes anything.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from consent.same_person import require_same_person
from openid4vc.dcql.query import DcqlQuery
from openid4vc.errors import CheckFailed
from openid4vc.sdjwt.vc import KeyBinding, VerifiedCredential
from openid4vc.status.status_list import require_valid
from openid4vc.status.token import VerifiedStatusList, verify_status_list_token
from openid4vc.vp.vp_token import VerifiedVpToken, verify_vp_token
from verifier.domain.surplus import require_no_surplus
from verifier.ports import Ports

IDENTITY = "identity"
ACCOUNT = "account"


@dataclass(frozen=True, slots=True)
class Expected:
    """What the answer must match; all of it stored before the wallet was asked."""

    query: DcqlQuery
    audience: str
    nonce: str
    transaction_data: str
    signed_between: tuple[datetime, datetime]

    def binding(self, query_id: str) -> KeyBinding:
        """Only the identity credential signs the mandate (OpenID4VP 1.0, 8.4)."""
        signs = query_id == IDENTITY
        return KeyBinding(
            expected_audience=self.audience,
            expected_nonce=self.nonce,
            expected_transaction_data=(self.transaction_data,) if signs else (),
            not_before=self.signed_between[0],
            not_after=self.signed_between[1],
        )


@dataclass(frozen=True, slots=True)
class VerifiedAnswer:
    """Credentials of one person, valid now, bound to our question."""

    by_query: Mapping[str, VerifiedCredential]

    @property
    def identity(self) -> VerifiedCredential:
        """The credential whose key signed the mandate."""
        return self.by_query[IDENTITY]


def verify_answer(
    unverified_vp_token: Any, *, expected: Expected, ports: Ports, now: datetime
) -> VerifiedAnswer:
    """Steps 1-13 and 15 in openid4vc, 14 and 16 here (OpenID4VP 1.0, 8.6; SD-JWT 7; TSL 8.3)."""
    token = verify_vp_token(
        unverified_vp_token,
        query=expected.query,
        expected_binding={query_id: expected.binding(query_id) for query_id in expected.query.ids},
        trusted=ports.trust.issuers,
        now=now,
    )
    answer = VerifiedAnswer(_one_each(token, expected.query))
    require_no_surplus(answer.by_query, expected.query)
    for credential in answer.by_query.values():
        require_not_revoked(credential, ports=ports, now=now)
    require_one_person(answer)
    return answer


def require_not_revoked(credential: VerifiedCredential, *, ports: Ports, now: datetime) -> None:
    """Step 14: absent, unreachable, unreadable or anything but valid refuses (for mandates: fail closed)."""
    reference = credential.status
    if reference is None:
        raise CheckFailed("status_absent", "the profile demands a status list")
    if not reference.uri.startswith(f"{credential.issuer.id}/"):
        raise CheckFailed("status_host", "the list is not the issuer's")
    signer = credential.chain.key.thumbprint()
    verified = ports.status_lists.known(reference.uri, signer=signer, now=now)
    if verified is None:
        verified = _fetched(reference.uri, credential, ports=ports, now=now)
        ports.status_lists.keep(reference.uri, verified, signer=signer, now=now)
    require_valid(verified.status_at(reference.idx))


def require_one_person(answer: VerifiedAnswer) -> None:
    """Step 16: the assessments are of the person who signs, and so is the account."""
    others = {query_id: found for query_id, found in answer.by_query.items() if query_id != IDENTITY}
    require_same_person(
        answer.identity.claims,
        [found.claims for query_id, found in others.items() if query_id != ACCOUNT],
        [found.claims for query_id, found in others.items() if query_id == ACCOUNT],
    )


def _fetched(uri: str, credential: VerifiedCredential, *, ports: Ports, now: datetime) -> VerifiedStatusList:
    token = ports.status_lists.fetch(uri)
    if token is None:
        raise CheckFailed("status_unavailable", "the status list could not be fetched")
    return verify_status_list_token(
        token,
        expected_uri=uri,
        expected_chain=credential.chain,
        anchors=credential.issuer.anchors,
        now=now,
    )


def _one_each(token: VerifiedVpToken, query: DcqlQuery) -> Mapping[str, VerifiedCredential]:
    """Every question answered by exactly one credential; all of them are required here."""
    by_query = {query_id: found[0] for query_id, found in token.credentials.items() if len(found) == 1}
    if by_query.keys() != set(query.ids) or IDENTITY not in by_query:
        raise CheckFailed("dcql_incomplete", "a question is not answered by exactly one credential")
    return by_query
