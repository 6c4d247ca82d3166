"""Prove to an issuer what this wallet is, and that tokens are in the hands they were given to."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from openid4vc import urls
from openid4vc.oauth.attestation import ClientAttestation, make_attestation_pop
from openid4vc.oauth.dpop import DPOP_HEADER, make_dpop_proof
from openid4vc.oauth.token import TokenResponse
from wallet.domain.access import ClientKeys
from wallet.domain.peer import Fresh
from wallet.domain.source import Source
from wallet.ports import Ports
from wallet.usecases.chance import new_id


@dataclass(frozen=True, slots=True, repr=False)
class ClientProofs:
    """Proofs for one dealing with one issuer; without a token they are for its authorization server.

    The newest nonce of each server and the newest challenge are remembered for as long as that takes.
    """

    source: Source
    keys: ClientKeys
    ports: Ports
    named: bool
    token: TokenResponse | None = None
    nonces: dict[tuple[str, str, int], str] = field(default_factory=dict)
    challenges: list[str] = field(default_factory=list)

    def with_token(self, token: TokenResponse) -> "ClientProofs":
        """The same dealing, from here on with an access token (RFC 9449, 7.1)."""
        return replace(self, token=token)

    def headers(self, url: str) -> Mapping[str, str]:
        """New proofs for one request to this address."""
        if self.token is None:
            return {**self._dpop(url, self.source.server.dpop), **self._attestation()}
        scheme = "DPoP" if self.token.bound else "Bearer"
        access = {"Authorization": f"{scheme} {self.token.access_token}"}
        return {**access, **self._dpop(url, self.token.bound)}

    def heard(self, url: str, fresh: Fresh) -> None:
        """Remember what the server wants to see next (RFC 9449, 8.2)."""
        if fresh.nonce is not None:
            self.nonces[urls.origin(url)] = fresh.nonce
        if fresh.challenge is not None:
            self.challenges[:] = [fresh.challenge]

    def _dpop(self, url: str, wanted: bool) -> dict[str, str]:
        if not wanted:
            return {}
        proof = make_dpop_proof(
            self.keys.dpop_key,
            method="POST",
            url=url,
            iat=self.ports.clock(),
            jti=new_id(self.ports),
            nonce=self.nonces.get(urls.origin(url)),
            access_token=self.token.access_token if self.token else None,
        )
        return {DPOP_HEADER: proof}

    def _attestation(self) -> dict[str, str]:
        """What the provider says of this wallet, under a key that only this issuer sees (HAIP 1.0, 4.4.1)."""
        client, now = self.ports.client, self.ports.clock()
        if not self.named or client.provider is None or not self.source.server.attestation:
            return {}
        instance = self.keys.instance_key
        pop = make_attestation_pop(
            instance,
            client_id=client.id,
            audience=self.source.server.id,
            iat=now,
            jti=new_id(self.ports),
            challenge=self.challenges[-1] if self.challenges else None,
        )
        said = client.provider.attest_instance(instance.public, client_id=client.id, now=now)
        return ClientAttestation(said, pop).headers()


def begin_dealing(source: Source, keys: ClientKeys, *, named: bool, ports: Ports) -> ClientProofs:
    """Proofs for a new dealing; a challenge is fetched first where the server offers one (-07, 8)."""
    proofs = ClientProofs(source, keys, ports, named)
    attested = named and ports.client.provider is not None and source.server.attestation
    if attested and source.endpoints.challenge is not None:
        challenge = ports.issuers.challenge(source.endpoints.challenge)
        proofs.heard(source.endpoints.challenge, Fresh(challenge=challenge))
    return proofs
