"""What the verifier must be told before it starts."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from chassis.config import Check, ServiceConfig, setting
from chassis.origins import is_origin
from openid4vc.vp.request import DIRECT_POST, DIRECT_POST_JWT


@dataclass(frozen=True, kw_only=True)
class Config(ServiceConfig):
    """Settings of the desk, the register and the authority."""

    keys_dir: Path = setting("folder with desk/key.pem and desk/chain.pem, the access certificate")
    trust_dir: Path = setting("folder with issuers.json and access-anchors.pem")
    issuer_url: str = setting("origin of the issuers; fills the vct templates of the purposes")
    wallet_url: str = setting("origin of the wallet that the desk sends the citizen to")
    authority_url: str = setting("origin of the authority; empty: this service", default="")
    response_mode: str = setting(
        "direct_post.jwt for encrypted answers (HAIP), or direct_post", default=DIRECT_POST_JWT
    )
    trust_list_url: tuple[str, ...] = setting(
        "signed lists of whom to believe, signer in trust-list-signer.pem; empty: issuers.json", default=()
    )
    accept_confirmed_at_desk: bool = setting(
        "the authority takes mandates that no wallet signed, confirmed at the desk instead", default=True
    )
    webhook_url: tuple[str, ...] = setting(
        "addresses that are told when a mandate is granted, used or withdrawn; no values", default=()
    )
    max_open_requests: int = setting("requests without an answer at once", default=10_000)

    def checks(self) -> tuple[Check, ...]:
        """Its own addresses and files, beside those of every service."""
        return (*super().checks(), self._addresses, self._choices, self._files)

    def _addresses(self) -> Iterator[str]:
        for name in ("issuer_url", "wallet_url", "authority_url"):
            value = getattr(self, name)
            if value and not is_origin(value):
                yield f"{name}: {value!r} is not an origin such as https://host or http://host:port"

    def _choices(self) -> Iterator[str]:
        if self.response_mode not in (DIRECT_POST, DIRECT_POST_JWT):
            yield f"response_mode: {self.response_mode!r} is neither {DIRECT_POST} nor {DIRECT_POST_JWT}"
        if self.max_open_requests < 1:
            yield "max_open_requests: at least one"
        for url in self.webhook_url:
            if not url.startswith(("https://", "http://")):
                yield f"webhook_url: {url!r} is not an address to post to"
        for url in self.trust_list_url:
            if not url.startswith(("https://", "http://")):
                yield f"trust_list_url: {url!r} is not the address of a list"

    def _files(self) -> Iterator[str]:
        issuers = "trust-list-signer.pem" if self.trust_list_url else "issuers.json"
        for path in (
            self.keys_dir / "desk" / "key.pem",
            self.keys_dir / "desk" / "chain.pem",
            self.trust_dir / issuers,
            self.trust_dir / "access-anchors.pem",
        ):
            if not path.is_file():
                yield f"{path} is missing; the demo makes it with its seed command"
