"""The people and organisations of the demonstration: figures, numbers and names."""

from __future__ import annotations

import pytest

from issuer.domain.organisation import ClaimName, Organisations
from issuer.domain.persona import Personas
from issuer.files import read_organisations, read_personas
from schemes.box1 import Cohort, levy

PEOPLE = read_personas().all
ORGANISATIONS = read_organisations()
INCOMES = {
    "noor": [40_000, 100_000, 40_000],
    "henk": [25_000, 70_000, 24_000],
    "sam": [0, 20_000, 45_000],
}
LEVIED = {"noor": [14_827, 40_318, 14_787], "henk": [4_792, 19_200, 4_576], "sam": [0, 7_386, 16_635]}


def _assessments(persona):
    return [persona.records[f"income-assessment-{year}"] for year in (2022, 2023, 2024)]


@pytest.mark.parametrize("persona", PEOPLE, ids=lambda each: each.id)
def test_the_levied_amounts_are_those_of_the_tables(persona):
    records = _assessments(persona)

    levied = [each["inkomstenbelasting_box1"] + each["premie_volksverzekeringen"] for each in records]
    parts = [(each["inkomstenbelasting_box1"], each["premie_volksverzekeringen"]) for each in records]
    tables = [
        levy(each["belastbaar_inkomen_werk_en_woning"], each["jaar"], Cohort(each["aow_cohort"]))
        for each in records
    ]

    assert [each["belastbaar_inkomen_werk_en_woning"] for each in records] == INCOMES[persona.id]
    assert parts == [(each.income_tax, each.premium) for each in tables]
    assert levied == LEVIED[persona.id]
    assert all(each["aanslagstatus"] == "definitief" for each in records)


@pytest.mark.parametrize("persona", PEOPLE, ids=lambda each: each.id)
def test_numbers_are_well_formed_and_invented(persona):
    bsn, iban = (
        persona.records["identity"]["personal_administrative_number"],
        persona.records["account-holder"]["iban"],
    )
    weights = [9, 8, 7, 6, 5, 4, 3, 2, -1]
    rearranged = "".join(str(int(character, 36)) for character in iban[4:] + iban[:4])

    assert sum(w * int(d) for w, d in zip(weights, bsn, strict=True)) % 11 == 0
    assert bsn.startswith("99999")
    assert int(rearranged) % 97 == 1
    assert iban[4:8] == "VBLD"


@pytest.mark.parametrize("persona", PEOPLE, ids=lambda each: each.id)
def test_one_person_is_one_person_in_all_records(persona):
    identity, account = persona.records["identity"], persona.records["account-holder"]

    assert f"{identity['given_name']} {identity['family_name']}" == account["tenaamstelling"] == persona.name
    assert {each["bsn"] for each in _assessments(persona)} == {identity["personal_administrative_number"]}


@pytest.mark.parametrize("persona", PEOPLE, ids=lambda each: each.id)
def test_records_hold_exactly_the_claims_of_their_type(persona):
    for organisation in ORGANISATIONS:
        for configuration in organisation.configurations:
            named = {claim.path[0] for claim in configuration.type.claims}

            assert set(persona.records[configuration.id]) == named


@pytest.mark.threat("077")
@pytest.mark.parametrize("name", ["status", "exp", "cnf", "vct", "_sd", "...", "iss"])
def test_a_claim_named_like_the_envelope_is_refused_at_start(name):
    with pytest.raises(ValueError, match="not a claim"):
        ClaimName.of({"path": [name], "label": {"nl": "x", "en": "x"}})


def test_doubled_ids_are_refused_at_start():
    person = {"id": "a", "name": "A", "story": {"nl": "", "en": ""}, "records": {}}
    with pytest.raises(ValueError, match="unique"):
        Personas.of({"personas": [person, person]})
    with pytest.raises(ValueError, match="unique"):
        Organisations.of({"organisations": []})
