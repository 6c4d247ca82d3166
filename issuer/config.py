"""What the issuer must be told before it starts."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from chassis.config import Check, ServiceConfig, setting
from chassis.origins import is_origin


@dataclass(frozen=True, kw_only=True)
class Config(ServiceConfig):
    """Settings of the organisations that hand out credentials."""

    keys_dir: Path = setting("folder with <organisation>/key.pem and <organisation>/chain.pem")
    wallet_url: str = setting("origin of the wallet that the collect page leads to")

    def checks(self) -> tuple[Check, ...]:
        """Its own addresses and files, beside those of every service."""
        return (*super().checks(), self._addresses, self._files)

    def _addresses(self) -> Iterator[str]:
        if not is_origin(self.wallet_url):
            yield f"wallet_url: {self.wallet_url!r} is not an origin such as https://host or http://host:port"

    def _files(self) -> Iterator[str]:
        if not self.keys_dir.is_dir():
            yield f"keys_dir: {self.keys_dir} is missing; the demo makes it with its seed command"
