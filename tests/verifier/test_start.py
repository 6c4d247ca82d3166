"""A verifier that cannot be trusted does not start."""

import pytest

from chassis.config import ConfigError
from chassis.database import DatabaseRefused
from chassis.migrations import migrate
from tests.verifier.helpers.desk import build_desk
from tests.verifier.helpers.pki import Pki


@pytest.fixture
def start(tmp_path, pki, monkeypatch):
    """Start after a change to the folders."""
    url = f"sqlite:///{tmp_path / 'verifier.db'}"
    migrate(url, "verifier.store")

    def starts(change):
        write = Pki.write

        def written(self, folder):
            write(self, folder)
            change(folder)

        monkeypatch.setattr(Pki, "write", written)
        return build_desk(tmp_path, url, pki)

    return starts


BROKEN = {
    "no issuers": lambda folder: (folder / "trust" / "issuers.json").write_text('{"issuers":[]}'),
    "no anchors": lambda folder: (folder / "trust" / "access-anchors.pem").write_text(""),
    "no key": lambda folder: (folder / "keys" / "desk" / "key.pem").unlink(),
    "no chain": lambda folder: (folder / "keys" / "desk" / "chain.pem").write_text("nothing"),
}


@pytest.mark.threat("224")
@pytest.mark.parametrize("change", BROKEN.values(), ids=BROKEN)
def test_without_trust_or_key_there_is_no_start(start, change):
    with pytest.raises(ConfigError):
        start(change)


def test_a_certificate_of_another_key_is_no_start(start, pki):
    def swap(folder):
        (folder / "keys" / "desk" / "key.pem").write_bytes(pki.issuers["bank"].key.to_pem())

    with pytest.raises(ConfigError, match="not the certificate"):
        start(swap)


def test_a_schema_that_is_not_there_is_no_start(tmp_path, pki):
    migrate(f"sqlite:///{tmp_path / 'other.db'}", "verifier.store", "base")

    with pytest.raises(DatabaseRefused):
        build_desk(tmp_path, f"sqlite:///{tmp_path / 'other.db'}", pki)
