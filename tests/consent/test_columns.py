"""Three columns: each field of each card held stands in exactly one of them, whatever is asked."""

import tomllib
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.card_fields import leaves
from consent.inference import RULES, Fact, conclusions, followed, rules_of
from consent.screen import consent_screen
from openid4vc.dcql.query import parse_dcql
from tests.consent.parts import (
    ACCOUNT_VCT,
    ASSESSMENT_VCT,
    IDENTITY_VCT,
    NOW,
    ROOT,
    assessment_claims,
    card,
    mandate,
    matched,
    question,
    verified,
    wallet_of_noor,
)

CARDS = wallet_of_noor()
EVERYTHING = Counter((held.id, place) for held in CARDS for place, _ in leaves(held.claims))


def columns_of(screen):
    return (
        [(shown.card_id, row.path) for shown in screen.shared for row in shown.rows],
        [(one.card_id, one.path) for one in screen.worked_out],
        [(one.card_id, one.path) for one in screen.not_shared],
    )


def screen_of(credentials, cards=CARDS):
    asked = question(dcql_query=parse_dcql({"credentials": credentials}))
    return consent_screen(verified(asked), matched(asked, cards), cards, words={}, now=NOW)


def asks(number, vct, paths):
    claims = {"claims": [{"path": list(path)} for path in paths]} if paths else {}
    return {"id": f"q{number}", "format": "dc+sd-jwt", "meta": {"vct_values": [vct]}} | claims


PLACES = {
    vct: sorted({place for held in CARDS if held.vct == vct for place, _ in leaves(held.claims)}, key=str)
    for vct in {held.vct for held in CARDS}
}


@st.composite
def questions(draw):
    types = draw(st.lists(st.sampled_from(sorted(PLACES)), min_size=1, max_size=4, unique=True))
    return [
        asks(number, vct, draw(st.lists(st.sampled_from(PLACES[vct]), max_size=6, unique=True)))
        for number, vct in enumerate(types)
    ]


@given(asked=questions())
def test_every_field_of_every_card_is_in_exactly_one_column(asked):
    shared, worked_out, kept = columns_of(screen_of(asked))

    assert Counter(shared) + Counter(worked_out) + Counter(kept) == EVERYTHING


def test_so_it_is_for_the_flagship():
    asked = question(mandate().encode())
    screen = consent_screen(verified(asked), matched(asked, CARDS), CARDS, words={}, now=NOW)

    shared, worked_out, kept = columns_of(screen)

    assert Counter(shared) + Counter(worked_out) + Counter(kept) == EVERYTHING
    assert ("card-identity", ("birthdate",)) in worked_out
    assert ("card-2022", ("verzamelinkomen",)) in worked_out
    assert ("card-balance", ("totaal_saldo",)) in kept


def rules_that_gave(screen):
    return {(one.card_id, one.path): one.rule for one in screen.worked_out}


def test_the_number_leads_to_what_the_register_knows():
    gave = rules_that_gave(screen_of([asks(1, IDENTITY_VCT, [("personal_administrative_number",)])]))

    assert gave["card-identity", ("birthdate",)] == "number-in-register"
    assert gave["card-identity", ("address", "locality")] == "number-in-register"
    assert gave["card-2022", ("bsn",)] == "one-number"


def test_a_name_alone_does_not_lead_to_a_number():
    screen = screen_of([asks(1, IDENTITY_VCT, [("given_name",), ("family_name",)])])

    assert rules_that_gave(screen) == {("card-account", ("tenaamstelling",)): "account-holder"}
    assert [one.rule for one in screen.conclusions] == ["origin"]


def test_the_tax_follows_from_the_income_of_the_same_year_and_of_no_other():
    asked = [asks(1, ASSESSMENT_VCT, [("jaar",), ("belastbaar_inkomen_werk_en_woning",)])]

    gave = rules_that_gave(screen_of(asked))

    assert {card_id for card_id, path in gave if path == ("inkomstenbelasting_box1",)} == {"card-2022"}


def test_two_numbers_are_one_only_when_they_are_equal():
    stranger = card("card-other", ASSESSMENT_VCT, assessment_claims(2022) | {"bsn": "999990020"})
    asked = [asks(1, IDENTITY_VCT, [("personal_administrative_number",)])]

    gave = rules_that_gave(screen_of(asked, [*CARDS, stranger]))

    assert ("card-2022", ("bsn",)) in gave
    assert ("card-other", ("bsn",)) not in gave


def test_an_account_number_tells_the_bank():
    told = screen_of([asks(1, ACCOUNT_VCT, [("iban",)])]).conclusions

    assert [one.tells.nl for one in told] == ["bij welke bank u een rekening heeft"]
    assert told[0].reason.nl == "De letters in een rekeningnummer zijn van de bank."


def fact(pattern, card_id="c"):
    kind, _, path = pattern.partition(":")
    return Fact(card_id, f"http://x/vct/{'any' if kind == '*' else kind}/1", tuple(path.split(".")), "same")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_each_rule_works_with_all_it_needs_and_not_with_less(rule):
    shared = [fact(pattern) for pattern in rule.source]
    targets = [fact(pattern) for pattern in rule.gives]

    assert len(followed(shared, targets, rules=[rule])) == len(targets)
    assert len(conclusions(shared, rules=[rule])) == (rule.tells is not None)
    for number in range(len(shared)):
        less = shared[:number] + shared[number + 1 :]
        assert not followed(less, targets, rules=[rule])
        assert not conclusions(less, rules=[rule])


@pytest.mark.parametrize("rule", [one for one in RULES if one.same_card], ids=lambda rule: rule.name)
def test_a_rule_of_one_card_does_not_reach_another(rule):
    shared = [fact(pattern) for pattern in rule.source]

    assert not followed(shared, [fact(pattern, "other") for pattern in rule.gives], rules=[rule])


def issued_fields():
    """Kind and path of every field that the issuers of the demonstration give."""
    said = tomllib.loads((ROOT / "issuer/data/organisations.toml").read_text(encoding="utf-8"))
    return {
        (kind["name"], tuple(claim["path"]))
        for organisation in said["organisations"]
        for kind in organisation["types"]
        for claim in kind["claims"]
    }


def test_every_field_that_a_rule_speaks_of_is_on_some_card():
    issued = issued_fields()
    spoken = {pattern for rule in RULES for pattern in (*rule.source, *rule.gives)}

    unknown = [
        pattern
        for pattern in sorted(spoken)
        for kind, _, path in [pattern.partition(":")]
        if not any(kind in ("*", card) and place == tuple(path.split(".")) for card, place in issued)
    ]

    assert unknown == []


@pytest.mark.parametrize(
    "toml",
    [
        b'[[rule]]\nname = "a"\nfrom = ["x:y"]\nreason = { nl = "Zo.", en = "So." }',
        b'[[rule]]\nname = "a"\nfrom = ["xy"]\ngives = ["x:y"]\nreason = { nl = "Zo.", en = "So." }',
        b'[[rule]]\nname = "a"\nfrom = ["x:y","x:z"]\ngives = ["x:y"]\nsame_value = true\n'
        b'reason = { nl = "Zo.", en = "So." }',
        b'[[rule]]\nname = "a"\nfrom = ["x:y"]\ngives = ["x:z"]\nreason = { nl = "Zo.", en = "So." }\n' * 2,
    ],
)
def test_rules_that_say_nothing_or_are_written_wrong_are_refused(toml):
    with pytest.raises(ValueError):
        rules_of(toml)
