"""Who said once which ports it uses need not say it with every command after that."""

import json
from pathlib import Path

import pytest

from demo.command_line import main
from demo.town import Town


def _made_for(base_port: int, var: Path) -> None:
    var.mkdir(parents=True, exist_ok=True)
    urls = Town(var=var, base_port=base_port).urls()
    (var / "town.json").write_text(json.dumps(urls), encoding="utf-8")


def test_a_command_uses_the_ports_of_the_last_start(tmp_path, capsys):
    _made_for(9100, tmp_path)

    main(["--var", str(tmp_path), "doctor"], environment={})

    said = capsys.readouterr().out
    assert "not for http://localhost:8000" not in said
    assert "9100 to 9103 are free" in said or "9100, which the hub needs, is taken" in said


def test_what_is_said_now_goes_before_what_was_said_then(tmp_path, capsys):
    _made_for(9100, tmp_path)

    main(["--var", str(tmp_path), "doctor"], environment={"BASE_PORT": "9200"})

    assert "made for http://localhost:9100, not for http://localhost:9200" in capsys.readouterr().out


@pytest.mark.parametrize("told", [{}, {"BASE_PORT": ""}])
def test_the_ports_begin_at_8000_when_nobody_said_anything(told, tmp_path, capsys):
    main(["--var", str(tmp_path), "doctor"], environment=told)

    said = capsys.readouterr().out
    assert "8000 to 8003 are free" in said or "taken by another program" in said


def test_a_town_without_keys_stays_where_it_is(tmp_path):
    town = Town(var=tmp_path, base_port=8200)

    assert town.where_it_was() == town


def test_a_town_goes_to_where_its_keys_were_made(tmp_path):
    _made_for(9100, tmp_path)

    assert Town(var=tmp_path).where_it_was().url("wallet") == "http://localhost:9102"
