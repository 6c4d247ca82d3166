"""The verifier's judgement over a whole answer (OpenID4VP 1.0, 8.6)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from openid4vc.dcql.answer import check_answer, check_shape
from openid4vc.dcql.authority import authority_key_ids
from openid4vc.dcql.match import is_wanted_authority
from openid4vc.dcql.query import CredentialQuery, DcqlQuery
from openid4vc.errors import CheckFailed, Malformed
from openid4vc.jose.strict_json import Json
from openid4vc.sdjwt.vc import KeyBinding, VerifiedCredential, verify_presentation
from openid4vc.trust.anchors import TrustedIssuers


@dataclass(frozen=True, slots=True)
class VerifiedVpToken:
    """Credentials by query id that hold in every respect but their status and whom they belong to."""

    credentials: Mapping[str, tuple[VerifiedCredential, ...]]


def verify_vp_token(
    unverified_vp_token: Json,
    *,
    query: DcqlQuery,
    expected_binding: Mapping[str, KeyBinding],
    trusted: TrustedIssuers,
    now: datetime,
) -> VerifiedVpToken:
    """Verify every presentation and then the answer as a whole; the first failure refuses all of it.

    `query` and `expected_binding` (per query id) are what we asked and stored. CheckFailed or Malformed.
    The caller still checks the status of each credential, that all are of one person, and replay.
    """
    # The shape: our query ids, a list of strings each, every compulsory part there.
    answered = read_presentations(unverified_vp_token)
    check_shape(query, answered)
    # Each presentation on its own: issuer, disclosures, type, time, key binding, transaction data.
    verified: dict[str, tuple[VerifiedCredential, ...]] = {}
    for wanted in query.credentials:
        for presentation in answered.get(wanted.id, ()):
            credential = _verified(presentation, wanted, expected_binding, trusted, now)
            verified[wanted.id] = (*verified.get(wanted.id, ()), credential)
    # The query once more, now on what was really disclosed.
    check_answer(query, {name: [one.claims for one in found] for name, found in verified.items()})
    return VerifiedVpToken(verified)


def read_presentations(unverified_vp_token: Json) -> dict[str, Sequence[str]]:
    """An object of lists of strings, none of them twice; nothing in it is verified (8.1)."""
    if not isinstance(unverified_vp_token, dict):
        raise Malformed("vp_token is not an object")
    everything: list[str] = []
    for presentations in unverified_vp_token.values():
        if not isinstance(presentations, list) or not all(isinstance(one, str) for one in presentations):
            raise Malformed("a member of vp_token is not a list of strings")
        everything.extend(presentations)
    if len(set(everything)) != len(everything):
        raise CheckFailed("vp_token_doubled", "one presentation answers twice")
    return unverified_vp_token


def _verified(
    presentation: str,
    wanted: CredentialQuery,
    expected_binding: Mapping[str, KeyBinding],
    trusted: TrustedIssuers,
    now: datetime,
) -> VerifiedCredential:
    if wanted.id not in expected_binding:
        raise CheckFailed("vp_token_binding", "no key binding is expected for this query")
    credential = verify_presentation(
        presentation,
        trusted=trusted,
        expected_vcts=wanted.vct_values,
        expected_binding=expected_binding[wanted.id],
        now=now,
    )
    if not is_wanted_authority(wanted, authority_key_ids(credential.chain.certificates)):
        raise CheckFailed("vp_token_authority", "a credential of an authority that was not asked")
    return credential
