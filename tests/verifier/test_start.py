"""A verifier that cannot be trusted does not start."""

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

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

    def starts(change, **settings):
        write = Pki.write

        def written(self, folder):
            write(self, folder)
            change(folder)

        monkeypatch.setattr(Pki, "write", written)
        return build_desk(tmp_path, url, pki, **settings)

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


LISTS = {"trust_list_url": ("http://localhost:8000/api/v1/trust/issuers",)}


def test_with_a_list_of_trust_its_signer_must_be_pinned(start):
    with pytest.raises(ConfigError, match=r"trust-list-signer\.pem is missing"):
        start(lambda folder: None, **LISTS)


def test_with_a_list_of_trust_the_file_of_issuers_is_not_read(start, pki):
    def pin(folder):
        (folder / "trust" / "issuers.json").unlink()
        pem = pki.access_ca.root.public_bytes(Encoding.PEM)
        (folder / "trust" / "trust-list-signer.pem").write_bytes(pem)

    ports = start(pin, **LISTS).app.extensions["ports"]

    assert ports.trust.list_signers == (pki.access_ca.root,)
    assert ports.trust.issuers.issuers == ()


@pytest.mark.parametrize(
    "settings",
    [{"response_mode": "query"}, {"max_open_requests": 0}, {"trust_list_url": ("ftp://x",)}],
    ids=repr,
)
def test_a_choice_that_is_none_is_no_start(start, settings):
    with pytest.raises(ConfigError):
        start(lambda folder: None, **settings)


def test_each_purpose_has_its_own_registration_certificate_and_the_old_single_file_serves_the_rest(start):
    def register(folder):
        desk = folder / "keys" / "desk"
        (desk / "registrations").mkdir()
        (desk / "registrations" / "name.jwt").write_text("eyJ.name.b\n")
        (desk / "registration.jwt").write_text("eyJ.a.b\n")

    access = start(register).app.extensions["ports"].access

    assert [access.registration_for(one) for one in ("name", "averaging")] == ["eyJ.name.b", "eyJ.a.b"]
    assert access.registration_for("surveillance") is None


def test_a_name_that_our_certificate_does_not_prove_is_not_used(start):
    desk = start(lambda folder: None)
    access = desk.app.extensions["ports"].access
    object.__setattr__(access, "client_ids", {"x509_hash": access.client_ids["x509_hash"]})

    said = desk.client().post("/api/v1/presentations", json={"mandate": True, "prefix": "x509_san_dns"})

    assert (said.status_code, said.json["code"]) == (400, "prefix_not_available")
