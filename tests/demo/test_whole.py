"""A folder from which something is gone, or that an earlier version made, says so before anything starts."""

from datetime import UTC, datetime

import pytest

from demo.command_line import main
from demo.preparing import prepare
from demo.processes import prepare_folders
from demo.town import Town
from demo.trouble import Trouble
from demo.whole import require_whole, what_it_lacks

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.fixture
def town(tmp_path):
    made = Town(var=tmp_path / "var", base_port=9100)
    prepare_folders(made)
    prepare(made, now=NOW)
    for service in ("hub", "issuer", "wallet", "verifier"):
        (made.var / f"{service}.db").touch()
        made.secret(service).touch()
    return made


def test_a_folder_that_was_never_started_lacks_nothing(tmp_path):
    require_whole(Town(var=tmp_path))


def test_a_folder_of_this_version_is_whole(town):
    require_whole(town)

    assert what_it_lacks(town) == ""


@pytest.mark.parametrize(
    "gone",
    [
        "keys/issuer/bank/key.pem",
        "keys/verifier/authority/chain.pem",
        "keys/hub/register/key.pem",
        "keys/hub/trust-list/key.pem",
        "keys/wallet/provider/key.pem",
        "trust/own/access-anchors.pem",
        "secrets/wallet.key",
    ],
)
def test_what_is_gone_is_named_with_what_to_do(gone, town):
    (town.var / gone).unlink()

    with pytest.raises(Trouble, match=f"{gone} is gone.*make reset"):
        require_whole(town)


def test_a_folder_without_the_key_for_receipts_still_starts_and_says_what_it_goes_without(town):
    (town.keys / "verifier" / "receipts" / "key.pem").unlink()

    require_whole(town)

    assert "earlier version: the desk gives no receipts" in what_it_lacks(town)


def test_a_damaged_note_of_the_ports_is_named_and_can_be_reset(town, capsys):
    (town.var / "town.json").write_text("", encoding="utf-8")

    assert main(["--var", str(town.var), "start"], environment={}) == 1
    assert "town.json is damaged" in capsys.readouterr().err
    assert main(["--var", str(town.var), "reset"], environment={}) == 0
    assert not town.var.exists()
