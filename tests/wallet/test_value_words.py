"""No code reaches a citizen as a code: every value that is one of a few has words in both languages."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, get_args

import pytest

import issuer
from consent.field_verdict import Verdict
from consent.receipts import Help
from consent.wording import ACTIONS, EXCLUSIONS
from schemes.box1 import Cohort
from tests.wallet.conftest import PIN
from wallet.domain.declining import Reason
from wallet.domain.history import HistoryKind
from wallet.domain.mandate import MandateState
from wallet.domain.missing import MissingCard, Why
from wallet.domain.request import RequestState
from wallet.domain.rights import RightsState
from wallet.domain.settings import CHANNELS
from wallet.web.show_help import help_rows
from wallet.web.value_words import coded_text, value_text

LANGUAGES = ("nl", "en")
PEOPLE = tomllib.loads((Path(issuer.__file__).parent / "data" / "personas.toml").read_text(encoding="utf-8"))
FREE = {"address", "bsn", "iban", "tenaamstelling", "given_name", "family_name", "birthdate", "dagtekening"}
FREE |= {"personal_administrative_number", "issuing_authority", "peildatum"}


def coded_values() -> set[tuple[str, str]]:
    """Field name and value of everything on the cards that is written in a code."""
    found = {("aow_cohort", str(one)) for one in Cohort}
    for person in PEOPLE["personas"]:
        for record in person["records"].values():
            country = record.get("address", {}).get("country")
            found |= {("country", country)} if country else set()
            for name, value in record.items():
                values = value if isinstance(value, list) else [value]
                found |= {(name, one) for one in values if isinstance(one, str) and name not in FREE}
    return found


@pytest.fixture
def speaks(town: Any) -> Any:
    """Call something in the language of a page."""

    def call(lang: str, do: Any, *given: Any) -> Any:
        with town.app.test_request_context(f"/?lang={lang}"):
            return do(*given)

    return call


@pytest.mark.parametrize(("name", "value"), sorted(coded_values()))
def test_every_code_on_a_card_is_said_in_words(speaks, name, value):
    dutch, english = (speaks(lang, value_text, value, (name,)) for lang in LANGUAGES)

    assert dutch and english and dutch != english
    assert value not in english and "_" not in dutch + english


def test_an_unknown_code_and_a_word_elsewhere_stay_as_they_are(speaks):
    assert speaks("en", value_text, "definitief", ("street_address",)) == "definitief"
    assert speaks("en", value_text, "below_aow", ("aow_cohort_of_somebody",)) == "below_aow"
    assert speaks("nl", value_text, "ZZ-1", ("country",)) == "ZZ-1"
    assert speaks("nl", coded_text, "ZZ-1", "country") == ""


def test_a_list_of_codes_is_said_one_by_one(speaks):
    assert [speaks("nl", value_text, one, ("nationalities", 0)) for one in ("NL", "BE")] == [
        "Nederland",
        "België",
    ]


def macro(template: str, name: str, *given: Any) -> str:
    """What a macro of the wallet writes, for a page in the language of the moment."""
    from flask import current_app, render_template_string

    assert current_app
    call = f'{{% from "{template}" import {name} with context %}}{{{{ {name}(*given) }}}}'
    return render_template_string(call, given=given)


STATES = [("state_badge", one) for one in MandateState]
STATES += [("outcome_badge", one) for one in (*RequestState, *RightsState) if one is not RequestState.OPEN]
STATES += [("outcome_badge", one) for one in ("kept", "exported", "deleted")]


@pytest.mark.parametrize(("badge", "state"), STATES)
def test_every_state_and_outcome_has_a_badge_in_words(speaks, badge, state):
    dutch, english = (speaks(lang, macro, "wallet/parts.html", badge, state).strip() for lang in LANGUAGES)

    assert dutch and dutch != english
    assert f">{state}<" not in dutch + english


@pytest.mark.parametrize("kind", list(HistoryKind))
def test_every_kind_of_history_has_words_of_its_own(speaks, kind):
    line = {"kind": kind, "note": {"mandate_id": None}}

    dutch, english = (
        speaks(lang, macro, "wallet/parts.html", "kind_text", line).strip() for lang in LANGUAGES
    )

    assert dutch and dutch != english and kind not in (dutch, english)


def test_two_kinds_of_history_never_share_their_words(speaks):
    lines = [{"kind": kind, "note": {"mandate_id": None}} for kind in HistoryKind]

    texts = [speaks("nl", macro, "wallet/parts.html", "kind_text", line).strip() for line in lines]

    assert len(set(texts)) == len(HistoryKind)


def words_in(group: str, value: Any) -> str:
    """The words that a page shows for one value of a group."""
    from wallet.web import pages_opt_out, reason_words, show, show_columns, show_help

    ways = {
        "verdict": show_columns.verdict_word,
        "missing": lambda one: show.missing_rows([MissingCard("q", "v", one, (), ())])[0]["why"],
        "relation of a helper": show_help.relation_text,
        "place of help": show_help.place_text,
        "reason": reason_words.reason_text,
        "channel": lambda one: str(pages_opt_out.CHANNEL_WORDS[one]),
    }
    text: str = ways[group](value)
    return text


FEW = [("verdict", one) for one in get_args(Verdict)] + [("missing", one) for one in Why]
FEW += [("reason", one) for one in Reason] + [("channel", one) for one in CHANNELS]
FEW += [("relation of a helper", one) for one in get_args(Help.model_fields["relation"].annotation)]
FEW += [("place of help", one) for one in get_args(Help.model_fields["place"].annotation)]
FEW += [("reason", one) for one in ("request_not_trusted", "invalid_request", "rung_too_low")]


@pytest.mark.parametrize(("group", "value"), FEW)
def test_every_other_value_that_is_one_of_a_few_has_words(speaks, group, value):
    dutch, english = (speaks(lang, words_in, group, value) for lang in LANGUAGES)

    assert dutch and dutch != english
    assert "_" not in dutch + english


def test_what_a_mandate_allows_and_excludes_is_said_in_both_languages():
    for code, (dutch, english) in (ACTIONS | EXCLUSIONS).items():
        assert dutch != english and code not in (dutch, english)


def test_the_history_says_why_in_words(town):
    town.collects()
    shown = town.asked().json
    browser = town.browser().signs_in().goes(f"/requests/{shown['id']}/stop")
    browser.sends(f"/requests/{shown['id']}/decline", reason="too_much")

    page = browser.goes("/history").text

    assert "Reden: Er wordt te veel gevraagd" in page and "too_much" not in page


def test_the_copy_to_read_holds_no_code(town):
    town.issuer.claims["address"] = {"street_address": "Kastanjelaan", "country": "NL"}
    town.collects()
    browser = town.browser().signs_in().goes("/rights/export")

    page = browser.sends("/rights/export", form="html", pin=PIN).text

    assert "Nederland" in page and ">NL<" not in page


def test_a_receipt_names_the_helper_or_says_at_least_what_they_are(speaks):
    named = Help(place="counter", relation="volunteer", helper_sha256="A" * 43, name="Anna Bos")

    assert speaks("nl", help_rows, None) == []
    assert speaks("nl", help_rows, named)[0] == ("Wie hielp", "Anna Bos · vrijwilliger")
    assert speaks("nl", help_rows, named.without_names()) == [
        ("Wie hielp", "vrijwilliger"),
        ("Waar u het gaf", "Aan de balie"),
    ]
