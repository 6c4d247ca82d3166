"""The issuer starts only with everything it needs, and says all that is missing."""

from __future__ import annotations

import pytest

from chassis.config import ConfigError, load_config
from chassis.database import DatabaseRefused
from chassis.migrations import migrate
from issuer.__main__ import run
from issuer.app import create_app
from issuer.config import Config
from tests.issuer.place import make_config, make_keys


def test_without_settings_every_missing_one_is_named():
    with pytest.raises(ConfigError) as refused:
        load_config(Config, {}, prefix="ISSUER")

    for name in ("PUBLIC_URL", "DATABASE_URL", "KEYS_DIR", "WALLET_URL"):
        assert f"ISSUER_{name}" in str(refused.value)


def test_without_schema_it_refuses_and_names_the_command(tmp_path, keys):
    config = make_config(tmp_path, keys, f"sqlite:///{tmp_path / 'absent.db'}")

    with pytest.raises(DatabaseRefused, match="migrate"):
        create_app(config)


def test_a_missing_foreign_or_exchanged_key_is_named(tmp_path, keys):
    url = f"sqlite:///{tmp_path / 'issuer.db'}"
    migrate(url, "issuer.store")
    other = make_keys(tmp_path / "keys")
    (other.folder / "bank" / "key.pem").unlink()
    (other.folder / "municipality" / "key.pem").write_bytes((keys.folder / "bank" / "key.pem").read_bytes())

    with pytest.raises(ConfigError) as refused:
        create_app(make_config(tmp_path, other, url))
    with pytest.raises(ConfigError, match="not for http://localhost:9001"):
        create_app(make_config(tmp_path, keys, url, public_url="http://localhost:9001"))

    assert "bank" in str(refused.value)
    assert "municipality" in str(refused.value)
    assert "tax-authority" not in str(refused.value)


def test_the_commands_migrate_and_seed_may_be_repeated(tmp_path, keys):
    config = make_config(tmp_path, keys, f"sqlite:///{tmp_path / 'issuer.db'}")

    for command in ("migrate", "seed", "migrate", "seed"):
        run(command, config)

    listed = create_app(config).test_client().get("/bank/statuslists", base_url="http://localhost:8001")
    assert len(listed.json["status_lists"]) == 2


def test_the_knob_of_the_workshop_host_is_only_in_the_demo(tmp_path, keys, issuer):
    ports = issuer.app.extensions["ports"]
    assert ports.demo

    issuer.app.extensions["ports"] = type(ports)(
        **{name: getattr(ports, name) for name in ports.__slots__} | {"demo": False}
    )
    answer = issuer.open(
        "POST", "/api/v1/revocations", json={"status_uri": "http://localhost:8001/x", "idx": 1}
    )

    assert (answer.status_code, answer.json["code"]) == (403, "only_in_the_demo")
