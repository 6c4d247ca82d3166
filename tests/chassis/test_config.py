"""Settings: what is read, and every reason not to start."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from chassis.clock import clock_for, system_clock
from chassis.config import ConfigError, ServiceConfig, load_config, setting
from tests.chassis.frame import config_in

ENOUGH = {
    "ISSUER_PUBLIC_URL": "https://issuer.example",
    "ISSUER_DATABASE_URL": "sqlite:////var/lib/issuer.db",
    "ISSUER_SECRET_FILE": "/var/lib/secret",
    "ISSUER_BIND_PORT": "8001",
}
DEMO = ENOUGH | {"ISSUER_DEMO": "1", "ISSUER_PUBLIC_URL": "http://localhost:8001"}


@dataclass(frozen=True, kw_only=True)
class OwnConfig(ServiceConfig):
    """A service adds a setting of its own."""

    keys_dir: Path = setting("folder with keys")
    names: tuple[str, ...] = setting("names", default=("a",))


def load(environment: Mapping[str, str], **changes: str) -> ServiceConfig:
    return load_config(ServiceConfig, {**environment, **changes}, prefix="ISSUER")


def test_settings_come_from_the_environment_with_defaults_for_the_rest() -> None:
    config = load(ENOUGH, OTHER="ignored")

    assert config.public_url == "https://issuer.example"
    assert config.secret_file == Path("/var/lib/secret")
    assert (config.bind_port, config.threads, config.demo, config.now) == (8001, 16, False, None)


def test_lists_pairs_and_instants_are_read() -> None:
    config = load(
        DEMO,
        ISSUER_HTTP_ORIGINS="http://localhost:8002, http://192.168.1.7:8003",
        ISSUER_ROUTES="http://localhost:8002=http://wallet:8002",
        ISSUER_NOW="2026-11-24T09:00:00+01:00",
        ISSUER_PEER_PORTS="443,8443",
    )

    assert config.http_origins == ("http://localhost:8002", "http://192.168.1.7:8003")
    assert config.routes == {"http://localhost:8002": "http://wallet:8002"}
    assert config.peer_ports == (443, 8443)
    assert clock_for(config)() == datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


def test_a_service_adds_its_own_settings() -> None:
    environment = {**ENOUGH, "ISSUER_KEYS_DIR": "/keys", "ISSUER_NAMES": "x,y"}

    config = load_config(OwnConfig, environment, prefix="ISSUER_")

    assert (config.keys_dir, config.names) == (Path("/keys"), ("x", "y"))


def test_without_a_frozen_time_the_clock_runs_in_utc(tmp_path: Path) -> None:
    assert clock_for(config_in(tmp_path)) is system_clock
    assert system_clock().tzinfo is UTC


def test_every_problem_is_in_one_message() -> None:
    with pytest.raises(ConfigError) as refused:
        load(
            {"ISSUER_BIND_PORT": "port", "ISSUER_PUBLIC_URL": "http://issuer.example/", "ISSUER_THREADS": "0"}
        )

    for named in ("DATABASE_URL", "SECRET_FILE", "BIND_PORT", "public_url", "threads"):
        assert named in str(refused.value)


@pytest.mark.parametrize("name", ENOUGH)
def test_what_has_no_default_must_be_given(name: str) -> None:
    with pytest.raises(ConfigError, match=f"{name} is missing"):
        load({key: value for key, value in ENOUGH.items() if key != name})


@pytest.mark.threat("376")
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PUBLIC_URL", "http://issuer.example"),
        ("PUBLIC_URL", "http://localhost:8001"),
        ("HTTP_ORIGINS", "http://localhost:8002"),
        ("NOW", "2026-11-24T09:00:00+01:00"),
        ("HUB_URL", "http://localhost:8000"),
        ("ROUTES", "http://localhost:8002=http://wallet:8002"),
    ],
)
def test_each_relaxation_is_refused_outside_the_demo(name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=name.lower()):
        load(ENOUGH, **{f"ISSUER_{name}": value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PUBLIC_URL", "https://issuer.example/"),
        ("PUBLIC_URL", "https://issuer.example/path"),
        ("PUBLIC_URL", "https://user@issuer.example"),
        ("PUBLIC_URL", "https://ISSUER.example"),
        ("PUBLIC_URL", "https://issuer.example:443"),
        ("PUBLIC_URL", "ftp://issuer.example"),
        ("PUBLIC_URL", "http://8.8.8.8:8001"),
        ("PUBLIC_URL", "http://169.254.1.1:8001"),
        ("HTTP_ORIGINS", "https://issuer.example"),
        ("PEER_ORIGINS", "wallet.example"),
        ("PEER_ORIGINS", "http://localhost:8003"),
        ("ROUTES", "https://wallet.example"),
        ("ROUTES", "https://wallet.example=wallet:8002"),
        ("BIND_PORT", "0"),
        ("BIND_PORT", "65536"),
        ("BIND_PORT", "-1"),
        ("BIND_PORT", "８００１"),
        ("WORKERS", "0"),
        ("THREADS", "0"),
        ("QUEUE_MILLISECONDS", "0"),
        ("MAX_BODY", "0"),
        ("PEER_PORTS", "443,x"),
        ("DEMO", "maybe"),
        ("NOW", "yesterday"),
        ("NOW", "2026-11-24T09:00:00"),
        ("LOG_LEVEL", "LOUD"),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused(name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=rf"(?i){name}"):
        load(DEMO, **{f"ISSUER_{name}": value})


def test_a_config_made_by_hand_is_held_to_the_same_rules(tmp_path: Path) -> None:
    settings: dict[str, Any] = {"demo": False}

    with pytest.raises(ConfigError, match="plain http needs demo"):
        config_in(tmp_path, **settings)
