"""Which configurations a wallet asks for, by scope or by authorization details."""

from collections.abc import Iterable, Sequence

from issuer.domain.grant import Grant
from issuer.domain.offer import Offer
from issuer.domain.offer_secrets import credential_identifier
from issuer.domain.organisation import Organisation
from issuer.ports import Ports
from openid4vc.errors import InvalidAuthorizationDetails
from openid4vc.oauth.authorization_details import OPENID_CREDENTIAL, AuthorizationDetail


def in_scopes(scopes: Iterable[str], *, organisation: Organisation) -> tuple[str, ...]:
    """Unknown scopes are ignored, each is read on its own (OpenID4VCI 1.0, 5.1.2)."""
    known = {each.scope: each.id for each in organisation.configurations}
    return tuple(known[scope] for scope in scopes if scope in known)


def in_details(
    details: Sequence[AuthorizationDetail] | None, *, organisation: Organisation, ports: Ports
) -> tuple[str, ...]:
    """Each must be ours, and be meant for us (OpenID4VCI 1.0, 5.1.1)."""
    issuer = ports.addresses(organisation.path).credential_issuer
    for detail in details or ():
        if organisation.configuration(detail.credential_configuration_id) is None:
            raise InvalidAuthorizationDetails("this credential configuration is not offered here")
        if detail.locations is not None and issuer not in detail.locations:
            raise InvalidAuthorizationDetails("the locations name another issuer")
    return tuple(dict.fromkeys(detail.credential_configuration_id for detail in details or ()))


def limit_to_offer(
    details: tuple[str, ...], scoped: tuple[str, ...], *, offer: Offer | None
) -> tuple[str, ...]:
    """A scope reaches no further than the offer; details that want more are refused (6.1)."""
    if offer is None:
        return tuple(dict.fromkeys((*details, *scoped)))
    narrow_to(details, granted=offer.configuration_ids)
    return tuple(each for each in offer.configuration_ids if each in (*details, *scoped))


def narrow_to(details: tuple[str, ...], *, granted: tuple[str, ...]) -> tuple[str, ...]:
    """What is left when a token request names details; all of it where it names none (RFC 9396, 6)."""
    if not set(details) <= set(granted):
        raise InvalidAuthorizationDetails("this credential configuration was not offered")
    return tuple(each for each in granted if each in details) if details else granted


def granted_details(grant: Grant, *, ports: Ports) -> tuple[AuthorizationDetail, ...] | None:
    """With identifiers, when and only when details were used; the same ones at every refresh (6.2)."""
    if not grant.by_identifier:
        return None
    return tuple(
        AuthorizationDetail(
            type=OPENID_CREDENTIAL,
            credential_configuration_id=each,
            credential_identifiers=(credential_identifier(ports.secret, grant.persona, each),),
        )
        for each in grant.configuration_ids
    )
