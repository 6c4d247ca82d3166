import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consent.json_lines import JsonLines
from consent.lint import lint_request
from consent.mandate_text import text_digest
from consent.plain_text import sentences
from tests.consent.parts import ISSUER, mandate, purpose
from tests.consent.test_over_ask import GREEDY, HONEST, PERMIT, PURPOSES, json_of, vct_of

WHOLE = purpose().dcql(vct_of).to_json()
TEXT = json.dumps({"purpose": purpose().code, "retention": "P30D", "dcql_query": WHOLE}, indent=2)


def lint(request, **changes):
    text = request if isinstance(request, str | bytes) else json.dumps(request, indent=2)
    data = text if isinstance(text, bytes) else text.encode()
    return lint_request(data, changes.pop("purpose", purpose()), **changes)


def faults(report):
    return [(finding.field, finding.verdict) for finding in report.faults]


def line_of(text, wanted):
    return next(number for number, line in enumerate(text.splitlines(), 1) if wanted in line)


def test_a_request_inside_its_purpose_passes_with_a_word_on_every_field():
    report = lint(TEXT)

    assert report.passed
    assert len(report.findings) == sum(len(card["claims"]) + 1 for card in WHOLE["credentials"])
    assert {finding.verdict for finding in report.findings} == {"needed"}
    assert all(finding.reason.nl and finding.rule for finding in report.findings)


@pytest.mark.parametrize("said", GREEDY, ids=lambda said: said["name"])
def test_every_greedy_request_fails_with_its_lines(said):
    text = json.dumps(json_of(said), indent=1)
    report = lint(text, purpose=PURPOSES[said["purpose"]])
    lines = text.splitlines()

    assert not report.passed
    assert len(report.faults) == len(said["too_much"])
    for finding in report.faults:
        shown = lines[finding.line - 1]
        assert '"path"' in shown if "." in finding.field else '"meta"' in shown


@pytest.mark.parametrize("said", HONEST, ids=lambda said: said["name"])
def test_every_honest_request_passes(said):
    assert lint(json_of(said), purpose=PURPOSES[said["purpose"]]).passed


def test_the_line_at_fault_is_the_line_in_the_text_that_was_given():
    greedy = json.loads(json.dumps(WHOLE))
    greedy["credentials"][0]["claims"].append({"path": ["birthdate"]})
    text = json.dumps(greedy, indent=2).replace('"birthdate"', '\n\n     "birthdate"')

    finding = lint(text).faults[0]

    assert (finding.field, finding.verdict) == ("identity.birthdate", "forbidden")
    assert finding.line == line_of(text, "birthdate") - 3
    assert '"path"' in text.splitlines()[finding.line - 1]
    assert finding.milder.nl == "Vraag dit niet."


def test_a_request_on_one_line_is_judged_as_well():
    assert lint(json.dumps(WHOLE)).passed
    assert {finding.line for finding in lint(json.dumps(WHOLE)).findings} == {1}


def test_findings_stand_in_the_order_of_the_text():
    lines = [finding.line for finding in lint(TEXT).findings]

    assert lines == sorted(lines)


def test_types_may_be_written_with_the_placeholder_of_the_register():
    assert lint(purpose().dcql(str).to_json()).passed
    assert lint(purpose().dcql(str).to_json(), issuer=ISSUER).passed


def test_with_an_issuer_another_host_is_another_card():
    elsewhere = json.dumps(WHOLE).replace(ISSUER, "https://elsewhere.example")

    assert lint(elsewhere).passed
    assert not lint(elsewhere, issuer=ISSUER).passed


# The terms of the request itself.


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"purpose": "OTHER"}, "purpose"),
        ({"retention": "P31D"}, "retention"),
        ({"retention": "for ever"}, "retention"),
        ({"retention": 30}, "retention"),
        ({"validity_days": 15}, "validity_days"),
        ({"validity_days": 0}, "validity_days"),
        ({"validity_days": "14"}, "validity_days"),
        ({"validity_days": True}, "validity_days"),
    ],
)
def test_a_term_beyond_the_purpose_is_named_with_its_line(change, field):
    text = json.dumps({"dcql_query": WHOLE} | change, indent=2)
    report = lint(text)

    assert faults(report) == [(field, "surplus")]
    assert report.faults[0].line == line_of(text, f'"{field}"')


@pytest.mark.parametrize("change", [{"retention": "P1D"}, {"validity_days": 1}, {"state": "x"}])
def test_a_term_inside_the_purpose_passes(change):
    assert lint({"dcql_query": WHOLE} | change).passed


def test_the_milder_way_says_what_is_allowed():
    report = lint({"dcql_query": WHOLE, "retention": "P90D", "validity_days": 90})

    assert [finding.milder.nl for finding in report.faults] == ["Hoogstens P30D.", "Hoogstens 14 dagen."]


# A mandate in the request.


def with_mandate(entry):
    return {"dcql_query": WHOLE, "transaction_data": [entry]}


def resealed(**changes):
    changed = mandate().model_copy(update=changes)
    return changed.model_copy(update={"text_sha256": text_digest(changed)})


def test_a_mandate_of_this_purpose_passes_as_object_and_as_string():
    assert lint(with_mandate(mandate().model_dump(mode="json"))).passed
    assert lint(with_mandate(mandate().encode())).passed


@pytest.mark.parametrize(
    ("change", "field", "word"),
    [
        ({"excludes": mandate().excludes[:-1]}, "mandate.excludes", '"excludes"'),
        ({"expires_at": mandate().expires_at + 1}, "mandate.validity", '"expires_at"'),
        ({"tax_years": (2021, 2022)}, "mandate.tax_years", '"tax_years"'),
        ({"data": mandate().data[:-1]}, "mandate.data", '"data"'),
    ],
)
def test_a_mandate_beyond_the_purpose_is_named_with_its_line(change, field, word):
    text = json.dumps(with_mandate(resealed(**change).model_dump(mode="json")), indent=2)
    report = lint(text)

    assert [name for name, _ in faults(report)] == [field]
    assert report.faults[0].line == line_of(text, word)


@pytest.mark.parametrize(
    "entry",
    [
        "AAAA",
        7,
        {},
        mandate().model_dump(mode="json") | {"price": 1},
        mandate().model_dump(mode="json") | {"text_sha256": "A" * 43},
    ],
)
def test_a_mandate_that_does_not_hold_is_named(entry):
    text = json.dumps(with_mandate(entry), indent=2)

    assert faults(lint(text)) == [("transaction_data", "forbidden")]


def test_transaction_data_that_are_no_list_are_named():
    assert faults(lint({"dcql_query": WHOLE, "transaction_data": 7})) == [("transaction_data", "forbidden")]


def test_a_purpose_below_the_top_rung_has_no_mandate():
    report = lint(with_mandate(mandate().encode()), purpose=purpose().model_copy(update={"rung": "inform"}))

    assert faults(report) == [("mandate.rung", "surplus")]


# What is no request.


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("[]", 1),
        ('{"credentials": [}', 1),
        ('{\n"credentials": [\n{"id": }\n]}', 3),
        ('{"a": 1, "a": 2}', 1),
        (b"\xff\xfe", 1),
        ('{"a": NaN}', 1),
    ],
)
def test_what_is_no_json_fails_on_its_line(text, line):
    report = lint(text)

    assert faults(report) == [("request", "forbidden")]
    assert report.faults[0].line == line


@pytest.mark.parametrize(
    "request_given",
    [
        {},
        {"credentials": []},
        {"dcql_query": 7},
        {"dcql_query": {"credentials": [7]}},
        {"credentials": [{"id": "a", "format": "dc+sd-jwt", "meta": {"vct_values": []}}]},
        {"credentials": [{"id": "a", "format": "dc+sd-jwt", "meta": {"vct_values": [7]}}]},
        {"credentials": "x"},
    ],
)
def test_what_is_no_question_fails(request_given):
    assert faults(lint(request_given)) == [("dcql_query", "forbidden")]


def test_a_question_that_is_no_good_fails_on_its_own_line():
    text = '{\n "state": "x",\n "dcql_query": 7\n}'

    assert lint(text).faults[0].line == 3


@pytest.mark.parametrize("entry", [purpose(), PERMIT])
def test_every_word_of_a_report_is_short_and_in_two_languages(entry):
    said = [one for one in GREEDY if PURPOSES[one["purpose"]] is entry]
    findings = [finding for one in said for finding in lint(json_of(one), purpose=entry).findings]
    texts = [text for finding in findings for text in (finding.reason, finding.milder) if text]

    assert max(len(line.split()) for text in texts for line in sentences(f"{text.nl}\n{text.en}")) <= 15


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def places(value, place=()):
    yield place
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, member in inner:
        yield from places(member, (*place, name))


@settings(max_examples=150, deadline=None)
@given(JSON, st.sampled_from([None, 1, 3]), st.booleans())
def test_every_place_of_any_json_has_a_line_inside_the_text(value, indent, ascii_only):
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    lines = JsonLines(text)
    height = text.count("\n") + 1

    assert all(1 <= lines.line(place) <= height for place in places(value))


def test_a_member_has_the_line_of_its_name_and_an_element_its_own():
    lines = JsonLines('{\n"a":\n[\n1,\n{"b"\n:\n2}]}')

    assert [lines.line(place) for place in [("a",), ("a", 0), ("a", 1), ("a", 1, "b")]] == [2, 4, 5, 5]
    assert lines.line(("a", 1, "absent")) == 5
    assert lines.line(("absent",)) == 1


@settings(max_examples=100, deadline=None)
@given(
    JSON
    | st.fixed_dictionaries({"credentials": JSON})
    | st.fixed_dictionaries({"dcql_query": JSON, "transaction_data": JSON})
)
def test_nothing_makes_it_raise(value):
    assert not lint(json.dumps(value).encode()).passed
