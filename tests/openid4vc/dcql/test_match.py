"""Finding held credentials for a query, and judging the answer."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openid4vc.dcql.answer import check_answer, check_shape
from openid4vc.dcql.match import is_allowed, match
from openid4vc.dcql.query import parse_dcql
from openid4vc.errors import CheckFailed

VCT = "https://issuer.example/vct/income/1"


@dataclass(frozen=True)
class Held:
    """A held credential, reduced to what matching needs."""

    claims: dict
    id: str = "card"
    vct: str = VCT
    disclosable: tuple = ()
    has_holder_key: bool = True
    authority_key_ids: frozenset = field(default_factory=frozenset)


def _wanted(*paths, query_id="q", **more):
    claims = [path if isinstance(path, dict) else {"path": list(path)} for path in paths]
    meta = {"vct_values": [VCT]}
    return {
        "id": query_id,
        "format": "dc+sd-jwt",
        "meta": meta,
        **({"claims": claims} if claims else {}),
        **more,
    }


def _query(*credentials, **more):
    return parse_dcql({"credentials": list(credentials), **more})


def _only_selection(query, held):
    (selections,) = match(query, [held]).by_query.values()
    (selection,) = selections
    return selection


@pytest.mark.threat("126")
def test_exactly_the_asked_claims_are_opened():
    held = Held({f"c{number}": number for number in range(10)}, disclosable=[(f"c{n}",) for n in range(10)])

    selection = _only_selection(_query(_wanted(("c1",), ("c7",), ("c3",))), held)

    assert selection.paths == (("c1",), ("c7",), ("c3",))


@pytest.mark.threat("125")
def test_without_claims_nothing_is_opened():
    held = Held({"a": 1}, disclosable=[("a",)])

    selection = _only_selection(_query(_wanted()), held)

    assert (selection.paths, selection.requested) == ((), ())


def test_a_claim_that_is_always_visible_is_requested_but_needs_no_disclosure():
    selection = _only_selection(_query(_wanted(("a",))), Held({"a": 1}))

    assert (selection.paths, selection.requested) == ((), (("a",),))


def test_a_member_of_a_hidden_object_is_opened_with_its_object():
    held = Held(
        {"address": {"locality": "Voorbeeldstad", "street": "Dorpsstraat"}}, disclosable=[("address",)]
    )

    selection = _only_selection(_query(_wanted(("address", "locality"))), held)

    assert selection.paths == (("address",),)
    assert selection.requested == (("address", "locality"),)


def test_asking_an_object_opens_everything_hidden_inside():
    held = Held(
        {"address": {"locality": "Voorbeeldstad", "geo": {"lat": 1}, "plain": 2}},
        disclosable=[("address", "locality"), ("address", "geo"), ("address", "geo", "lat")],
    )

    selection = _only_selection(_query(_wanted(("address",))), held)

    assert selection.paths == (("address", "locality"), ("address", "geo"), ("address", "geo", "lat"))


def test_a_pattern_of_disclosable_elements_stands_for_each_of_them():
    held = Held({"nationalities": ["NL", "BE"]}, disclosable=[("nationalities", None)])

    assert _only_selection(_query(_wanted(("nationalities", 1))), held).paths == (("nationalities", 1),)


def test_of_an_array_only_elements_with_an_allowed_value_are_opened():
    held = Held({"nationalities": ["NL", "BE"]}, disclosable=[("nationalities", 0), ("nationalities", 1)])
    query = _query(_wanted({"path": ["nationalities", None], "values": ["BE", "DE"]}))

    assert _only_selection(query, held).paths == (("nationalities", 1),)


def test_a_claim_asked_twice_is_opened_once():
    held = Held({"a": 1}, disclosable=[("a",)])

    assert _only_selection(_query(_wanted(("a",), ("a",))), held).paths == (("a",),)


@pytest.mark.parametrize("value", [1, "1", 1.0, True, None, [1], {"a": 1}])
def test_values_differ_by_kind(value):
    assert [is_allowed(value, (wanted,)) for wanted in (1, "1", True)] == [
        type(value) is int,
        value == "1",
        value is True,
    ]


@pytest.mark.threat("127")
def test_one_missing_credential_leaves_nothing_at_all():
    query = _query(_wanted(("a",), query_id="held"), _wanted(("b",), query_id="missing"))

    found = match(query, [Held({"a": 1})])

    assert (found.complete, found.by_query, found.missing) == (False, {}, ("missing",))


@pytest.mark.threat("128")
def test_an_optional_part_that_is_not_held_is_left_out():
    sets = [{"options": [["held"]]}, {"options": [["other"]], "required": False}]
    query = _query(_wanted(("a",), query_id="held"), _wanted(("b",), query_id="other"), credential_sets=sets)

    found = match(query, [Held({"a": 1})])

    assert found.complete
    assert set(found.by_query) == {"held"}


def test_an_optional_part_that_is_held_is_marked_optional():
    sets = [{"options": [["must"]]}, {"options": [["may"]], "required": False}]
    query = _query(_wanted(("a",), query_id="must"), _wanted(("b",), query_id="may"), credential_sets=sets)

    found = match(query, [Held({"a": 1, "b": 2})])

    assert (set(found.by_query), found.optional) == ({"must", "may"}, {"may"})


def test_the_second_option_will_do_where_the_first_is_not_held():
    query = _query(
        _wanted(("b",), query_id="first"),
        _wanted(("a",), query_id="second"),
        credential_sets=[{"options": [["first"], ["second"]]}],
    )

    assert set(match(query, [Held({"a": 1})]).by_query) == {"second"}


def test_of_options_that_none_can_answer_the_one_that_lacks_least_is_named():
    wanted = [_wanted((name,), query_id=name) for name in ("a", "b", "c")]
    either = [{"options": [["a", "b"], ["c"]]}]

    assert match(_query(*wanted, credential_sets=either), []).missing == ("c",)
    assert match(_query(*wanted, credential_sets=either), [Held({"a": 1})]).missing == ("b",)


def test_an_option_in_a_format_that_nobody_reads_here_is_named_last():
    mdoc = {"id": "m", "format": "mso_mdoc", "meta": {"doctype_value": "x"}, "claims": [{"path": ["x", "y"]}]}
    either = [{"options": [["m"], ["a", "b"]]}]
    query = _query(mdoc, _wanted(("a",), query_id="a"), _wanted(("b",), query_id="b"), credential_sets=either)

    assert match(query, []).missing == ("a", "b")


def test_where_no_value_is_allowed_the_claim_is_missing():
    query = _query(_wanted({"path": ["a"], "values": [2, "1"]}))

    assert match(query, [Held({"a": 1})]).missing == ("q",)


def test_the_second_claim_set_will_do_where_the_first_is_not_held():
    claims = [{"id": name, "path": [name]} for name in ("a", "b")]
    query = _query(_wanted(*claims, claim_sets=[["b"], ["a"]]))

    assert _only_selection(query, Held({"a": 1})).requested == (("a",),)


def test_a_loose_credential_will_do_where_no_holder_is_asked():
    query = _query(_wanted(("a",), require_cryptographic_holder_binding=False))

    assert match(query, [Held({"a": 1}, has_holder_key=False)]).complete


def test_a_query_outside_every_set_is_not_answered():
    query = _query(
        _wanted(("a",), query_id="asked"),
        _wanted(("a",), query_id="idle"),
        credential_sets=[{"options": [["asked"]]}],
    )

    assert set(match(query, [Held({"a": 1})]).by_query) == {"asked"}


def test_only_optional_parts_none_of_them_held_is_no_answer():
    query = _query(_wanted(("b",)), credential_sets=[{"options": [["q"]], "required": False}])

    assert not match(query, [Held({"a": 1})]).complete


@pytest.mark.parametrize(
    ("more", "held"),
    [
        ({}, Held({"a": 1}, has_holder_key=False)),
        ({}, Held({"a": 1}, vct="https://issuer.example/vct/other/1")),
        ({"trusted_authorities": [{"type": "aki", "values": ["AA"]}]}, Held({"a": 1})),
        (
            {"trusted_authorities": [{"type": "etsi_tl", "values": ["AA"]}]},
            Held({"a": 1}, authority_key_ids=frozenset({"AA"})),
        ),
    ],
)
def test_a_credential_that_is_not_wanted_is_not_used(more, held):
    assert match(_query(_wanted(("a",), **more)), [held]).missing == ("q",)


def test_an_mdoc_query_is_never_answered():
    mdoc = {"id": "q", "format": "mso_mdoc", "meta": {"vct_values": [VCT]}}

    assert match(_query(mdoc), [Held({"a": 1})]).missing == ("q",)


names = st.sampled_from("abcdef")
flat = st.dictionaries(names, st.integers(0, 3), min_size=1)


@given(flat, st.sets(names), st.sets(names, min_size=1))
def test_never_more_is_opened_than_asked(claims, hidden, asked):
    held = Held(claims, disclosable=[(name,) for name in hidden])

    found = match(_query(_wanted(*[(name,) for name in sorted(asked)])), [held])

    assert found.complete == (asked <= claims.keys())
    if found.complete:
        opened = {path[0] for path in found.by_query["q"][0].paths}
        assert opened == asked & hidden


@given(flat, st.sets(names), st.sets(names, min_size=1))
def test_what_is_opened_satisfies_the_verifier(claims, hidden, asked):
    query = _query(_wanted(*[(name,) for name in sorted(asked)]))
    found = match(query, [Held(claims, disclosable=[(name,) for name in hidden])])

    if found.complete:
        opened = {path[0] for path in found.by_query["q"][0].paths}
        shown = {name: value for name, value in claims.items() if name not in hidden or name in opened}
        check_answer(query, {"q": [{"vct": VCT, **shown}]})


def _refusal(query, answer):
    with pytest.raises(CheckFailed) as refused:
        check_answer(query, answer)
    return refused.value.check


GOOD = {"vct": VCT, "a": 1}


@pytest.mark.threat("196")
@pytest.mark.threat("204")
@pytest.mark.parametrize(
    ("answer", "check"),
    [
        ({}, "dcql_missing"),
        ({"other": [GOOD]}, "dcql_unknown_query"),
        ({"q": [GOOD], "other": [GOOD]}, "dcql_unknown_query"),
        ({"q": []}, "dcql_count"),
        ({"q": [GOOD, GOOD]}, "dcql_count"),
        ({"q": [GOOD | {"vct": "urn:other"}]}, "dcql_vct"),
        ({"q": [{"a": 1}]}, "dcql_vct"),
        ({"q": [{"vct": VCT}]}, "dcql_claims"),
        ({"q": [{"vct": VCT, "a": 2}]}, "dcql_claims"),
        ({"q": [{"vct": VCT, "a": "1"}]}, "dcql_claims"),
        ({"q": [{"vct": VCT, "a": True}]}, "dcql_claims"),
    ],
)
def test_an_answer_that_does_not_answer_is_refused(answer, check):
    assert _refusal(_query(_wanted({"path": ["a"], "values": [1]})), answer) == check


def test_every_one_of_several_presentations_is_judged():
    query = _query(_wanted(("a",), multiple=True))

    check_answer(query, {"q": [GOOD, GOOD | {"a": 2}]})
    assert _refusal(query, {"q": [GOOD, {"vct": VCT}]}) == "dcql_claims"


def test_a_credential_of_an_incomplete_option_is_surplus():
    parts = [_wanted(("a",), query_id=name) for name in ("a", "b", "c", "idle")]
    query = _query(*parts, credential_sets=[{"options": [["a", "b"], ["c"]]}])

    check_answer(query, {"c": [GOOD]})
    check_answer(query, {"a": [GOOD], "b": [GOOD]})
    assert _refusal(query, {"a": [GOOD]}) == "dcql_missing"
    assert _refusal(query, {"a": [GOOD], "c": [GOOD]}) == "dcql_surplus"
    assert _refusal(query, {"c": [GOOD], "idle": [GOOD]}) == "dcql_surplus"


def test_an_optional_part_may_be_left_out_of_an_answer():
    sets = [{"options": [["q"]]}, {"options": [["may"]], "required": False}]
    query = _query(_wanted(("a",)), _wanted(("a",), query_id="may"), credential_sets=sets)

    check_answer(query, {"q": [GOOD]})
    check_answer(query, {"q": [GOOD], "may": [GOOD]})


def test_nothing_is_no_answer_even_if_everything_is_optional():
    query = _query(_wanted(("a",)), credential_sets=[{"options": [["q"]], "required": False}])

    assert _refusal(query, {}) == "dcql_missing"


def test_one_complete_claim_set_is_enough_and_a_mixture_is_not():
    claims = [{"id": name, "path": [name]} for name in ("a", "b", "c")]
    query = _query(_wanted(*claims, claim_sets=[["a", "b"], ["c"]]))

    check_answer(query, {"q": [{"vct": VCT, "c": 1}]})
    check_answer(query, {"q": [{"vct": VCT, "a": 1, "b": 1}]})
    assert _refusal(query, {"q": [{"vct": VCT, "a": 1}]}) == "dcql_claims"


def test_an_index_is_met_by_any_disclosed_element_because_hidden_ones_are_gone():
    query = _query(_wanted({"path": ["list", 3, "x"], "values": [7]}))

    check_answer(query, {"q": [{"vct": VCT, "list": ["plain", {"x": 7}]}]})
    assert _refusal(query, {"q": [{"vct": VCT, "list": [{"x": 8}]}]}) == "dcql_claims"
    assert _refusal(query, {"q": [{"vct": VCT, "list": []}]}) == "dcql_claims"
    assert _refusal(query, {"q": [{"vct": VCT, "list": {"3": {"x": 7}}}]}) == "dcql_claims"


def test_null_and_names_are_met_only_in_their_own_containers():
    query = _query(_wanted(("list", None, "x")))

    check_answer(query, {"q": [{"vct": VCT, "list": [{"y": 1}, {"x": 1}]}]})
    assert _refusal(query, {"q": [{"vct": VCT, "list": [{"x": 1}, "plain"]}]}) == "dcql_claims"
    assert _refusal(query, {"q": [{"vct": VCT, "list": {"x": 1}}]}) == "dcql_claims"
    assert _refusal(query, {"q": [{"vct": VCT, "list": []}]}) == "dcql_claims"
    assert _refusal(_query(_wanted(("list", None))), {"q": [{"vct": VCT, "list": {"x": 1}}]}) == "dcql_claims"
    assert _refusal(_query(_wanted(("list", 0))), {"q": [{"vct": VCT, "list": "text"}]}) == "dcql_claims"


def test_an_mdoc_cannot_be_verified():
    mdoc = {"id": "q", "format": "mso_mdoc", "meta": {"doctype_value": "x"}}

    assert _refusal(_query(mdoc), {"q": [GOOD]}) == "dcql_format"


def test_the_shape_alone_can_be_judged_before_anything_is_verified():
    check_shape(_query(_wanted(("a",))), {"q": ["presentation"]})
