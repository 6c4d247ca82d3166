"""What the verifier must be told before it starts."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from chassis.config import Check, ServiceConfig, setting
from chassis.origins import is_origin


@dataclass(frozen=True, kw_only=True)
class Config(ServiceConfig):
    """Settings of the desk, the register and the authority."""

    keys_dir: Path = setting("folder with desk/key.pem and desk/chain.pem, the access certificate")
    trust_dir: Path = setting("folder with issuers.json and access-anchors.pem")
    issuer_url: str = setting("origin of the issuers; fills the vct templates of the purposes")
    wallet_url: str = setting("origin of the wallet that the desk sends the citizen to")
    threads: int = setting("requests at once; a desk that calls itself needs more", default=64)
    authority_url: str = setting("origin of the authority; empty: this service", default="")

    def checks(self) -> tuple[Check, ...]:
        """Its own addresses and files, beside those of every service."""
        return (*super().checks(), self._addresses, self._files)

    def _addresses(self) -> Iterator[str]:
        for name in ("issuer_url", "wallet_url", "authority_url"):
            value = getattr(self, name)
            if value and not is_origin(value):
                yield f"{name}: {value!r} is not an origin such as https://host or http://host:port"

    def _files(self) -> Iterator[str]:
        for path in (
            self.keys_dir / "desk" / "key.pem",
            self.keys_dir / "desk" / "chain.pem",
            self.trust_dir / "issuers.json",
            self.trust_dir / "access-anchors.pem",
        ):
            if not path.is_file():
                yield f"{path} is missing; the demo makes it with its seed command"
