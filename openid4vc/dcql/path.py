"""Claims path pointers: where in a credential a claim lives (OpenID4VP 1.0, 7)."""

from collections.abc import Callable, Iterable
from typing import TypeAlias

from openid4vc.jose.strict_json import Json

ClaimPath: TypeAlias = tuple[str | int | None, ...]
ConcretePath: TypeAlias = tuple[str | int, ...]
Located: TypeAlias = tuple[ConcretePath, Json]


class PathError(ValueError):
    """The path selects nothing here: to the asker the claim does not exist."""


def select(claims: Json, path: ClaimPath) -> list[Located]:
    """Every place and value the path points at, in document order; none is a PathError (7.1).

    A string takes a member, None every element, a whole number from 0 one element. A container of
    the wrong kind is an error; a missing member or element only drops out.
    """
    if not path:
        raise PathError("an empty path")
    selected: list[Located] = [((), claims)]
    for component in path:
        step = _step_for(component)
        selected = [found for place, value in selected for found in step(place, value)]
        if not selected:
            raise PathError("the path selects nothing")
    return selected


def covers(pattern: ClaimPath, concrete: ClaimPath) -> bool:
    """Whether `concrete` is a place that `pattern` names; None stands for every index."""
    return len(pattern) == len(concrete) and all(
        (ours == theirs and type(ours) is type(theirs)) or (ours is None and isinstance(theirs, int))
        for ours, theirs in zip(pattern, concrete, strict=True)
    )


def _step_for(component: object) -> Callable[[ConcretePath, Json], Iterable[Located]]:
    if isinstance(component, str):
        return lambda place, value: _member(place, value, component)
    if component is None:
        return _elements
    if type(component) is int and component >= 0:
        return lambda place, value: _element(place, value, component)
    raise PathError("a path component that is neither name, index nor null")


def _member(place: ConcretePath, value: Json, name: str) -> Iterable[Located]:
    if not isinstance(value, dict):
        raise PathError("a member name on something that is no object")
    return [((*place, name), value[name])] if name in value else []


def _elements(place: ConcretePath, value: Json) -> Iterable[Located]:
    if not isinstance(value, list):
        raise PathError("null on something that is no array")
    return [((*place, index), element) for index, element in enumerate(value)]


def _element(place: ConcretePath, value: Json, index: int) -> Iterable[Located]:
    return [found for found in _elements(place, value) if found[0][-1] == index]
