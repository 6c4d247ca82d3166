"""The log for another wallet: in the shape of TS10, and locked with a password that nobody keeps."""

from __future__ import annotations

from pathlib import Path

import pytest
from joserfc.jwe import JWERegistry, decrypt_compact
from joserfc.jwk import OctKey

from consent.transaction_log import MigrationData
from tests.wallet.conftest import PIN

PASSWORD = "paard batterij nietje juist"


@pytest.fixture
def browser(town):
    """Somebody with a card and a mandate, on the page of the export."""
    town.grants()
    return town.browser().signs_in().goes("/rights/export")


def locks(browser, **changes):
    fields = {"password": PASSWORD, "again": PASSWORD, "pin": PIN} | changes
    return browser.sends("/rights/export/locked", **fields).page


def test_another_wallet_reads_it_with_the_password(browser):
    answer = locks(browser)

    registry = JWERegistry(algorithms=["PBES2-HS256+A128KW", "A128GCM"])
    opened = decrypt_compact(browser.text, OctKey.import_key(PASSWORD.encode()), registry=registry)
    log = MigrationData.from_json(opened.plaintext)
    assert answer.headers["Content-Type"] == "application/jose"
    assert answer.headers["Content-Disposition"].endswith('.jwe"')
    assert answer.headers["Cache-Control"] == "no-store"
    assert len(log.transaction_log) >= 2 and len(log.list_of_credentials) >= 1
    assert b"999990019" not in opened.plaintext and b"de Vries" not in opened.plaintext


def test_two_files_under_one_password_have_nothing_in_common(browser, town):
    locks(browser)
    first = browser.text
    locks(browser.goes("/rights/export"))

    assert not set(first.split(".")) & set(browser.text.split("."))


@pytest.mark.parametrize(
    ("changes", "code", "place"),
    [
        ({"password": "kort", "again": "kort"}, "minstens 12 tekens", "field-password-error"),
        ({"again": PASSWORD + "x"}, "verschillen", "field-again-error"),
        ({"pin": "135791"}, "pincode", "field-pin-error"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_no_file_is_made(browser, town, changes, code, place):
    answer = locks(browser, **changes)

    assert answer.status_code in (400, 403)
    assert code in browser.text and f'id="{place}"' in browser.text
    assert [line["kind"] for line in town.history()].count("exported") == 0


def test_the_password_is_kept_nowhere(browser, town, caplog):
    locks(browser)

    kept = Path(town.database_url.removeprefix("sqlite:///")).read_bytes()
    assert PASSWORD.encode() not in kept
    assert PASSWORD not in caplog.text
