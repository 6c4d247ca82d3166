"""Settings: environment variables in, one frozen dataclass out, every problem in one message."""

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from chassis.addresses import is_local, parse_address
from chassis.origins import host_of, is_origin, is_plain
from chassis.setting_values import read_value
from chassis.setting_values import setting as setting

Check = Callable[[], Iterator[str]]
ConfigT = TypeVar("ConfigT", bound="ServiceConfig")
THEMES = Path(__file__).parent / "ui" / "static" / "themes"
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


class ConfigError(Exception):
    """The service may not start like this; the message names every problem, one a line."""


@dataclass(frozen=True, kw_only=True)
class ServiceConfig:
    """What each service must be told; a service adds its own settings in a frozen, kw_only subclass."""

    public_url: str = setting("the origin people and peers see, e.g. https://wallet.example")
    database_url: str = setting("sqlite:////path/to/file or postgresql://user@host/name")
    secret_file: Path = setting("file with 32 random bytes; made at the first start")
    bind_host: str = setting("address to listen on", default="127.0.0.1")
    bind_port: int = setting("port to listen on")
    workers: int = setting("processes", default=1)
    threads: int = setting("requests at work at once in a process", default=16)
    queue_milliseconds: int = setting("how long a request waits for its turn before 503", default=400)
    demo: bool = setting("plain http on this machine and its network, with a banner", default=False)
    http_origins: tuple[str, ...] = setting("plain-http origins of peers (demo only)", default=())
    peer_origins: tuple[str, ...] = setting("https origins that a form may lead to", default=())
    peer_ports: tuple[int, ...] = setting("https ports that peers may use", default=(443,))
    routes: Mapping[str, str] = setting("public origin=origin to connect to, …", default={})
    tls_chain_file: Path | None = setting("certificate chain in PEM to serve https with", default=None)
    tls_key_file: Path | None = setting("private key in PEM that belongs to it", default=None)
    ca_file: Path | None = setting("extra certificate authorities for https peers", default=None)
    hub_url: str = setting("start page of the demonstration", default="")
    theme: str = setting(
        "name of the file in chassis/ui/static/themes with colours and sizes", default="eenmalig"
    )
    now: datetime | None = setting("frozen time (demo only), e.g. 2026-11-24T09:00:00+00:00", default=None)
    log_level: str = setting("DEBUG, INFO, WARNING or ERROR", default="INFO")
    max_body: int = setting("largest request body in bytes", default=1 << 20)

    def __post_init__(self) -> None:
        refuse(problem for check in self.checks() for problem in check())

    def checks(self) -> tuple[Check, ...]:
        """Return what must hold beyond types; a subclass returns `(*super().checks(), self._its_own)`."""
        return (
            self._origins,
            self._schemes,
            self._tls,
            self._demo_only,
            self._relaxations,
            self._port,
            self._counts,
            self._times,
            self._words,
            self._look,
        )

    def _origins(self) -> Iterator[str]:
        named = {"public_url": (self.public_url,), "http_origins": self.http_origins}
        named |= {"peer_origins": self.peer_origins, "hub_url": (self.hub_url,) if self.hub_url else ()}
        named |= {"routes": (*self.routes.keys(), *self.routes.values())}
        for name, origins in named.items():
            for origin in origins:
                if not is_origin(origin):
                    yield f"{name}: {origin!r} is not an origin such as https://host or http://host:port"

    def _schemes(self) -> Iterator[str]:
        for origin in self.http_origins:
            if not is_plain(origin):
                yield f"http_origins: {origin!r} is not plain http; an https origin goes in peer_origins"
        for origin in self.peer_origins:
            if is_plain(origin):
                yield f"peer_origins: {origin!r} is plain http; in the demo it goes in http_origins"

    def _demo_only(self) -> Iterator[str]:
        address = parse_address(host_of(self.public_url))
        if is_plain(self.public_url) and not self.demo:
            yield "public_url: plain http needs demo=1; use https"
        elif is_plain(self.public_url) and address is not None and not is_local(address):
            yield "public_url: plain http only on this machine or a private network"

    def _relaxations(self) -> Iterator[str]:
        if self.demo:
            return
        for name in ("http_origins", "now"):
            if getattr(self, name):
                yield f"{name}: only with demo=1"
        if is_plain(self.hub_url):
            yield "hub_url: plain http needs demo=1; use https"
        if any(is_plain(origin) for origin in self.routes):
            yield "routes: a route for a plain-http origin needs demo=1"

    def _port(self) -> Iterator[str]:
        if not 0 < self.bind_port < 65536:
            yield f"bind_port: {self.bind_port} is not a port"

    def _counts(self) -> Iterator[str]:
        for name in ("workers", "threads", "queue_milliseconds", "max_body"):
            if getattr(self, name) < 1:
                yield f"{name}: must be at least 1"

    def _tls(self) -> Iterator[str]:
        if (self.tls_chain_file is None) != (self.tls_key_file is None):
            yield "tls_chain_file and tls_key_file: give both, or none"
        if self.tls_chain_file is not None and is_plain(self.public_url):
            yield "public_url: with a certificate it begins with https"

    def _times(self) -> Iterator[str]:
        if self.now is not None and self.now.tzinfo is None:
            yield "now: must say its time zone, e.g. 2026-11-24T09:00:00+00:00"

    def _look(self) -> Iterator[str]:
        known = sorted(path.stem for path in THEMES.glob("*.css"))
        if self.theme not in known:
            yield f"theme: {self.theme!r} is not one of {', '.join(known)}"

    def _words(self) -> Iterator[str]:
        if self.log_level not in LOG_LEVELS:
            yield f"log_level: must be one of {', '.join(LOG_LEVELS)}"


def refuse(problems: Iterator[str] | list[str]) -> None:
    """Raise one ConfigError that names all problems, if there are any."""
    lines = list(problems)
    if lines:
        raise ConfigError("cannot start:\n" + "\n".join(f"  - {line}" for line in lines))


def load_config(cls: type[ConfigT], environ: Mapping[str, str], *, prefix: str) -> ConfigT:
    """Read `<PREFIX>_<FIELD>` for each field; raises ConfigError with every problem at once."""
    hints = get_type_hints(cls)
    values: dict[str, Any] = {}
    problems: list[str] = []
    for field in dataclasses.fields(cls):
        variable = f"{prefix.rstrip('_')}_{field.name}".upper()
        text = environ.get(variable, "")
        if text:
            try:
                values[field.name] = read_value(text, hints[field.name])
            except ValueError as wrong:
                problems.append(f"{variable}: {wrong}")
        elif field.default is MISSING and field.default_factory is MISSING:
            problems.append(f"{variable} is missing: {field.metadata.get('help', '')}")
    if problems:
        refuse([*problems, *_other_problems(cls, values)])
    return cls(**values)


def _other_problems(cls: type[ConfigT], values: Mapping[str, Any]) -> Iterator[str]:
    """Run the checks that the readable settings allow; one that needs an unreadable setting says nothing."""
    partial = object.__new__(cls)
    for field in dataclasses.fields(cls):
        if field.name in values:
            object.__setattr__(partial, field.name, values[field.name])
        elif field.default_factory is not MISSING:
            object.__setattr__(partial, field.name, field.default_factory())
    for check in partial.checks():
        try:
            yield from list(check())
        except AttributeError:
            continue
