"""What the command line says when something is wrong: the cause, and what to do."""

import json
import os
import socket

import pytest

from chassis.outbound import Answer
from demo.command_line import main
from demo.start import welcome
from demo.strangers import check_origin
from demo.town import Town
from demo.trouble import Trouble
from demo.web_client import Caller, Refused


class Door:
    """Answers everything with one problem (RFC 9457)."""

    def __init__(self, problem):
        self._problem = problem

    def get(self, url, *, accept, headers):
        return Answer(400, "application/json", {}, json.dumps(self._problem).encode())


def _keys_were_made(var, base_port):
    (var / "town.json").write_text(json.dumps(Town(var=var, base_port=base_port).urls()), encoding="utf-8")


def test_a_refusal_says_what_happened_what_to_do_and_its_number():
    problem = {
        "code": "offer_gone",
        "title": "This is too old",
        "hint": "Collect anew.",
        "request_id": "17af",
    }

    with pytest.raises(Refused) as refused:
        Caller(Door(problem), "http://localhost:1", {}).get("/x")

    assert str(refused.value) == (
        "GET /x: HTTP 400 offer_gone. This is too old. Collect anew. Reference 17af in the logs."
    )


def test_a_refusal_without_words_says_its_code():
    with pytest.raises(Refused, match=r"^GET /x: HTTP 400 slow_down$"):
        Caller(Door({"error": "slow_down"}), "http://localhost:1", {}).get("/x")


def test_a_second_start_names_the_address_that_is_open_now(tmp_path, capsys):
    _keys_were_made(tmp_path, 8200)
    (tmp_path / "demo.pid").write_text(str(os.getpid()), encoding="utf-8")

    main(["--var", str(tmp_path), "--base-port", "9200", "start"], environment={})

    assert "open http://localhost:8200," in capsys.readouterr().err


@pytest.mark.parametrize(("made", "advice"), [(True, "make reset (keys"), (False, "other ports: make demo")])
def test_a_taken_port_says_how_to_move(made, advice, tmp_path, capsys):
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        port = held.getsockname()[1]
        if made:
            _keys_were_made(tmp_path, port)

        status = main(["--var", str(tmp_path), "--base-port", str(port), "doctor"], environment={})

    assert status == 1
    assert advice in capsys.readouterr().out


@pytest.mark.parametrize("said", ["abc", "80", "65533", "-1"])
def test_four_ports_must_be_possible(said, capsys):
    with pytest.raises(SystemExit):
        main(["doctor"], environment={"BASE_PORT": said})

    assert f"{said} is no port from 1024 to 65532" in capsys.readouterr().err


@pytest.mark.parametrize("origin", ["foo", "localhost:9000", "http://localhost:9000/", "ftp://a", "http://"])
def test_an_address_of_a_stranger_is_an_origin(origin):
    with pytest.raises(Trouble, match="is no origin"):
        check_origin(origin)


@pytest.mark.parametrize("origin", ["http://localhost:9000", "https://wallet.example"])
def test_an_origin_may_be_called(origin):
    check_origin(origin)


def test_what_was_allowed_to_strangers_is_said_at_the_start(tmp_path):
    town = Town(var=tmp_path, trust_files=(tmp_path / "my.pem",), extra_origins=("http://localhost:9000",))

    assert f"Believed besides our own: {tmp_path}/my.pem" in welcome(town)
    assert "Our services may call: http://localhost:9000" in welcome(town)
