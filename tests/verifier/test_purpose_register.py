"""What goes beyond the purpose register is never asked, and the line at fault is shown."""

import io
import json

import pytest

from chassis.config import ConfigError
from tests.verifier.helpers.watch import watching
from verifier import commands
from verifier.command_line import read_command_line


@pytest.fixture
def registered(desk):
    """The question that the purpose needs, as JSON."""
    return desk.ask(desk.start())["dcql_query"]


def start(desk, **members):
    return desk.client().post("/api/v1/mandate-requests", json={"service": "averaging"} | members)


def with_field(query, name):
    changed = json.loads(json.dumps(query))
    changed["credentials"][0]["claims"].append({"path": [name]})
    return changed


def test_the_question_of_the_register_may_be_asked(desk, registered):
    assert start(desk, query=registered).status_code == 201


@pytest.mark.parametrize("field", ["birthdate", "address", "nationalities"])
def test_a_question_beyond_the_register_is_never_made(desk, registered, field):
    with watching(desk) as seen:
        said = start(desk, query=with_field(registered, field))

    assert (said.status_code, said.json["code"]) == (422, "exceeds_purpose")
    assert not seen.changed
    assert [line["check"] for line in seen.refused()] == ["exceeds_purpose"]


def test_a_question_for_less_than_the_mandate_names_is_not_made_either(desk, registered):
    fewer = registered | {"credentials": registered["credentials"][:-1]}

    assert start(desk, query=fewer).json["code"] == "exceeds_purpose"


def test_a_question_that_is_none_is_an_invalid_request(desk):
    assert start(desk, query={"credentials": []}).status_code == 400


def lint(path, *more):
    asked = read_command_line(["lint", str(path), *more], environ={})
    out = io.BytesIO()
    return commands.OFFLINE[asked.command](asked, out), out.getvalue().decode()


def test_the_command_shows_the_line_at_fault(tmp_path, registered):
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_text(json.dumps(registered, indent=1))
    bad.write_text(json.dumps(with_field(registered, "birthdate"), indent=1))
    (line,) = [n for n, text in enumerate(bad.read_text().splitlines(), start=1) if "birthdate" in text]

    assert lint(good)[0] == 0
    code, said = lint(bad)
    assert code == 1
    at_fault = [text for text in said.splitlines() if "birthdate" in text]
    assert len(at_fault) == 1
    assert abs(int(at_fault[0].split(":")[0].removeprefix("line ")) - line) <= 1


def test_the_command_knows_only_the_services_of_the_desk(tmp_path):
    with pytest.raises(ConfigError, match="no service"):
        lint(tmp_path / "any.json", "--service", "unknown")


def test_the_form_says_the_same(desk, registered):
    desk.app.config["WTF_CSRF_ENABLED"] = False
    client = desk.client()

    def page(query, service="averaging"):
        form = {"request": json.dumps(query), "service": service}
        return client.post("/lint?lang=en", data=form)

    assert client.get("/lint").status_code == 200
    assert "no more than needed" in page(registered).text
    too_much = page(with_field(registered, "birthdate")).text
    assert "This question goes too far. Lines at fault: 1." in too_much
    assert "birthdate" in too_much
    assert page(registered, "unknown").status_code == 404
