"""The four services of one laptop: their names, ports, addresses and folders."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from demo.trouble import Trouble


@dataclass(frozen=True, slots=True)
class Service:
    """One process of the demonstration."""

    name: str
    package: str
    offset: int


SERVICES = (
    Service("hub", "demo", 0),
    Service("issuer", "issuer", 1),
    Service("wallet", "wallet", 2),
    Service("verifier", "verifier", 3),
)

DEFAULT_BASE_PORT = 8000
THIS_MACHINE = "localhost"
TENANTS = ("municipality", "tax-authority", "bank")


@dataclass(frozen=True, slots=True)
class Town:
    """Where everything is: one folder for all state, one host name, four consecutive ports.

    `trust_files` are roots of strangers; `extra_origins` are addresses of theirs that may be called.
    """

    var: Path
    base_port: int = DEFAULT_BASE_PORT
    host: str = THIS_MACHINE
    tls: bool = False
    trust_files: tuple[Path, ...] = ()
    extra_origins: tuple[str, ...] = ()

    def port(self, name: str) -> int:
        """The TCP port of a service."""
        return self.base_port + next(service.offset for service in SERVICES if service.name == name)

    def url(self, name: str) -> str:
        """The public address of a service, without a trailing slash."""
        return f"{self.scheme}://{self.host}:{self.port(name)}"

    @property
    def scheme(self) -> str:
        """Plain http, or https with a certificate of our own root."""
        return "https" if self.tls else "http"

    def urls(self) -> dict[str, str]:
        """Every public address by service name."""
        return {service.name: self.url(service.name) for service in SERVICES}

    @property
    def bind_host(self) -> str:
        """Where the services listen: for this machine alone, unless the town is for a whole network."""
        return "127.0.0.1" if self.host == THIS_MACHINE else "0.0.0.0"  # noqa: S104 - asked for with --lan

    def routes(self) -> dict[str, str]:
        """Public origin to the address that a process on this machine connects to."""
        return {
            self.url(service.name): f"{self.scheme}://127.0.0.1:{self.port(service.name)}"
            for service in SERVICES
        }

    def tenant_id(self, tenant: str) -> str:
        """The credential issuer identifier of an organisation at the issuer."""
        return f"{self.url('issuer')}/{tenant}"

    def receipts_id(self) -> str:
        """The credential issuer identifier of the desk, for receipts of mandates."""
        return f"{self.url('verifier')}/receipts"

    @property
    def keys(self) -> Path:
        """Private keys and certificate chains, one folder a service."""
        return self.var / "keys"

    @property
    def trust(self) -> Path:
        """Public lists of who is trusted for what."""
        return self.var / "trust"

    @property
    def own_trust(self) -> Path:
        """The same lists before strangers are added."""
        return self.trust / "own"

    @property
    def logs(self) -> Path:
        """One log a service."""
        return self.var / "log"

    def secret(self, name: str) -> Path:
        """The file with the secret of a service."""
        return self.var / "secrets" / f"{name}.key"

    @property
    def pid_file(self) -> Path:
        """Holds the process number of the supervisor while it runs."""
        return self.var / "demo.pid"

    @property
    def root(self) -> Path | None:
        """The TLS root when this town speaks https."""
        return self.tls_root if self.tls else None

    def environment(self, name: str) -> dict[str, str]:
        """The environment variables that one service is started with."""
        prefix = f"{name.upper()}_"
        values = self._common(name) | self._own(name)
        return {prefix + key: value for key, value in values.items()}

    def _common(self, name: str) -> dict[str, str]:
        return {
            "PUBLIC_URL": self.url(name),
            "DATABASE_URL": f"sqlite:///{(self.var / f'{name}.db').resolve()}",
            "SECRET_FILE": str(self.secret(name).resolve()),
            "BIND_HOST": self.bind_host,
            "BIND_PORT": str(self.port(name)),
            "DEMO": "true",
            "HTTP_ORIGINS": ",".join(self._origins("http://")),
            "PEER_ORIGINS": ",".join(self._origins("https://")),
            "ROUTES": ",".join(f"{public}={address}" for public, address in self.routes().items()),
            "HUB_URL": self.url("hub"),
        } | self._certificate()

    def _origins(self, scheme: str) -> list[str]:
        return [
            origin for origin in (*self.urls().values(), *self.extra_origins) if origin.startswith(scheme)
        ]

    def _certificate(self) -> dict[str, str]:
        if not self.tls:
            return {}
        folder = self.keys / "tls"
        return {
            "TLS_CHAIN_FILE": str((folder / "chain.pem").resolve()),
            "TLS_KEY_FILE": str((folder / "key.pem").resolve()),
            "CA_FILE": str(self.tls_root.resolve()),
        }

    @property
    def tls_root(self) -> Path:
        """The root that browsers and clients of strangers must trust in TLS mode."""
        return self.own_trust / "tls-root.pem"

    def _own(self, name: str) -> dict[str, str]:
        keys, trust = str((self.keys / name).resolve()), str(self.trust.resolve())
        own: Mapping[str, dict[str, str]] = {
            "hub": {
                "ISSUER_URL": self.url("issuer"),
                "WALLET_URL": self.url("wallet"),
                "VERIFIER_URL": self.url("verifier"),
                "TRUST_DIR": trust,
            },
            "issuer": {
                "KEYS_DIR": keys,
                "TRUST_DIR": trust,
                "WALLET_URL": self.url("wallet"),
                "UNREGISTERED_WALLETS": "true",
            },
            "wallet": {
                "KEYS_DIR": keys,
                "TRUST_DIR": trust,
                "SUPERVISOR_URL": f"{self.url('verifier')}/supervisor",
            },
            "verifier": {
                "KEYS_DIR": keys,
                "TRUST_DIR": trust,
                "ISSUER_URL": self.url("issuer"),
                "WALLET_URL": self.url("wallet"),
                "AUTHORITY_URL": self.url("verifier"),
                "RESPONSE_MODE": "direct_post.jwt",
            }
            | self._trust_list(),
        }
        return own[name]

    def _trust_list(self) -> dict[str, str]:
        """The signed list; strangers are on no list, so that with them the files decide."""
        return {} if self.trust_files else {"TRUST_LIST_URL": f"{self.url('hub')}/api/v1/trust/issuers"}

    def remember(self) -> None:
        """Note for which addresses the keys in this folder were made."""
        (self.var / "town.json").write_text(json.dumps(self.urls(), indent=1) + "\n", encoding="utf-8")

    def where_it_was(self) -> Town:
        """The same town at the address and ports that its keys were made for, if there are keys."""
        try:
            urls = self.remembered()
        except Trouble:
            return self
        hub = urlsplit(urls["hub"]) if urls else None
        if hub is None or hub.hostname is None or hub.port is None:
            return self
        return replace(self, host=hub.hostname, base_port=hub.port)

    def remembered(self) -> dict[str, str] | None:
        """The addresses that the keys in this folder were made for, if any were."""
        noted = self.var / "town.json"
        if not noted.exists():
            return None
        try:
            urls: dict[str, str] = json.loads(noted.read_text(encoding="utf-8"))
        except ValueError:
            raise Trouble(f"{noted} is damaged. Run 'make reset' to make everything anew.") from None
        return urls
