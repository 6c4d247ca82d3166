"""What the wallet must be told before it starts."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from chassis.config import Check, ServiceConfig
from chassis.setting_values import setting


@dataclass(frozen=True, kw_only=True)
class Config(ServiceConfig):
    """The wallet's own settings; outside the demonstration a try of a PIN must cost real work."""

    trust_dir: Path = setting("folder with issuers.json and access-anchors.pem")
    keys_dir: Path | None = setting(
        "folder with provider/key.pem and provider/chain.pem, to vouch for this wallet", default=None
    )
    trust_list_url: tuple[str, ...] = setting(
        "signed lists of whom to believe, signer in trust-list-signer.pem; empty: issuers.json", default=()
    )
    require_registration: bool = setting("refuse who asks without a registration certificate", default=False)
    require_encrypted_answers: bool = setting("answer only who takes encrypted answers", default=False)
    allow_unsigned_requests: bool = setting(
        "let nameless senders ask (prefix redirect_uri), for tests", default=False
    )
    argon2_time_cost: int = setting("Argon2id: passes over the memory for one try of a PIN", default=3)
    argon2_memory_kib: int = setting("Argon2id: memory in KiB for one try of a PIN", default=65536)
    argon2_lanes: int = setting("Argon2id: lanes", default=4)
    idle_minutes: int = setting("minutes without a click after which a citizen is signed out", default=30)
    session_hours: int = setting("hours after which a session ends anyway", default=8)

    supervisor_url: str = setting(
        "where reports about requests go when the request itself names no supervisor; empty: nowhere",
        default="",
    )
    supervisor_name: str = setting("what that supervisor is called", default="Toezichthouder (voorbeeld)")

    def checks(self) -> tuple[Check, ...]:
        """Add our own limits to those of every service."""
        return (*super().checks(), self._positive, self._costly, self._files)

    def _positive(self) -> Iterator[str]:
        for name in ("argon2_time_cost", "argon2_lanes", "idle_minutes", "session_hours"):
            if getattr(self, name) < 1:
                yield f"{name}: must be at least 1"

    def _costly(self) -> Iterator[str]:
        least = 8 * self.argon2_lanes if self.demo else 19 * 1024
        if self.argon2_memory_kib < least:
            yield f"argon2_memory_kib: must be at least {least}"

    def _files(self) -> Iterator[str]:
        if self.supervisor_url and not self.supervisor_url.startswith(("https://", "http://")):
            yield f"supervisor_url: {self.supervisor_url!r} is not an address to post to"
        for url in self.trust_list_url:
            if not url.startswith(("https://", "http://")):
                yield f"trust_list_url: {url!r} is not the address of a list"
        needed = [self.trust_dir / ("trust-list-signer.pem" if self.trust_list_url else "issuers.json")]
        needed += [self.trust_dir / "registration-anchors.pem"] if self.require_registration else []
        for path in needed:
            if not path.is_file():
                yield f"{path} is missing; the demo makes it with its seed command"
