"""Claims path pointers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openid4vc.dcql.path import PathError, covers, select

scalars = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
claims = st.dictionaries(
    st.text(max_size=5),
    st.recursive(
        scalars,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
        max_leaves=20,
    ),
    max_size=5,
)
paths = st.lists(st.text(max_size=5) | st.integers(-2, 5) | st.none(), max_size=5).map(tuple)


def _every_place(value, place=()):
    members = ()
    if isinstance(value, dict):
        members = value.items()
    elif isinstance(value, list):
        members = enumerate(value)
    for name, member in members:
        yield (*place, name), member
        yield from _every_place(member, (*place, name))


@given(claims)
def test_the_path_of_a_place_selects_exactly_that_place(held):
    for place, value in _every_place(held):
        assert select(held, place) == [(place, value)]


@given(claims, paths)
def test_what_is_selected_is_there_and_named_by_the_path(held, path):
    try:
        found = select(held, path)
    except PathError:
        return

    everything = {place: value for place, value in _every_place(held)}
    assert found
    assert all(everything[place] is value or everything[place] == value for place, value in found)
    assert all(covers(path, place) for place, _ in found)


@given(claims)
def test_null_selects_every_element_in_order(held):
    for place, value in _every_place(held):
        if isinstance(value, list) and value:
            assert [element for _, element in select(held, (*place, None))] == value


@pytest.mark.parametrize("component", [True, 1.0, b"a", -1, ("a",)])
def test_a_component_of_another_kind_is_refused(component):
    with pytest.raises(PathError):
        select({"a": [1, 2]}, ("a", component))


def test_an_empty_path_selects_nothing():
    with pytest.raises(PathError):
        select({"a": 1}, ())


@pytest.mark.parametrize(
    ("pattern", "place", "covered"),
    [
        (("a", None), ("a", 3), True),
        (("a", 3), ("a", 3), True),
        (("a", None), ("a", "b"), False),
        (("a", 1), ("a", True), False),
        (("a",), ("a", 3), False),
    ],
)
def test_null_covers_indexes_and_nothing_else(pattern, place, covered):
    assert covers(pattern, place) is covered
