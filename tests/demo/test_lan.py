"""A workshop has phones: they open what runs on the host's laptop by its address on their network."""

import socket

import pytest

from demo.command_line import main
from demo.lan import lan_address
from demo.processes import refuse_taken_ports
from demo.town import Town
from demo.trouble import Trouble


class _Way:
    """What the operating system says of the way out, without sending anything."""

    def __init__(self, mine: str | None) -> None:
        self.mine = mine

    def __enter__(self) -> "_Way":
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing to close."""

    def connect(self, _address: tuple[str, int]) -> None:
        if self.mine is None:
            raise OSError("Network is unreachable")

    def getsockname(self) -> tuple[str | None, int]:
        return (self.mine, 40000)


@pytest.mark.parametrize("said", ["192.168.1.20", "10.0.0.9", "172.16.4.4", "laptop.local", "Laptop.local"])
def test_an_address_of_a_private_network_or_a_name_is_taken_as_said(said):
    assert lan_address(said) == said.lower()


@pytest.mark.parametrize("said", ["http://x", "192.168.1", "192.168.1.20:8000", "a b", "::1", "-x", "8000"])
def test_what_is_no_address_of_a_machine_is_refused(said):
    with pytest.raises(Trouble, match="is no address of this machine"):
        lan_address(said)


@pytest.mark.parametrize("said", ["8.8.8.8", "169.254.1.1", "203.0.113.7", "0.0.0.0"])
def test_plain_http_stays_on_a_private_network(said):
    with pytest.raises(Trouble, match="is on no private network"):
        lan_address(said)


def test_one_finds_the_address_of_the_network_in_use(monkeypatch):
    monkeypatch.setattr(socket, "socket", lambda *_: _Way("192.168.1.20"))

    assert lan_address("1") == "192.168.1.20"


def test_without_a_network_it_says_what_to_do(monkeypatch):
    monkeypatch.setattr(socket, "socket", lambda *_: _Way(None))

    with pytest.raises(Trouble, match="Join one, or name its address"):
        lan_address("1")


def test_only_a_town_for_a_network_listens_beyond_this_machine(tmp_path):
    alone, everybody = Town(var=tmp_path), Town(var=tmp_path, host="192.168.1.20")

    assert alone.environment("wallet")["WALLET_BIND_HOST"] == "127.0.0.1"
    assert everybody.environment("wallet")["WALLET_BIND_HOST"] == "0.0.0.0"
    assert everybody.environment("wallet")["WALLET_PUBLIC_URL"] == "http://192.168.1.20:8002"


def test_the_next_command_finds_the_town_at_its_address(tmp_path):
    Town(var=tmp_path, host="192.168.1.20", base_port=9100).remember()

    assert Town(var=tmp_path).where_it_was().url("wallet") == "http://192.168.1.20:9102"


def test_an_address_of_somebody_else_is_refused_before_anything_starts(tmp_path):
    with pytest.raises(Trouble, match="is not an address of this machine now"):
        refuse_taken_ports(Town(var=tmp_path, host="203.0.113.7", base_port=9100))


def test_phones_would_not_trust_our_root(tmp_path, capsys):
    status = main(["--var", str(tmp_path), "--lan", "10.0.0.9", "--tls", "start"], environment={})

    assert status == 1
    assert "LAN and TLS do not go together" in capsys.readouterr().err
