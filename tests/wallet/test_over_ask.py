"""The over-ask check on the pages: per field needed, a choice, too much, or never; with rule and reason."""

from __future__ import annotations

import pytest

from consent.purpose import Purpose, load_purpose
from consent.purpose_extract import MEMBER, purpose_extract
from tests.wallet.outside import VCT, Authority
from tests.wallet.papers import pem_of, registered, registration

NAMES = ("given_name", "family_name")
EVERY = (*NAMES, "personal_administrative_number")
TOML = """
code = "DOSSIER"
service = "file"
rung = "advise"
legal_basis = "Dossierwet 1"
retention = "P28D"
validity_days = 7
[title]
nl = "Een dossier"
en = "A file"
[text]
nl = "Eén dossier openen."
en = "Open one file."
[act]
actions = ["request"]
tax_years = [2026]
excludes = ["objection"]
receives_decision = false
[[data]]
query = "identity"
vct = "{issuer}/municipality/vct/identity/1"
[[data.claims]]
path = ["given_name"]
rule = "Dossierwet 2"
reason = { nl = "Wij spreken u aan met uw naam.", en = "We address you by name." }
milder = { nl = "Alleen uw voorletter.", en = "Only your initial." }
[[data.claims]]
path = ["family_name"]
need = "optional"
reason = { nl = "Handig bij het zoeken.", en = "Handy when searching." }
[[never]]
vct = "{issuer}/municipality/vct/identity/1"
path = ["personal_administrative_number"]
reason = { nl = "Dit dossier kent geen BSN.", en = "This file has no BSN." }
rule = "AVG 5(1)(c)"
"""


def purpose() -> Purpose:
    return load_purpose(TOML.encode())


@pytest.fixture
def register():
    """The register whose word counts."""
    return Authority("Register", "NTRNL-00000005")


@pytest.fixture
def judged(build, register):
    """A wallet that believes a register, and a desk whose registration carries its purpose."""
    town = build(trusted_files={"registration-anchors.pem": pem_of(register)})
    town.join()
    town.collects()
    town.verifier.with_mandate = False
    extract = purpose_extract(purpose(), vct_of=lambda _: VCT)
    paper = registration(register, claims=EVERY, private={MEMBER: extract})
    town.verifier.claims["verifier_info"] = registered(paper)
    return town


def verdicts(shown):
    return {name: field["verdict"] for name, field in shown["judged"].get("identity", {}).items()}


def test_each_field_gets_its_verdict_rule_reason_and_milder_way(judged):
    shown = judged.asked().json

    assert verdicts(shown) == {"given_name": "needed", "family_name": "optional"}
    assert shown["judged"]["identity"]["given_name"]["rule"] == "Dossierwet 2"
    page = judged.browser().signs_in().goes(f"/requests/{shown['id']}/2").text
    for text in ("Wij spreken u aan met uw naam.", "Regel: Dossierwet 2", "Milder: Alleen uw voorletter."):
        assert text in page
    assert "Deze dienst mag dit vragen." in page


def test_what_the_purpose_never_asks_cannot_be_shared_at_all(judged):
    judged.verifier.wanted = EVERY
    shown = judged.asked().json
    assert verdicts(shown)["personal_administrative_number"] == "forbidden"

    refused = judged.approves(shown, surplus="accept")

    assert (refused.status_code, refused.json["code"]) == (403, "forbidden_asked")
    assert judged.verifier.received == []
    page = judged.browser().signs_in().goes(f"/requests/{shown['id']}/3").text
    assert 'value="yes"' not in page and "Dit mag voor dit doel nooit gevraagd worden" in page


def test_without_any_registration_the_page_warns_and_says_nothing_is_needed(judged):
    judged.verifier.claims.clear()

    shown = judged.asked().json

    assert shown["judged"] == {}
    page = judged.browser().signs_in().goes(f"/requests/{shown['id']}/1").text
    assert "Niet in het register" in page


def test_a_purpose_that_cannot_be_read_counts_as_none(judged, register):
    spoilt = registration(register, claims=NAMES, private={MEMBER: {"texts": []}})
    judged.verifier.claims["verifier_info"] = registered(spoilt)

    shown = judged.asked().json

    assert shown["registration_doubt"] is None
    assert verdicts(shown) == {"given_name": "needed", "family_name": "needed"}
    assert shown["judged"]["identity"]["given_name"]["rule"] == "Uw dossier openen."


def test_the_three_columns_are_in_the_api_too(judged):
    shown = judged.asked().json

    assert [one["rule"] for one in shown["conclusions"]] == ["origin"]
    assert shown["worked_out"] == {}
    assert shown["not_shared"] == {VCT: ["personal_administrative_number"]}
