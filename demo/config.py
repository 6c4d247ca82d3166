"""What the hub must be told before it starts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from chassis.config import Check, ServiceConfig, load_config, setting
from chassis.origins import is_origin


@dataclass(frozen=True, kw_only=True)
class Config(ServiceConfig):
    """The addresses of the three services that the hub leads to."""

    issuer_url: str = setting("public address of the issuer, e.g. http://localhost:8001")
    wallet_url: str = setting("public address of the wallet, e.g. http://localhost:8002")
    verifier_url: str = setting("public address of the verifier, e.g. http://localhost:8003")

    trust_dir: Path | None = setting("folder with the signed list of issuers, issuers.jws", default=None)

    def checks(self) -> tuple[Check, ...]:
        """Add our own addresses to what must hold."""
        return (*super().checks(), self._addresses)

    def _addresses(self) -> Iterator[str]:
        for name in ("issuer_url", "wallet_url", "verifier_url"):
            if not is_origin(getattr(self, name)):
                yield f"{name}: {getattr(self, name)!r} is not an origin such as http://localhost:8001"

    def url_of(self, role: str) -> str:
        """Return the public address of a role; the hub's own is empty, so that its links stay relative."""
        return {"issuer": self.issuer_url, "wallet": self.wallet_url, "verifier": self.verifier_url}.get(
            role, ""
        )


def load(environ: Mapping[str, str]) -> Config:
    """Read HUB_… variables."""
    return load_config(Config, environ, prefix="HUB")
