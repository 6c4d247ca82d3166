"""The hub: the question comes first, the limits are told, a finished play is remembered without values."""

from __future__ import annotations

import re
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import text

from chassis.catalogues import LANGUAGES, compile_catalogue, targets
from chassis.config import ConfigError
from chassis.database import Database
from chassis.migrations import differences, downgrade, migrate
from demo.app import create_app
from demo.config import load
from demo.domain.play import Play, PlayNotUnderstood, parse_report
from demo.domain.scenario import ScenarioIncomplete, ScenarioWithoutQuestion, parse_scenario
from demo.library import DATA, read_library
from demo.store.plays import KEPT

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
AVERAGING = (DATA / "scenarios" / "averaging.toml").read_bytes()
REPORT = {
    "scenario": "averaging",
    "persona": "noor",
    "mandate": {"id": "the-mandate-number", "state": "used"},
    "decision": {"refund_eur": 2809, "years": [2022, 2023, 2024]},
    "second_use": "mandate_already_used",
    "revoked_use": "mandate_revoked",
    "ms": {"1_question": 12.5, "7_use": 1400.0},
}


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_scenario_tells_the_days_of_the_purpose(lang):
    told = tomllib.loads(AVERAGING.decode())
    registered = tomllib.loads(Path("verifier/data/purposes/averaging.toml").read_text(encoding="utf-8"))

    assert f" {registered['validity_days']} da" in told["mandate"][lang]
    assert f" {registered['retention'][1:-1]} da" in told["retention"][lang]


@pytest.fixture(scope="session", autouse=True)
def _compiled():
    for target in targets():
        for language in LANGUAGES:
            compile_catalogue(target, language)


def environment(folder, url):
    return {
        "HUB_PUBLIC_URL": "http://localhost:8000",
        "HUB_DATABASE_URL": url,
        "HUB_SECRET_FILE": str(folder / "secret"),
        "HUB_BIND_PORT": "8000",
        "HUB_DEMO": "1",
        "HUB_ISSUER_URL": "http://localhost:8001",
        "HUB_WALLET_URL": "http://localhost:8002",
        "HUB_VERIFIER_URL": "http://localhost:8003",
    }


@pytest.fixture
def hub(tmp_path, migrated_url):
    """The hub on both databases, at noon."""
    url = migrated_url("demo.store")
    app = create_app(load(environment(tmp_path, url)), clock=lambda: NOON)
    return SimpleNamespace(client=app.test_client(), url=url, plays=app.extensions["ports"].plays)


@pytest.fixture
def client(tmp_path, _migrated_files):
    """A client of a hub that nothing is written to."""
    url = f"sqlite:///{_migrated_files('demo.store')}"
    return create_app(load(environment(tmp_path, url)), clock=lambda: NOON).test_client()


def without(toml: bytes, *names: str) -> bytes:
    """The file without some of its tables."""
    for name in names:
        toml = re.sub(rb"\[" + name.encode() + rb"\]\n(?:[^\[\n].*\n)*", b"", toml)
    return toml


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("path", ["/", "/scenarios/averaging", "/help", "/about"])
def test_every_page_answers_in_both_languages(client, path, lang):
    answer = client.get(f"{path}?lang={lang}")

    assert answer.status_code == 200
    assert f'<html lang="{lang}"' in answer.text
    assert answer.text.count("<h1") == 1


def test_the_start_page_opens_with_the_question_before_the_services(client):
    page = client.get("/").text

    assert page.index("Had u in 2022, 2023 of 2024") < page.index("http://localhost:8001")


def test_the_start_page_introduces_the_three_services_by_their_addresses(client):
    page = client.get("/").text

    for port in (8001, 8002, 8003):
        assert f'href="http://localhost:{port}/"' in page


def test_the_scenario_has_its_question_as_heading(client):
    page = client.get("/scenarios/averaging").text

    assert re.search(r"<h1>Had u in 2022, 2023 of 2024 één jaar met een veel hoger inkomen\?</h1>", page)


def test_the_eight_steps_lead_to_the_services_in_order(client):
    page = client.get("/scenarios/averaging").text
    steps = page.partition('<ol class="flow__steps">')[2].partition("</ol>")[0]

    assert re.findall(r'href="http://localhost:(\d+)', steps) == [
        "8002",
        "8001",
        "8003",
        "8002",
        "8002",
        "8003",
        "8002",
    ]
    assert steps.count("<li") == 8


def test_the_picture_has_a_mark_for_each_step_and_says_where_the_same_is_in_words(client):
    page = client.get("/scenarios/averaging?lang=en").text
    picture = page.partition('<svg class="flow__picture"')[2].partition("</svg>")[0]

    assert picture.count("<circle") == 8
    assert "The numbered list beside it says the same." in picture


def test_what_is_deliberately_not_asked_stands_beside_what_is_asked(client):
    page = client.get("/scenarios/averaging").text

    assert "Saldo en betalingen" in page.partition("Dit wordt bewust niet gevraagd")[2]


def test_limits_are_told_openly(client):
    page = client.get("/about?lang=en").text

    assert "It is not a certified wallet." in page
    assert "Keys and data are on the server of the wallet" in page


def test_help_has_a_heading_for_each_role(client):
    page = client.get("/help").text

    assert all(f'id="{role}"' in page for role in ("hub", "issuer", "wallet", "verifier"))


def test_an_unknown_scenario_is_a_page_that_says_what_to_do(client):
    answer = client.get("/scenarios/kidnapping")

    assert answer.status_code == 404
    assert "unknown_scenario" in answer.text


def test_a_developer_reads_the_scenario_with_its_question(client):
    scenario = client.get("/api/v1/scenarios/averaging").json

    assert scenario["id"] == "averaging"
    assert scenario["question"]["en"].endswith("?")


def test_an_unknown_scenario_is_a_problem_for_a_developer(client):
    answer = client.get("/api/v1/scenarios/kidnapping")

    assert (answer.status_code, answer.json["code"]) == (404, "unknown_scenario")
    assert answer.content_type == "application/problem+json"


@pytest.mark.parametrize(
    "toml",
    [
        without(AVERAGING, "question"),
        AVERAGING.replace(b'nl = "Had u in 2022', b'nl = "" # '),
        AVERAGING.replace(b"veel hoger inkomen?", b"veel hoger inkomen."),
        b'id = "averaging"\nquestion = "Why?"\n',
    ],
    ids=["absent", "empty", "no question mark", "not in two languages"],
)
def test_a_scenario_without_a_question_cannot_be_loaded(toml):
    with pytest.raises(ScenarioWithoutQuestion) as refused:
        parse_scenario(toml)

    assert refused.value.code == "scenario_without_question"


@pytest.mark.parametrize("name", ["purpose", "legal_basis", "recipients", "retention", "refusal", "mandate"])
def test_a_scenario_that_leaves_people_in_the_dark_cannot_be_loaded(name):
    with pytest.raises(ScenarioIncomplete) as refused:
        parse_scenario(without(AVERAGING, name))

    assert name in str(refused.value.hint)


def test_a_scenario_with_an_unknown_member_cannot_be_loaded():
    with pytest.raises(ScenarioIncomplete):
        parse_scenario(b"expression = '1 + 1'\n" + AVERAGING)


def test_a_file_that_is_not_toml_cannot_be_loaded():
    with pytest.raises(ScenarioIncomplete):
        parse_scenario(b"[[[")


def test_a_scenario_with_people_nobody_knows_cannot_be_loaded(tmp_path):
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "a.toml").write_bytes(AVERAGING.replace(b'"sam"', b'"stranger"'))
    (tmp_path / "personas.toml").write_bytes((DATA / "personas.toml").read_bytes())

    with pytest.raises(ScenarioIncomplete, match="scenario_incomplete"):
        read_library(tmp_path)


def test_a_finished_play_is_shown_on_the_start_page(hub):
    answer = hub.client.post("/api/v1/plays", json=REPORT)

    page = hub.client.get("/?lang=en").text
    assert answer.status_code == 201
    assert "Noor de Vries" in page.partition("Lately played")[2]
    assert "24 November 2026, 13:00" in page
    assert "1.4 s" in page


def test_amounts_and_mandate_numbers_of_a_play_are_not_kept(hub):
    hub.client.post("/api/v1/plays", json=REPORT)

    database = Database(hub.url)
    with database.read() as connection:
        kept = str(connection.execute(text("SELECT * FROM play")).mappings().one())
    database.dispose()
    assert "2809" not in kept
    assert "the-mandate-number" not in kept


def test_only_the_newest_plays_are_kept(hub):
    for number in range(KEPT + 3):
        hub.plays.record(Play("averaging", "noor", NOON, {"mandate": "used"}, number))

    kept = hub.plays.lately(KEPT + 10)

    assert [play.ms for play in kept] == list(range(KEPT + 2, 2, -1))


@pytest.mark.parametrize(
    "change",
    [
        {"mandate": {"state": "eaten"}},
        {"second_use": "<script>"},
        {"ms": {"1_question": -1}},
        {"ms": {"1_question": "nan"}},
        {"persona": "x" * 41},
        {"ms": None},
    ],
)
def test_a_report_that_is_not_as_described_is_refused_and_keeps_nothing(hub, change):
    answer = hub.client.post("/api/v1/plays", json=REPORT | change)

    assert (answer.status_code, answer.json["code"]) == (422, "play_not_understood")
    assert hub.plays.lately(1) == ()


@pytest.mark.parametrize("change", [{"scenario": "kidnapping"}, {"persona": "stranger"}])
def test_a_play_of_something_unknown_is_refused(hub, change):
    answer = hub.client.post("/api/v1/plays", json=REPORT | change)

    assert (answer.status_code, answer.json["code"]) == (404, "unknown_scenario")


def test_a_report_must_be_json(hub):
    answer = hub.client.post("/api/v1/plays", data="scenario=averaging")

    assert answer.status_code == 400


def test_a_report_with_broken_json_names_the_body():
    with pytest.raises(PlayNotUnderstood) as refused:
        parse_report(b"{")

    assert "body" in str(refused.value.hint)


def test_the_schema_is_what_the_code_says_and_can_go_back(database_url):
    migrate(database_url, "demo.store")
    database = Database(database_url)

    assert differences(database, "demo.store") == []
    database.dispose()
    downgrade(database_url, "demo.store", "base")


def test_the_hub_is_not_ready_before_its_database_is_migrated(tmp_path, database_url):
    migrate(database_url, "demo.store")
    downgrade(database_url, "demo.store", "base")

    answer = create_app(load(environment(tmp_path, database_url))).test_client().get("/readyz")

    assert answer.status_code == 503


def test_an_address_that_is_no_origin_is_refused_at_the_start(tmp_path):
    wrong = environment(tmp_path, "sqlite:///x.db") | {"HUB_WALLET_URL": "localhost:8002/wallet"}

    with pytest.raises(ConfigError, match="wallet_url"):
        load(wrong)
