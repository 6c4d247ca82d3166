"""Evidence leaves the register as a file, and is judged offline by the function that the authority uses."""

import io
import json
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from chassis.config import ConfigError
from consent.evidence import EvidenceBundle
from openid4vc.jose import strict_json
from tests.verifier.helpers.cards import BSN
from tests.verifier.helpers.pki import NOON
from tests.verifier.test_acting import file, filing_of
from tests.verifier.test_ledger import without_triggers
from tests.verifier.test_trust_lists import Keeping
from verifier import commands
from verifier.command_line import read_command_line
from verifier.domain.mandate import MandateId

YEARS_LATER = "2035-01-01T00:00:00Z"
CHECKS = {"bundle", "question", "mandate", "identity", "key_binding", "grant_time", "status", "nothing_more"}


@pytest.fixture
def opened(desk):
    return desk.granted()


@pytest.fixture
def exported(desk, opened, tmp_path):
    """The file that `evidence export` writes."""
    path = tmp_path / "evidence.json"
    store = desk.app.extensions["ports"].store
    path.write_bytes(store.register.export_evidence(MandateId(opened.mandate_id), by="operator", now=NOON))
    return path


def verify(path, at=YEARS_LATER):
    arguments = ["evidence", "verify", str(path), "--at", at]
    asked = read_command_line(arguments, environ={"VERIFIER_TRUST_DIR": str(path.parent / "trust")})
    out = io.BytesIO()
    code = commands.OFFLINE[asked.command](asked, out)
    return code, out.getvalue().decode()


def test_a_file_is_good_years_later_without_database_and_network(exported, desk):
    asked = len(desk.wire.asked)

    code, said = verify(exported)

    assert code == 0
    assert {line.split()[1].rstrip(":") for line in said.splitlines()} >= CHECKS
    assert "FAIL" not in said
    assert said.endswith("checks, all hold, as of 2035-01-01T00:00:00+00:00\n")
    assert len(desk.wire.asked) == asked
    assert not [value for value in (BSN, "Noor") if value in said]


def test_the_export_is_in_the_ledger(exported, desk, opened):
    lines = desk.app.extensions["ports"].store.ledger.of(opened.mandate_id)

    assert (lines[-1].actor, lines[-1].event) == ("operator", "evidence_exported")


def test_income_and_bank_are_not_in_the_evidence(exported):
    bundle = EvidenceBundle.from_json(exported.read_bytes())

    assert set(bundle.status_tokens) == {"http://localhost:8001/municipality/statuslists/1"}
    assert not [word for word in ("NL02VBLD", "belastbaar") if word in exported.read_text()]


def test_an_earlier_time_than_the_grant_is_refused(exported):
    assert verify(exported, "2026-11-01T00:00:00")[0] == 1


@pytest.mark.parametrize("member", ["request_object", "transaction_data", "identity", "granted_at"])
def test_a_tampered_file_is_refused_by_name_and_by_the_authority_too(exported, desk, opened, member):
    bundle = json.loads(exported.read_bytes())
    value = bundle[member]
    bundle[member] = value - 3600 if isinstance(value, int) else spoiled(value)
    exported.write_text(json.dumps(bundle))

    code, said = verify(exported)
    filed = file(desk, filing_of(desk, opened) | {"evidence": bundle})

    assert code == 1
    assert "FAIL" in said
    assert "NOT all hold" in said.splitlines()[-1]
    assert (filed.status_code, filed.json["code"]) == (400, "evidence_rejected")
    assert desk.state(opened) == "granted"


def test_evidence_without_its_status_token_is_refused(exported, desk, opened):
    bundle = json.loads(exported.read_bytes()) | {"status_tokens": {}}
    exported.write_text(json.dumps(bundle))

    assert "FAIL status" in verify(exported)[1]
    assert file(desk, filing_of(desk, opened) | {"evidence": bundle}).status_code == 400


def test_what_is_no_evidence_is_a_failed_check(exported):
    exported.write_text("nothing")

    assert verify(exported) == (1, verify(exported)[1])
    assert verify(exported)[1].startswith("FAIL bundle")


def test_a_folder_without_anchors_is_told(exported):
    (exported.parent / "trust" / "access-anchors.pem").unlink()

    with pytest.raises(ConfigError, match="trust"):
        verify(exported)


def test_the_token_is_fetched_again_when_it_made_room(desk, opened):
    desk.app.extensions["ports"].status_lists._tokens.clear()

    again = desk.granted()

    kept = desk.app.extensions["ports"].store.register.values(MandateId(again.mandate_id))
    assert EvidenceBundle.from_json(kept.evidence).status_tokens


def test_a_credential_revoked_since_the_grant_does_not_undo_the_evidence(exported, desk):
    desk.wire.status["municipality"] = {1: 1}
    desk.advance(hours=1)

    assert verify(exported)[0] == 0


def spoiled(text):
    """One character in the middle is another."""
    place = len(text) // 2
    return text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]


@pytest.fixture
def config(desk, tmp_path):
    """What the commands are told; the database and the secret of the desk."""

    class Told:
        database_url = f"sqlite:///{tmp_path / 'verifier.db'}"
        secret_file = tmp_path / "secret"
        now = NOON + timedelta(days=60)
        demo = True

    return Told()


def run(config, *arguments):
    asked = read_command_line(list(arguments), environ={})
    out = io.BytesIO()
    return commands.WITH_STORE[asked.command](asked, config, out), out.getvalue().decode()


def offline(*arguments, environ=None):
    asked = read_command_line(list(arguments), environ=environ or {})
    out = io.BytesIO()
    return commands.OFFLINE[asked.command](asked, out), out.getvalue().decode()


def audit(*arguments, environ=None):
    return offline("ledger", "verify", *arguments, environ=environ)


def test_the_commands_tell_a_healthy_ledger_from_a_tampered_one(config, desk, opened):
    told = {"VERIFIER_DATABASE_URL": config.database_url}
    assert audit(environ=told) == (0, "3 lines, all as written\n")
    without_triggers(database := desk.app.extensions["ports"].store.ledger.database)
    with database.begin() as connection:
        connection.exec_driver_sql("DELETE FROM ledger_line WHERE seq = 2")

    code, said = audit(environ=told)

    assert code == 1
    assert said.startswith("line 2: missing")


def test_the_ledger_in_a_copy_of_the_file_is_audited_without_settings(desk, opened, tmp_path):
    copy = tmp_path / "copy.db"
    copy.write_bytes((tmp_path / "verifier.db").read_bytes())

    assert audit("--database", str(copy)) == (0, "3 lines, all as written\n")


def test_an_audit_without_a_database_is_told_so():
    with pytest.raises(ConfigError, match="--database"):
        audit()


def test_the_ledger_of_one_mandate_is_shown(config, opened):
    code, said = run(config, "ledger", "show", opened.mandate_id)

    assert code == 0
    assert [strict_json.loads(line)["event"] for line in said.splitlines()] == [
        "proposed",
        "granted",
        "released",
    ]
    with pytest.raises(ConfigError, match="no line about unknown"):
        run(config, "ledger", "show", "unknown")


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    missing = str(tmp_path / "nothing.json")

    with pytest.raises(ConfigError, match=r"cannot read .*nothing\.json: No such file"):
        offline("lint", missing)
    with pytest.raises(ConfigError, match=r"cannot read .*nothing\.json: No such file"):
        offline("evidence", "verify", missing, "--at", "2031-01-01T00:00:00Z")


def test_a_folder_without_anchors_says_which_file_it_lacks(tmp_path):
    bundle = tmp_path / "bundle.json"
    bundle.write_bytes(b"{}")

    with pytest.raises(ConfigError, match=r"access-anchors\.pem: No such file"):
        offline("evidence", "verify", str(bundle), "--at", "2031-01-01", "--trust-dir", str(tmp_path))


def test_what_is_no_time_is_refused_with_an_example(capsys):
    with pytest.raises(SystemExit):
        offline("evidence", "verify", "any", "--at", "2030")

    assert "2030 is no time such as 2031-01-01T00:00:00Z" in capsys.readouterr().err


def test_the_export_of_the_command_is_the_file(config, opened):
    code, said = run(config, "evidence", "export", opened.mandate_id)

    assert code == 0
    assert EvidenceBundle.from_json(said)
    with pytest.raises(ConfigError):
        run(config, "evidence", "export", "unknown")


def test_a_command_that_is_not_there_ends_with_the_usage(capsys):
    with pytest.raises(SystemExit):
        read_command_line(["evidence", "verify", "file"], environ={})

    assert Path("--at").name in capsys.readouterr().err


def test_with_signed_lists_the_bundle_and_their_signer_are_enough(desk, tmp_path, monkeypatch):
    keeping = Keeping(desk, monkeypatch)
    opened = desk.granted()
    register = desk.app.extensions["ports"].store.register
    path = tmp_path / "evidence.json"
    path.write_bytes(register.export_evidence(MandateId(opened.mandate_id), by="operator", now=NOON))
    (tmp_path / "trust" / "issuers.json").unlink()
    signer = keeping.ca.root.public_bytes(Encoding.PEM)
    (tmp_path / "trust" / "trust-list-signer.pem").write_bytes(signer)

    code, said = verify(path)

    assert code == 0
    assert "ok   trust_list: sequence 5" in said
    assert desk.use(opened).status_code == 200
    path.write_text(json.dumps(json.loads(path.read_bytes()) | {"trust_list_sequence": 4}))
    assert "FAIL trust_list" in verify(path)[1]
    path.write_text(json.dumps(json.loads(path.read_bytes()) | {"trust_list": "x"}))
    assert verify(path)[0] == 1


def test_a_confirmation_at_the_desk_is_judged_as_the_weaker_kind(tmp_path, desk, opened):
    path = tmp_path / "evidence.json"
    path.write_text('{"type":"urn:eenmalig:evidence:confirmed-at-desk:1"}')

    code, said = verify(path)

    assert code == 1
    assert said.startswith("FAIL confirmed_at_desk")
