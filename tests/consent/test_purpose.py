import pytest

from consent.mandate import Parties, propose_mandate
from consent.plain_text import LANGUAGES, sentences
from consent.purpose import load_purpose
from openid4vc.dcql.query import check_own_query
from openid4vc.errors import Malformed
from tests.consent.parts import AUTHORITY, DESK, ISSUER, MANDATE_ID, NOW, ROOT, mandate, purpose

TOML = (ROOT / "verifier/data/purposes/averaging.toml").read_text(encoding="utf-8")


def query():
    return purpose().dcql(lambda template: template.replace("{issuer}", ISSUER))


def test_the_averaging_purpose_asks_the_needed_set_and_no_more():
    asked = {wanted.id: {claim.path[0] for claim in wanted.claims or ()} for wanted in query().credentials}

    assert asked["identity"] == {"given_name", "family_name", "personal_administrative_number"}
    assert asked["account"] == {"iban", "tenaamstelling"}
    assert asked["assessment_2022"] == asked["assessment_2023"] == asked["assessment_2024"]
    assert asked["assessment_2022"] == {
        "bsn",
        "jaar",
        "dagtekening",
        "aanslagstatus",
        "belastbaar_inkomen_werk_en_woning",
        "inkomstenbelasting_box1",
        "premie_volksverzekeringen",
        "tariefsaanpassing",
        "binnenlands_belastingplichtig_heel_jaar",
        "jaar_al_gebruikt_voor_middeling",
        "aow_cohort",
    }


def test_each_assessment_is_asked_for_its_own_year():
    values = {
        wanted.id: [claim.values for claim in wanted.claims or () if claim.path == ("jaar",)]
        for wanted in query().credentials
        if wanted.id.startswith("assessment")
    }

    assert values == {f"assessment_{year}": [(year,)] for year in (2022, 2023, 2024)}


def test_the_question_is_one_that_a_verifier_may_ask():
    check_own_query(query())

    assert {vct for wanted in query().credentials for vct in wanted.vct_values} == {
        f"{ISSUER}/municipality/vct/identity/1",
        f"{ISSUER}/tax-authority/vct/income-assessment/1",
        f"{ISSUER}/bank/vct/account-holder/1",
    }


def test_bank_balances_and_what_reveals_too_much_are_never_asked():
    never = purpose().forbidden

    assert never("{issuer}/bank/vct/balance-statement/1", ("totaal_saldo",))
    assert never("{issuer}/municipality/vct/identity/1", ("address", "locality"))
    assert never("{issuer}/tax-authority/vct/income-assessment/1", ("aanslagnummer",))
    assert never("{issuer}/tax-authority/vct/income-assessment/1", ("jaar",)) is None


def test_the_act_and_its_term_are_those_of_the_register():
    entry = purpose()

    assert entry.code == "IB-MIDDELING-INDIENEN"
    assert entry.act.actions == ("request", "receive-decision")
    assert (entry.retention, entry.longest_validity.days) == ("P30D", 14)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_reason_is_a_short_sentence(lang):
    texts = [claim.reason for card in purpose().data for claim in card.claims]
    texts += [claim.milder for card in purpose().data for claim in card.claims if claim.milder]
    texts += [rule.reason for rule in purpose().never]

    assert max(len(line.split()) for text in texts for line in sentences(text.in_language(lang))) <= 15


def test_no_text_calls_a_mandate_consent():
    assert "toestemming" not in TOML.lower()


def test_a_mandate_covers_what_the_purpose_asks():
    assert mandate().data == purpose().scopes()


def refuses(text):
    with pytest.raises(Malformed):
        load_purpose(text.encode())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('code = "IB-MIDDELING-INDIENEN"', ""),
        ('retention = "P30D"', 'retention = "for ever"'),
        ("validity_days = 14", "validity_days = 31"),
        ("validity_days = 14", "validity_days = 0"),
        ("validity_days = 14", "validity_days = true"),
        ('actions = ["request", "receive-decision"]', "actions = []"),
        ("tax_years = [2022, 2023, 2024]", "tax_years = []"),
        ("receives_decision = true", "receives_decision = true\nprice = 1"),
        ('legal_basis = "', 'legal_basis = "\u200b'),
        ('path = ["rekeningsoort"]', 'path = ["iban"]'),
        ('path = ["birthdate"]', 'path = ["given_name"]'),
        ('query = "account"', 'query = "identity"'),
        ('path = ["tenaamstelling"]', 'path = ["iban"]'),
        ("tax_years = [2022, 2023, 2024]", "tax_years = [2024, 2023, 2022]"),
        ("[title]", "[title"),
    ],
)
def test_a_purpose_that_breaks_a_rule_is_refused(old, new):
    assert old in TOML
    refuses(TOML.replace(old, new, 1))


def test_bytes_that_are_no_text_are_refused():
    with pytest.raises(Malformed):
        load_purpose(b"\xff\xfe")


def test_an_empty_purpose_is_refused():
    refuses("")


# What may be asked beside the needed fields, and how far a service may go.

OPTIONAL = '''path = ["tenaamstelling"]
need = "optional"'''


def with_optional_name():
    return load_purpose(TOML.replace('path = ["tenaamstelling"]', OPTIONAL, 1).encode())


def test_an_optional_field_is_not_in_the_question_nor_in_the_mandate():
    entry = with_optional_name()
    account = entry.dcql(lambda template: template).query("account")

    assert [claim.path for claim in account.claims] == [("iban",)]
    assert [scope.paths for scope in entry.scopes() if scope.query == "account"] == [(("iban",),)]


def test_a_card_with_optional_fields_only_is_not_asked():
    text = TOML.replace('path = ["tenaamstelling"]', OPTIONAL, 1)
    entry = load_purpose(text.replace('path = ["iban"]', 'path = ["iban"]\nneed = "optional"', 1).encode())

    assert "account" not in entry.dcql(lambda template: template).ids
    assert "account" not in [scope.query for scope in entry.scopes()]


def test_a_card_may_be_kept_shorter_than_the_purpose_allows_and_no_longer():
    card = 'query = "account"'
    entry = load_purpose(TOML.replace(card, f'{card}\nretention = "P7D"', 1).encode())

    assert [scope.retention for scope in entry.scopes()][-1] == "P7D"
    assert entry.longest_retention.days == 30
    refuses(TOML.replace(card, f'{card}\nretention = "P31D"', 1))


def test_every_needed_field_says_why_and_the_known_rules_are_short():
    rules = {claim.rule for card in purpose().data for claim in card.claims}

    assert {"Awb 4:2", "Wabb 10", "Wet IB 2001, 3.154"} <= rules
    assert all(rule.rule for rule in purpose().never)


@pytest.mark.parametrize("rung", ["inform", "advise"])
def test_a_purpose_below_the_top_rung_has_no_mandate(rung):
    entry = load_purpose(TOML.replace('rung = "act"', f'rung = "{rung}"', 1).encode())

    with pytest.raises(ValueError, match="rung"):
        propose_mandate(
            entry,
            Parties(DESK, AUTHORITY),
            mandate_id=MANDATE_ID,
            revocation_uri="http://localhost:8003/mandates/x/revoke",
            not_before=NOW,
        )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('rung = "act"', ""),
        ('rung = "act"', 'rung = "decide"'),
        ('rule = "Awb 4:2"', 'need = "perhaps"'),
        ('rule = "Awb 4:2"', 'rule = ""'),
    ],
)
def test_a_purpose_without_a_rung_or_with_another_need_is_refused(old, new):
    assert old in TOML
    refuses(TOML.replace(old, new, 1))


def test_a_purpose_that_needs_nothing_is_refused():
    asked, never = TOML.split("[[never]]", 1)

    asked = asked.replace("reason =", 'need = "optional"\nreason =')

    refuses(f"{asked}[[never]]{never}")
