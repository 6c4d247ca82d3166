"""The launcher as a person uses it: real processes, real ports, real HTTP."""

from __future__ import annotations

import json

import pytest

from tests.processes import demo, free_base_port, running_demo


@pytest.fixture(scope="module", params=["http", "https"])
def running(request, tmp_path_factory):
    """Four real processes, stopped at the end; every test that takes them runs in both modes."""
    with running_demo(tmp_path_factory.mktemp("var"), tls=request.param == "https") as where:
        yield where


def test_the_flagship_plays_over_real_http(running):
    played = demo(*running, "play", "averaging", "--json")

    assert played.returncode == 0, played.stderr
    result = json.loads(played.stdout)
    assert result["decision"]["refund_eur"] == 2809
    assert result["mandate"]["state"] == "used"
    assert (result["second_use"], result["revoked_use"]) == ("mandate_already_used", "mandate_revoked")


def test_every_printed_address_opens(running):
    var, base_port = running
    examined = demo(var, base_port, "doctor")

    assert examined.returncode == 0
    assert "all four are ready" in examined.stdout


def test_a_second_start_in_the_same_folder_is_refused_with_a_sentence(running):
    again = demo(*running, "start")

    assert again.returncode == 1
    assert "running already" in again.stderr
    assert "Traceback" not in again.stderr


def test_a_taken_port_is_named(running, tmp_path):
    _, base_port = running
    refused = demo(tmp_path / "var", base_port - 2, "start")

    assert refused.returncode == 1
    assert f"Port {base_port}" in refused.stderr
    assert len(refused.stderr.strip().splitlines()) == 1


def test_a_folder_made_for_other_addresses_is_refused(running, tmp_path):
    var, base_port = tmp_path / "var", free_base_port()
    assert demo(var, base_port, "prepare").returncode == 0

    refused = demo(var, base_port + 100, "prepare")

    assert refused.returncode == 1
    assert "make reset" in refused.stderr


def test_a_folder_that_may_not_be_written_is_named(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder", encoding="utf-8")

    refused = demo(blocked, free_base_port(), "start")

    assert refused.returncode == 1
    assert f"Cannot write in {blocked}" in refused.stderr


def test_reset_forgets_only_what_the_demonstration_made(tmp_path):
    var, base_port = tmp_path / "var", free_base_port()
    assert demo(var, base_port, "prepare").returncode == 0
    (var / "holiday.jpg").touch()
    refused = demo(var, base_port, "reset")
    (var / "holiday.jpg").unlink()
    done = demo(var, base_port, "reset")

    assert refused.returncode == 1
    assert done.returncode == 0
    assert not var.exists()


def test_playing_without_services_says_how_to_start_them(tmp_path):
    refused = demo(tmp_path / "var", free_base_port(), "play", "averaging")

    assert refused.returncode == 1
    assert "make demo" in refused.stderr


def test_private_keys_may_be_read_by_their_owner_only(running):
    var, _ = running
    keys = [*var.glob("**/key.pem"), *var.glob("**/secrets/*.key")]

    assert len(keys) >= 7
    assert {oct(key.stat().st_mode & 0o777) for key in keys} == {"0o600"}
