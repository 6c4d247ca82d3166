"""In the browser: begin what was pushed, show it, and take the citizen's decision."""

from dataclasses import dataclass, replace

from chassis.audit import audit
from chassis.tokens import new_token, token_hash
from issuer.domain.authorization import BROWSER_LIFE, CODE_LIFE, Agreed, Begun, Browser
from issuer.domain.organisation import Configuration, Organisation
from issuer.domain.persona import Persona
from issuer.ports import Ports
from issuer.usecases.refusals import NothingOnRecord, SomebodyElse, UnknownAuthorization
from openid4vc.errors import AccessDenied
from openid4vc.oauth.authorization import CodeRefusal, CodeResponse
from openid4vc.oauth.par import REQUEST_URI_PREFIX, AuthorizationReference


@dataclass(frozen=True, slots=True)
class Consent:
    """What the citizen is asked: may this wallet collect these things?"""

    begun: Begun
    client_id: str
    redirect_uri: str
    configurations: tuple[Configuration, ...]


def begin_authorization(
    reference: AuthorizationReference, *, organisation: Organisation, ports: Ports
) -> str:
    """The secret of the one browser that may go on; late, used and foreign references look alike."""
    now, secret = ports.clock(), new_token()
    begun = ports.store.authorizations.begin(
        token_hash(reference.request_uri.removeprefix(REQUEST_URI_PREFIX)),
        client_id=reference.client_id,
        organisation=organisation.path,
        browser=Browser(token_hash(secret), now + BROWSER_LIFE),
        now=now,
    )
    if not begun:
        raise UnknownAuthorization
    return secret


def ask_consent(browser: str, *, persona: Persona, organisation: Organisation, ports: Ports) -> Consent:
    """Only for whom the offer was made, and only what is on record about them (OpenID4VCI 1.0, 5.1.3)."""
    begun = _begun(browser, organisation=organisation, ports=ports)
    if begun.asked.expected_persona not in (None, persona.id):
        raise SomebodyElse
    configurations = tuple(
        each
        for each in organisation.configurations
        if each.id in begun.asked.configuration_ids and each.id in persona.records
    )
    return Consent(begun, begun.asked.client_id, begun.asked.redirect_uri, configurations)


def agree(browser: str, *, persona: Persona, organisation: Organisation, ports: Ports) -> str:
    """Where the browser goes with a fresh code, and with our name beside it (RFC 9207, 2)."""
    consent = ask_consent(browser, persona=persona, organisation=organisation, ports=ports)
    if not consent.configurations:
        raise NothingOnRecord
    now, code = ports.clock(), new_token()
    asked = replace(consent.begun.asked, configuration_ids=tuple(each.id for each in consent.configurations))
    agreed = ports.store.authorizations.agree(
        Agreed(consent.begun.id, asked, persona.id),
        code_hash=token_hash(code),
        expires_at=now + CODE_LIFE,
        now=now,
    )
    if not agreed:
        raise UnknownAuthorization
    audit("authorization_agreed", organisation=organisation.path, configurations=len(asked.configuration_ids))
    issuer = ports.addresses(organisation.path).credential_issuer
    return CodeResponse(code=code, state=asked.state, iss=issuer).redirect(asked.redirect_uri)


def decline(browser: str, *, organisation: Organisation, ports: Ports) -> str:
    """Where the browser goes with the citizen's no (RFC 6749, 4.1.2.1)."""
    begun = _begun(browser, organisation=organisation, ports=ports)
    if not ports.store.authorizations.decline(begun.id, now=ports.clock()):
        raise UnknownAuthorization
    audit("authorization_declined", organisation=organisation.path)
    issuer = ports.addresses(organisation.path).credential_issuer
    refusal = CodeRefusal.of(AccessDenied("the citizen said no"), state=begun.asked.state, issuer=issuer)
    return refusal.redirect(begun.asked.redirect_uri)


def _begun(browser: str, *, organisation: Organisation, ports: Ports) -> Begun:
    begun = ports.store.authorizations.begun(
        token_hash(browser), organisation=organisation.path, now=ports.clock()
    )
    if not browser or begun is None:
        raise UnknownAuthorization
    return begun
