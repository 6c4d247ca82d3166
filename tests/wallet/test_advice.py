"""The wallet works out by itself whether averaging brings anything; nobody is asked and nothing is sent."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest

from consent.mandate import MandatePurpose
from consent.plain_text import is_short
from openid4vc.trust.anchors import TrustedIssuer
from tests.town import TestTown, build_town
from tests.wallet.conftest import PIN
from tests.wallet.outside import Issuer
from wallet.domain.advice import Advice, advise_averaging

TODAY = date(2026, 11, 24)
YEARS = [2022, 2023, 2024]
KIND = "http://localhost:8001/municipality/vct/income-assessment/1"
COMMON = {
    "bsn": "999990019",
    "aanslagstatus": "definitief",
    "tariefsaanpassing": 0,
    "binnenlands_belastingplichtig_heel_jaar": True,
    "jaar_al_gebruikt_voor_middeling": False,
    "aow_cohort": "below_aow",
}
FIGURES = {
    2022: ("2024-06-14", 40000, 5019, 9808),
    2023: ("2025-06-20", 100000, 30047, 10271),
    2024: ("2025-11-14", 40000, 4253, 10534),
}


def says(year: int, **changes: Any) -> dict[str, Any]:
    """What Noor's card of a year says; `changes` replace claims."""
    dated, income, tax, premium = FIGURES[year]
    return {
        "jaar": year,
        "dagtekening": dated,
        "belastbaar_inkomen_werk_en_woning": income,
        "inkomstenbelasting_box1": tax,
        "premie_volksverzekeringen": premium,
        **COMMON,
        **changes,
    }


def advised(today: date = TODAY, **changes: Any) -> Advice:
    """The advice over three cards, the last of them changed."""
    return advise_averaging([says(2022), says(2023), says(2024, **changes)], today=today)


def test_a_peak_year_is_worth_it_and_the_last_day_is_named():
    advice = advised()

    assert (advice.worth_it, advice.refund_eur, advice.code) == (True, 2809, None)
    assert advice.ask_before == date(2028, 12, 26)
    assert advice.steps and all(is_short(step.nl) and is_short(step.en) for step in advice.steps)


def test_the_day_after_the_last_one_is_too_late():
    assert advised(today=date(2028, 12, 25)).worth_it is True
    assert advised(today=date(2028, 12, 26)) == Advice(code="too_late")


def test_the_years_that_miss_are_named_and_other_years_do_not_count():
    advice = advise_averaging([says(2024), says(2022, jaar=2021)], today=TODAY)

    assert advice == Advice(missing_years=(2022, 2023))
    assert advise_averaging([], today=TODAY).missing_years == (2022, 2023, 2024)


def test_of_two_cards_for_one_year_the_first_given_counts():
    cards = [says(2024), says(2024, jaar_al_gebruikt_voor_middeling=True), says(2023), says(2022)]

    assert advise_averaging(cards, today=TODAY).refund_eur == 2809


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"aanslagstatus": "voorlopig"}, "not_final"),
        ({"binnenlands_belastingplichtig_heel_jaar": False}, "part_year"),
        ({"binnenlands_belastingplichtig_heel_jaar": "true"}, "part_year"),
        ({"jaar_al_gebruikt_voor_middeling": True}, "year_already_used"),
        ({"jaar_al_gebruikt_voor_middeling": None}, "year_already_used"),
        ({"dagtekening": "2026-11-14"}, "not_yet_irrevocable"),
        ({"aow_cohort": "aow_born_before_1946"}, "cohorts_contradict"),
        ({"belastbaar_inkomen_werk_en_woning": "40000"}, "not_a_number"),
        ({"belastbaar_inkomen_werk_en_woning": True}, "not_a_number"),
        ({"premie_volksverzekeringen": -1}, "amount_out_of_range"),
        ({"tariefsaanpassing": 10**30}, "amount_out_of_range"),
        ({"dagtekening": "14 november"}, "assessment_unreadable"),
        ({"dagtekening": 20251114}, "assessment_unreadable"),
        ({"dagtekening": "9999-12-31"}, "not_a_date"),
        ({"aow_cohort": ["below_aow"]}, "assessment_unreadable"),
        ({"bsn": "999990020"}, "not_one_person"),
    ],
)
def test_wrong_and_odd_claims_give_a_code_and_no_figure(changes, code):
    assert advised(**changes) == Advice(code=code)


@pytest.mark.parametrize("name", sorted(set(says(2024)) - {"jaar", "bsn", "aanslagstatus"}))
def test_an_absent_claim_gives_no_figure(name):
    cards = [says(year) for year in YEARS]
    del cards[2][name]

    assert advise_averaging(cards, today=TODAY) == Advice(code="assessment_unreadable")


@pytest.mark.parametrize("year", ["2024", 2024.0, None, [2024], True])
def test_a_card_without_a_plain_year_is_unreadable_and_its_year_misses(year):
    assert advised(jaar=year) == Advice(code="assessment_unreadable", missing_years=(2024,))


@dataclass
class Person:
    """Somebody of the register with a wallet, in the town of our own services."""

    town: TestTown
    persona: str
    token: str = ""

    def __post_init__(self) -> None:
        self.token = self.wallet("POST", "accounts", json={"name": self.persona, "pin": PIN}).json["token"]

    def wallet(self, method: str, path: str, **options: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return self.town.call("wallet", method, f"/api/v1/{path}", headers=headers, **options)

    def collects(self, *years: int) -> None:
        wanted = [f"income-assessment-{year}" for year in years]
        order = {"persona": self.persona, "credentials": wanted, "grant": "pre"}
        made = self.town.call("issuer", "POST", "/api/v1/offers", json=order).json
        offer = self.wallet("POST", "offers", json={"offer": made["offer"]}).json["id"]
        given = {"pin": PIN, "tx_code": made["tx_code"]}
        kept = self.wallet("POST", f"offers/{offer}/accept", json=given)
        assert len(kept.json["cards"]) == len(years), kept.json

    def advice(self) -> Any:
        return self.wallet("GET", "advice/averaging").json


@pytest.mark.parametrize(("persona", "refund"), [("noor", 2809), ("henk", 3829), ("sam", 0)])
def test_the_cards_of_our_own_issuer_are_enough_and_nothing_goes_out(tmp_path, persona, refund):
    person = Person(build_town(tmp_path), persona)
    person.collects(*YEARS)
    before = list(person.town.wire.seen)

    told = person.advice()

    assert (told["worth_it"], told["refund_eur"], told["code"]) == (refund > 0, refund, None)
    assert told["missing_years"] == [] and all(set(step) == {"nl", "en"} for step in told["steps"])
    assert person.town.wire.seen == before


class TaxOffice(Issuer):
    """Issues assessments in place of identity cards."""

    def __init__(self, **options: Any) -> None:
        super().__init__(vct=KIND, visible={"vct": KIND}, **options)

    def trusted(self) -> TrustedIssuer:
        return replace(super().trusted(), vcts=frozenset({KIND}))


@pytest.fixture
def office(build):
    """A town where assessments are to be had."""
    made = build(issuers=TaxOffice)
    made.join()
    return made


def collects(town: Any, *cards: dict[str, Any]) -> None:
    for claims in cards:
        town.issuer.claims = claims
        assert town.collects().status_code in (200, 201)


def reads(town: Any, path: str = "/advice/averaging") -> str:
    """The page, after checking that it cost no call."""
    browser = town.browser().signs_in()
    before = len(town.wire.sent)
    page = browser.goes(path)
    assert page.page.status_code == 200 and len(town.wire.sent) == before
    return html.unescape(page.text).replace("\xa0", " ")


def test_the_page_tells_about_how_much_until_when_and_how(office):
    collects(office, *(says(year) for year in YEARS))

    page = reads(office)

    assert "ongeveer € 2.809 terug" in page and "vóór 26 december 2028" in page
    for part in ("Er gaat niets naar een organisatie", "maar één keer", "laatste periode", "<details"):
        assert part in page


def test_the_page_says_that_applying_brings_nothing(office):
    equal = {"belastbaar_inkomen_werk_en_woning": 0, "inkomstenbelasting_box1": 0}
    collects(office, *(says(year, **equal, premie_volksverzekeringen=0) for year in YEARS))

    page = reads(office)

    assert "Aanvragen levert niets op." in page and "ongeveer" not in page


def test_the_page_names_what_misses_and_where_to_collect(office):
    collects(office, says(2023))

    page = reads(office)

    assert office.call("GET", "/advice/averaging").json["missing_years"] == [2022, 2024]
    assert "· 2022" in page and "· 2024" in page and "· 2023" not in page
    assert 'href="http://localhost:8001/municipality/"' in page


def test_without_any_card_the_trusted_list_tells_where_to_collect(office):
    assert 'href="http://localhost:8001/municipality/"' in reads(office)


@pytest.mark.parametrize(
    "changes",
    [
        {"dagtekening": "9999-12-31"},
        {"aow_cohort": {"a": 1}},
        {"belastbaar_inkomen_werk_en_woning": [1]},
        {"jaar": "x"},
        {"dagtekening": "<script>alert(1)</script>"},
    ],
)
def test_odd_cards_are_told_in_words_on_the_page(office, changes):
    collects(office, says(2022), says(2023), says(2024, **changes))

    page = reads(office)

    assert "kan één van uw kaarten niet lezen" in page
    assert office.call("GET", "/advice/averaging").json["refund_eur"] is None


def test_the_start_page_leads_to_the_advice_once_there_is_a_card(office):
    before = reads(office, "/")
    collects(office, says(2022))

    assert "/advice/averaging" not in before
    assert 'href="/advice/averaging"' in reads(office, "/")


@pytest.mark.parametrize(("code", "shown"), [("IB-MIDDELING-INDIENEN", True), ("income-averaging", False)])
def test_a_request_to_average_leads_to_the_advice_and_back(town, monkeypatch, code, shown):
    purpose = MandatePurpose(code=code, text=town.verifier.mandate().purpose.text)
    made = town.verifier.mandate(purpose=purpose)
    monkeypatch.setattr(town.verifier, "mandate", lambda: made)
    town.collects()
    id = town.asked().json["id"]
    way = f"/advice/averaging?back=/requests/{id}/1"

    assert (f'href="{way}"' in reads(town, f"/requests/{id}/1")) is shown
    assert f'href="/requests/{id}/1"' in reads(town, way)


def test_who_is_signed_out_signs_in_first_and_comes_back(office):
    assert office.browser().goes("/advice/averaging").leads_to == "/sign-in?next=%2Fadvice%2Faveraging"
    assert office.call("GET", "/advice/averaging", who="nobody").status_code == 401


def test_the_way_back_never_leads_elsewhere(office):
    page = reads(office, "/advice/averaging?back=https://elsewhere.example/")

    assert "elsewhere.example" not in page.partition("<main")[2].partition("</main")[0]


FORBIDDEN = ("credential", "verifier", "issuer", "attribuut", "token", "claim", "presentatie", "toestemming")


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("years", [YEARS, [2022]])
def test_the_advice_uses_plain_words_in_short_sentences(office, lang, years):
    collects(office, *(says(year) for year in years))

    main = reads(office, f"/advice/averaging?lang={lang}").partition("<main")[2]
    texts = [re.sub(r"\s+", " ", text).strip() for text in re.findall(r">([^<>]+)<", main)]

    assert [word for word in FORBIDDEN if re.search(rf"\b{word}s?\b", " ".join(texts).lower())] == []
    assert [text for text in texts if not is_short(text)] == []
