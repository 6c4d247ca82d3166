"""Whatever an honest question looks like: one field more turns the verdict, one less turns it back."""

from __future__ import annotations

from copy import deepcopy

from hypothesis import given
from hypothesis import strategies as st

from consent.over_ask import check_question
from openid4vc.dcql.query import parse_dcql
from tests.consent.test_over_ask import PURPOSES, vct_of

NAMES = ("shoe_size", "birthdate", "address", "income", "bsn", "jaar", "iban", "street_address", "given_name")
COMPONENTS = st.one_of(
    st.sampled_from(NAMES),
    st.text("abcdefghij_", min_size=1, max_size=12),
    st.integers(0, 9),
    st.none(),
)


def fields_of(card):
    return {tuple(claim.path) for claim in card.claims}


def part_of(field, whole):
    """Whether one path names something inside what another names; null stands for every element."""
    return len(whole) <= len(field) and all(
        one == two or (two is None and isinstance(one, int)) for one, two in zip(field, whole, strict=False)
    )


@st.composite
def honest_questions(draw):
    """Some cards of a purpose, of each some of its fields, in any order; optional ones too."""
    purpose = draw(st.sampled_from(sorted(PURPOSES)))
    asked = []
    for card in draw(
        st.lists(st.sampled_from(PURPOSES[purpose].data), min_size=1, unique_by=lambda one: one.query)
    ):
        bound = [one for one in card.claims if one.values]
        free = [one for one in card.claims if not one.values]
        chosen = (
            bound + draw(st.lists(st.sampled_from(free), unique_by=lambda one: one.path)) if free else bound
        )
        chosen = chosen or free[:1]
        claims = [
            {"path": list(one.path)} | ({"values": list(one.values)} if one.values else {})
            for one in draw(st.permutations(chosen))
        ]
        meta = {"vct_values": [vct_of(card.vct)]}
        asked.append({"id": card.query, "format": "dc+sd-jwt", "meta": meta, "claims": claims})
    return purpose, asked


@st.composite
def one_field_more(draw):
    """An honest question, and the place and path of a field that its purpose does not name."""
    purpose, asked = draw(honest_questions())
    place = draw(st.integers(0, len(asked) - 1))
    card = next(one for one in PURPOSES[purpose].data if one.query == asked[place]["id"])
    wholes = [path[:length] for path in fields_of(card) for length in range(1, len(path))]
    paths = st.tuples(st.sampled_from(NAMES) | st.text("xyz", min_size=1), COMPONENTS) | st.tuples(
        st.sampled_from(NAMES) | st.text("xyz_", min_size=1, max_size=20)
    )
    if wholes:
        paths = paths | st.sampled_from(wholes)
    unknown = paths.filter(lambda path: not any(part_of(path, known) for known in fields_of(card)))
    return purpose, asked, place, draw(unknown)


def verdict(purpose, asked):
    query = parse_dcql({"credentials": asked})
    return check_question(query, purpose=PURPOSES[purpose], vct_of=vct_of)


@given(honest_questions())
def test_no_honest_question_raises_an_alarm(honest):
    assert verdict(*honest).too_much == ()
    assert verdict(*honest).passed


@given(one_field_more())
def test_one_field_more_turns_the_verdict_and_one_less_turns_it_back(greedy):
    purpose, asked, place, path = greedy
    more = deepcopy(asked)
    more[place]["claims"].append({"path": list(path)})

    before, after = verdict(purpose, asked), verdict(purpose, more)

    assert before.passed and not after.passed
    assert [(one.query_id, one.path) for one in after.too_much] == [(asked[place]["id"], path)]
    more[place]["claims"].pop()
    assert verdict(purpose, more).passed


@given(honest_questions(), st.text("abcdef", min_size=1, max_size=8))
def test_one_card_more_turns_the_verdict_too(honest, kind):
    purpose, asked = honest
    other = {"vct_values": [f"https://elsewhere.example/vct/{kind}/1"]}
    claims = [{"path": ["something"]}]
    card = {"id": "one_more", "format": "dc+sd-jwt", "meta": other, "claims": claims}

    after = verdict(purpose, [*asked, card])

    assert {one.query_id for one in after.too_much} == {"one_more"}
    assert not after.passed
