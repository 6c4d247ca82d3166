"""What is logged, and what never is."""

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
import structlog

from chassis.audit import audit
from chassis.logging import configure_logging
from chassis.redaction import is_bsn, redact, redact_value
from tests.chassis.frame import config_in, make_app

BSN = "999990019"
JWT = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl"
DISCLOSURE = "WyJzYWx0c2FsdHNhbHQiLCAiZ2l2ZW5fbmFtZSIsICJOb29yIl0"
IBAN = "NL13VBLD0123456789"
CANARIES = [
    BSN,
    "9999.90.019",
    IBAN,
    "NL13 VBLD 0123 4567 89",
    JWT,
    f"{JWT}~{DISCLOSURE}~",
    f"{JWT}~{DISCLOSURE}~{JWT}",
    DISCLOSURE,
    "Bearer abcdefgh12345678",
    "DPoP abcdefgh12345678",
    "pin=493817",
    '"tx_code": "493817"',
    "{'pin': '493817'}",
    "user_pin=493817&x=1",
    "pre-authorized_code=abcdefgh",
    "response_code=abcdefgh",
    'csrf_token="abcdefgh"',
]


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    root, stream = logging.getLogger(), io.StringIO()
    before = (list(root.handlers), root.level)
    monkeypatch.setattr("chassis.logging.sys", SimpleNamespace(stderr=stream))
    configure_logging("INFO", role="wallet")
    yield stream
    root.handlers[:], root.level = before
    structlog.reset_defaults()


@pytest.mark.threat("348")
@pytest.mark.parametrize("canary", CANARIES)
def test_a_canary_does_not_survive_in_any_place(lines: io.StringIO, canary: str) -> None:
    structlog.get_logger("x").info(f"text {canary} text", value=canary, nested={"a": [canary, {"b": canary}]})
    logging.getLogger("library").warning("text %s", canary)
    try:
        raise ValueError(f"text {canary} text")
    except ValueError:
        structlog.get_logger("x").exception("failed")

    logged = lines.getvalue()
    for part in ("999990019", "9999.90.019", "0123", "eyJ", "WyJ", "493817", "abcdefgh"):
        assert part not in logged
    assert logged.count("[redacted]") >= 5


@pytest.mark.threat("348")
@pytest.mark.parametrize(
    "name", ["pin", "tx_code", "Authorization", "set-cookie", "vp_token", "given_name", "bsn"]
)
def test_a_field_with_a_telling_name_loses_its_value(lines: io.StringIO, name: str) -> None:
    structlog.get_logger("x").info("event", **{name: "harmless"})

    assert json.loads(lines.getvalue())[name] == "[redacted]"


@pytest.mark.parametrize(
    "harmless",
    [
        "2026-11-24T09:00:00.123456Z",
        "123456789",
        "mandate_already_used",
        "localhost:8001",
        "a" * 64,
        "HTTP 404",
    ],
)
def test_what_is_not_personal_stays(harmless: str) -> None:
    assert redact(harmless) == harmless


def test_numbers_and_bytes_are_looked_at_too() -> None:
    assert redact_value(999990019) == "[redacted]"
    assert redact_value(123) == 123
    assert redact_value(b"secret bytes") == "[12 bytes]"
    assert redact_value(None) is None and redact_value(True) is True


@pytest.mark.parametrize(
    ("text", "expected"), [("999990019", True), ("123456789", False), ("000000000", False)]
)
def test_the_eleven_test(text: str, expected: bool) -> None:
    assert is_bsn(text) is expected


@pytest.mark.threat("329")
def test_a_line_break_cannot_make_a_second_line(lines: io.StringIO) -> None:
    structlog.get_logger("x").info("one\ntwo", value='a\r\n{"event":"forged"}')

    assert len(lines.getvalue().splitlines()) == 1


def test_an_audit_line_has_names_and_the_request(lines: io.StringIO, tmp_path: Path) -> None:
    app = make_app(config_in(tmp_path))
    app.before_request(lambda: audit("mandate_granted", mandate="m-1"))

    app.test_client().get("/healthz", headers={"X-Request-Id": "request-0001"})

    line = json.loads(lines.getvalue().splitlines()[-1])
    assert line["event"] == "mandate_granted" and line["mandate"] == "m-1" and line["audit"] is True
    assert line["request_id"] == "request-0001" and line["role"] == "wallet" and line["level"] == "info"


@pytest.mark.threat("349")
def test_the_cause_of_a_refusal_is_logged_and_redacted(lines: io.StringIO, tmp_path: Path) -> None:
    make_app(config_in(tmp_path)).test_client().get("/api/v1/raise/check")

    line = json.loads(lines.getvalue().splitlines()[-1])
    assert line["cause"] == "issuer_signature: SECRET-REASON" and line["code"] == "check_failed"


@pytest.mark.threat("349")
def test_a_bug_is_logged_with_its_traceback(lines: io.StringIO, tmp_path: Path) -> None:
    make_app(config_in(tmp_path)).test_client().get("/api/v1/raise/bug")

    line = json.loads(lines.getvalue().splitlines()[-1])
    assert line["level"] == "error" and "RuntimeError" in line["exception"]


def test_a_refusal_for_want_of_room_is_logged_without_a_stack(lines: io.StringIO, tmp_path: Path) -> None:
    make_app(config_in(tmp_path)).test_client().get("/api/v1/raise/full")

    line = json.loads(lines.getvalue().splitlines()[-1])
    assert (line["level"], line["code"]) == ("warning", "desk_full") and "exception" not in line


@pytest.mark.threat("348")
def test_an_app_whose_service_forgot_to_configure_logging_still_redacts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    structlog.reset_defaults()
    root, stream = logging.getLogger(), io.StringIO()
    before = (list(root.handlers), root.level)
    monkeypatch.setattr("chassis.logging.sys", SimpleNamespace(stderr=stream))

    make_app(config_in(tmp_path))
    structlog.get_logger("x").info("event", value=BSN)

    root.handlers[:], root.level = before
    structlog.reset_defaults()
    assert json.loads(stream.getvalue())["value"] == "[redacted]"


@pytest.mark.threat("360")
def test_a_log_that_cannot_be_written_stops_no_request(
    lines: io.StringIO, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = make_app(config_in(tmp_path)).test_client()
    monkeypatch.setattr("logging.raiseExceptions", False)
    lines.close()

    assert client.get("/nowhere").status_code == 404
