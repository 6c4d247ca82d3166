"""What the issuer must be told before it starts."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from chassis.config import Check, ServiceConfig, setting
from chassis.origins import BadUrl, is_origin, is_plain, parse_url


@dataclass(frozen=True, kw_only=True)
class Config(ServiceConfig):
    """Settings of the organisations that hand out credentials."""

    keys_dir: Path = setting("folder with <organisation>/key.pem and <organisation>/chain.pem")
    wallet_url: str = setting("origin of the wallet that the collect page leads to")
    trust_dir: Path | None = setting(
        "folder with wallet-provider-anchors.pem: whom to believe about wallets and their keys", default=None
    )
    clients: tuple[str, ...] = setting(
        "wallets that may ask by authorization code: client id=redirect URI, …; "
        "without any, <wallet_url>=<wallet_url>/cb",
        default=(),
    )
    attestation_required: bool = setting(
        "wallets must prove what they are when they ask by authorization code", default=True
    )
    unregistered_wallets: bool = setting(
        "wallets that a trusted provider vouches for may ask without being named in clients", default=False
    )
    challenge_required: bool = setting(
        "proofs of client attestations must carry our challenge, not only may", default=False
    )

    def checks(self) -> tuple[Check, ...]:
        """Its own addresses and files, beside those of every service."""
        return (*super().checks(), self._addresses, self._files, self._clients)

    def client_pairs(self) -> tuple[tuple[str, str], ...]:
        """Client id and redirect URI of every wallet that may ask."""
        named = self.clients or (f"{self.wallet_url}={self.wallet_url}/cb",)
        pairs = (each.partition("=") for each in named)
        return tuple((client_id, redirect_uri) for client_id, _, redirect_uri in pairs)

    def _addresses(self) -> Iterator[str]:
        if not is_origin(self.wallet_url):
            yield f"wallet_url: {self.wallet_url!r} is not an origin such as https://host or http://host:port"

    def _clients(self) -> Iterator[str]:
        for client_id, redirect_uri in self.client_pairs():
            try:
                plain = is_plain(parse_url(redirect_uri).origin)
            except BadUrl:
                yield f"clients: {client_id!r} needs a redirect URI such as https://wallet.example/cb"
                continue
            if plain and not self.demo:
                yield f"clients: the redirect URI of {client_id!r} is plain http, which needs demo=1"

    def _files(self) -> Iterator[str]:
        if not self.keys_dir.is_dir():
            yield f"keys_dir: {self.keys_dir} is missing; the demo makes it with its seed command"
        if self.trust_dir is not None and not self.trust_dir.is_dir():
            yield f"trust_dir: {self.trust_dir} is missing; the demo makes it with its seed command"
