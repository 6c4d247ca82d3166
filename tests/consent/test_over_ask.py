import tomllib
from datetime import timedelta

import pytest

from consent.over_ask import check_question, mandate_excess
from consent.purpose import load_purpose
from openid4vc.dcql.query import parse_dcql
from openid4vc.errors import Malformed
from openid4vc.messages import read_message
from openid4vc.trust.certificates import LeafSubject
from openid4vc.trust.registration import Registration, sign_registration, verify_registration
from tests.consent.parts import DESK, ISSUER, NOW, ROOT, Authority, desk, mandate, purpose

DATA = ROOT / "tests/consent/data"
REQUESTS = tomllib.loads((DATA / "requests.toml").read_text(encoding="utf-8"))["request"]
PERMIT = load_purpose((DATA / "permit.toml").read_bytes())
PURPOSES = {"averaging": purpose(), "permit": PERMIT}
HONEST = [one for one in REQUESTS if not one.get("too_much")]
GREEDY = [one for one in REQUESTS if one.get("too_much")]


def vct_of(template):
    return template.replace("{issuer}", ISSUER)


def path_of(text):
    return [None if part == "*" else int(part) if part.isdigit() else part for part in text.split(".")]


def spelled(path):
    return ".".join("*" if part is None else str(part) for part in path)


def claim_of(text):
    path, _, values = text.partition("=")
    asked = {"path": path_of(path)}
    return asked | ({"values": [int(value) for value in values.split("|")]} if values else {})


def card_of(said):
    claims = [claim_of(text) for text in said["fields"]]
    card = {"id": said["id"], "format": "dc+sd-jwt", "meta": {"vct_values": [f"{ISSUER}/{said['vct']}"]}}
    return (
        card | ({"claims": claims} if claims else {}) | ({"multiple": True} if said.get("multiple") else {})
    )


def json_of(said):
    """The request as a verifier would write it."""
    cards = PURPOSES[said["purpose"]].dcql(vct_of).to_json()["credentials"] if said.get("base") else []
    cards += [card_of(one) for one in said.get("cards", ())]
    for text in said.get("leave_out", ()):
        query, _, field = text.partition(".")
        cards = [card for card in cards if field or card["id"] != query]
        for card in cards:
            if card["id"] == query:
                card["claims"] = [one for one in card["claims"] if one["path"] != path_of(field)]
    for text in said.get("add", ()):
        query, _, field = text.partition(".")
        next(card for card in cards if card["id"] == query)["claims"].append(claim_of(field))
    return {"credentials": cards}


def report_of(said, **changes):
    query = parse_dcql(json_of(said))
    return check_question(query, purpose=PURPOSES[said["purpose"]], vct_of=vct_of, **changes)


def named(report):
    return [
        f"{field.query_id}{'.' if field.path else ''}{spelled(field.path)} {field.verdict}"
        for field in report.too_much
    ]


def ids(said):
    return said["name"]


def test_there_are_enough_requests_of_both_kinds():
    assert len(HONEST) >= 14
    assert len(GREEDY) >= 30
    assert len({one["name"] for one in REQUESTS}) == len(REQUESTS)


@pytest.mark.parametrize("said", HONEST, ids=ids)
def test_an_honest_request_raises_no_alarm(said):
    report = report_of(said)

    assert named(report) == []
    assert report.passed


@pytest.mark.parametrize("said", GREEDY, ids=ids)
def test_a_greedy_request_is_caught_in_exactly_what_is_too_much(said):
    report = report_of(said)

    assert named(report) == said["too_much"]
    assert not report.passed


@pytest.mark.parametrize("said", [one for one in HONEST if one.get("base")], ids=ids)
@pytest.mark.parametrize("field", ["shoe_size", "birthdate", "address", "bank_statements"])
def test_one_added_field_turns_the_verdict_and_taking_it_away_turns_it_back(said, field):
    greedy = said | {"add": [*said.get("add", ()), f"identity.{field}"]}

    assert [one.split()[0] for one in named(report_of(greedy))] == [f"identity.{field}"]
    assert report_of(said).passed


@pytest.mark.parametrize("said", REQUESTS, ids=ids)
def test_every_asked_field_gets_one_verdict_with_a_rule_and_a_reason(said):
    asked = json_of(said)["credentials"]
    fields = report_of(said).fields

    assert [(one.query_id, list(one.path)) for one in fields] == [
        (card["id"], path)
        for card in asked
        for path in [[], *(claim["path"] for claim in card.get("claims", ()))]
    ]
    assert all(one.rule and one.reason.nl and one.reason.en for one in fields)
    assert all(one.milder for one in fields if one.verdict in {"surplus", "forbidden", "optional"})


def test_the_same_request_gets_the_same_verdict():
    assert [report_of(said) for said in REQUESTS] == [report_of(said) for said in REQUESTS]


def test_an_optional_field_says_that_it_is_a_choice():
    report = report_of({"purpose": "permit", "base": True, "add": ["identity.given_name"]})
    verdicts = {field.path: field for field in report.fields if field.query_id == "identity"}

    assert verdicts["given_name",].verdict == "optional"
    assert verdicts["given_name",].milder.nl == "U hoeft dit niet te delen."
    assert verdicts["address", "postal_code"].verdict == "needed"
    assert verdicts["address", "postal_code"].milder.nl == "Alleen de vier cijfers."
    assert verdicts["address", "postal_code"].rule == "Parkeerverordening (voorbeeld), 3; AVG 6(1)(e)"
    assert verdicts["address", "locality"].rule == "Parkeerverordening (voorbeeld), 3"


def test_every_type_that_would_do_is_judged():
    asked = json_of(
        {
            "purpose": "averaging",
            "cards": [{"id": "a", "vct": "bank/vct/account-holder/1", "fields": ["iban"]}],
        }
    )
    asked["credentials"][0]["meta"]["vct_values"].append(f"{ISSUER}/bank/vct/balance-statement/1")

    report = check_question(parse_dcql(asked), purpose=purpose(), vct_of=vct_of)

    assert [(field.vct.split("/")[-2], field.verdict) for field in report.too_much] == [
        ("balance-statement", "forbidden"),
        ("balance-statement", "forbidden"),
    ]


def test_every_alternative_set_of_claims_is_judged():
    asked = json_of(
        {
            "purpose": "averaging",
            "cards": [{"id": "a", "vct": "bank/vct/account-holder/1", "fields": ["iban", "rekeningsoort"]}],
        }
    )
    card = asked["credentials"][0]
    card["claims"] = [claim | {"id": str(number)} for number, claim in enumerate(card["claims"])]
    card["claim_sets"] = [["0"], ["1"]]

    assert named(check_question(parse_dcql(asked), purpose=purpose(), vct_of=vct_of)) == [
        "a.rekeningsoort forbidden"
    ]


def test_a_format_that_the_register_does_not_know_is_surplus():
    asked = {
        "credentials": [
            {
                "id": "m",
                "format": "mso_mdoc",
                "meta": {"doctype_value": "org.iso.18013.5.1.mDL"},
                "claims": [{"path": ["org.iso.18013.5.1", "family_name"]}],
            }
        ]
    }

    report = check_question(parse_dcql(asked), purpose=purpose(), vct_of=vct_of)

    assert named(report) == ["m surplus", "m.org.iso.18013.5.1.family_name surplus"]


# The registration: what the wallet has, where it does not have the purpose register.

REGISTER = Authority.make(LeafSubject("Register", "Register", "NTRNL-00000005"))


def registration(without=(), **changes):
    credentials = purpose().dcql(vct_of).to_json()["credentials"]
    claims = {
        "name": DESK.name,
        "sub": DESK.id,
        "sub_ln": DESK.name,
        "country": "NL",
        "support_uri": "http://localhost:8003/",
        "privacy_policy": "http://localhost:8000/about",
        "entitlements": ["https://uri.etsi.org/19475/Entitlement/Service_Provider"],
        "supervisory_authority": {"uri": "http://localhost:8000/help"},
        "iat": int(NOW.timestamp()),
        "exp": int((NOW + timedelta(days=90)).timestamp()),
        "credentials": [
            {
                "format": one["format"],
                "meta": one["meta"],
                "claim": [{"path": claim["path"]} for claim in one["claims"] if claim["path"] not in without],
            }
            for one in credentials
        ],
        "purpose": [{"lang": "nl", "value": "Middeling"}],
    }
    entry = read_message(Registration, claims | changes, refusal=Malformed)
    compact = sign_registration(entry, key=REGISTER.key, chain=REGISTER.chain)
    return verify_registration(compact, anchors=[REGISTER.root], access_certificate=desk().chain[0], now=NOW)


WHOLE = {"purpose": "averaging", "base": True}


def test_with_a_registration_alone_what_is_registered_is_needed():
    report = check_question(parse_dcql(json_of(WHOLE)), purpose=None, registration=registration())

    assert report.passed
    assert {field.verdict for field in report.fields} == {"needed"}
    assert {field.rule for field in report.fields} == {"Middeling"}


def test_with_a_registration_alone_what_is_not_registered_is_surplus():
    greedy = json_of(WHOLE | {"add": ["identity.birthdate"]})

    report = check_question(parse_dcql(greedy), purpose=None, registration=registration())

    assert named(report) == ["identity.birthdate surplus"]


def test_with_neither_everything_is_surplus():
    report = check_question(parse_dcql(json_of(WHOLE)), purpose=None)

    assert {field.verdict for field in report.fields} == {"surplus"}
    assert not report.passed


def test_a_needed_field_that_was_not_registered_is_surplus():
    report = report_of(WHOLE, registration=registration(without=[["iban"]]))

    assert named(report) == ["account.iban surplus"]


def test_a_registered_field_that_the_purpose_forbids_stays_forbidden():
    wide = json_of(WHOLE | {"add": ["identity.birthdate"]})["credentials"]
    entries = [
        {
            "format": one["format"],
            "meta": one["meta"],
            "claim": [{"path": claim["path"]} for claim in one["claims"]],
        }
        for one in wide
    ]

    report = report_of(
        WHOLE | {"add": ["identity.birthdate"]}, registration=registration(credentials=entries)
    )

    assert named(report) == ["identity.birthdate forbidden"]


def test_what_the_question_itself_leaves_free_is_optional():
    asked = json_of(WHOLE)
    required = [card["id"] for card in asked["credentials"] if card["id"] != "account"]
    asked["credential_sets"] = [{"options": [required]}, {"options": [["account"]], "required": False}]

    report = check_question(parse_dcql(asked), purpose=None, registration=registration())

    assert {field.verdict for field in report.fields if field.query_id == "account"} == {"optional"}
    assert {field.verdict for field in report.fields if field.query_id != "account"} == {"needed"}


def test_a_field_that_an_alternative_does_without_is_optional():
    asked = json_of(
        {
            "purpose": "averaging",
            "cards": [{"id": "a", "vct": "bank/vct/account-holder/1", "fields": ["iban", "tenaamstelling"]}],
        }
    )
    card = asked["credentials"][0]
    card["claims"] = [claim | {"id": str(number)} for number, claim in enumerate(card["claims"])]
    card["claim_sets"] = [["0", "1"], ["0"]]

    report = check_question(parse_dcql(asked), purpose=None, registration=registration())

    assert [(field.path, field.verdict) for field in report.fields] == [
        ((), "needed"),
        (("iban",), "needed"),
        (("tenaamstelling",), "optional"),
    ]


# A mandate against its purpose.


def test_a_mandate_made_from_its_purpose_stays_inside_it():
    assert mandate_excess(mandate(), purpose()) == ()


ORGANISATIONS = mandate().purpose


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"purpose": ORGANISATIONS.model_copy(update={"code": "OTHER"})}, "purpose"),
        ({"actions": ("request", "receive-decision", "objection")}, "actions"),
        ({"tax_years": (2021, 2022, 2023, 2024)}, "tax_years"),
        ({"excludes": mandate().excludes[:-1]}, "excludes"),
        ({"expires_at": mandate().expires_at + 1}, "validity"),
        ({"data": (mandate().data[0].model_copy(update={"retention": "P31D"}),)}, "retention"),
        ({"data": (mandate().data[0].model_copy(update={"paths": (("birthdate",),)}),)}, "data"),
    ],
)
def test_a_mandate_that_goes_beyond_its_purpose_is_told_where(change, code):
    assert mandate_excess(mandate().model_copy(update=change), purpose()) == (code,)


def test_a_card_that_the_purpose_does_not_know_is_beyond_it_in_every_way():
    scope = mandate().data[0].model_copy(update={"query": "balance"})

    assert mandate_excess(mandate().model_copy(update={"data": (scope,)}), purpose()) == ("retention", "data")


def test_a_mandate_may_be_narrower_than_its_purpose():
    narrow = mandate().model_copy(update={"data": mandate().data[:1], "tax_years": (2022,)})

    assert mandate_excess(narrow, purpose()) == ()


def test_a_decision_that_the_purpose_keeps_for_the_citizen_is_beyond_it():
    act = purpose().act.model_copy(update={"receives_decision": False})
    reserved = purpose().model_copy(update={"act": act})

    assert mandate_excess(mandate(), reserved) == ("receives_decision",)


def test_there_is_no_mandate_below_the_top_rung():
    assert mandate_excess(mandate(), purpose().model_copy(update={"rung": "advise"})) == ("rung",)
