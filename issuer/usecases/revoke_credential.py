"""Revoke one credential by its place in a status list."""

from chassis.audit import audit
from issuer.ports import Ports
from issuer.usecases.refusals import OnlyInTheDemo, UnknownCredential


def revoke_credential(status_uri: str, idx: int, *, ports: Ports) -> None:
    """Final; asking again changes nothing. The next status list shows it."""
    if not ports.demo:
        raise OnlyInTheDemo
    organisation, number = _list_at(status_uri, ports=ports)
    if not ports.store.status.revoke(organisation, number, idx, now=ports.clock()):
        raise UnknownCredential
    ports.published.of(organisation, number).changed()
    audit("credential_revoked", organisation=organisation)


def _list_at(status_uri: str, *, ports: Ports) -> tuple[str, int]:
    for organisation in ports.organisations:
        base = ports.addresses(organisation.path).status_lists + "/"
        rest = status_uri.removeprefix(base)
        if rest != status_uri and rest.isascii() and rest.isdecimal() and len(rest) <= 6:
            return organisation.path, int(rest)
    raise UnknownCredential
