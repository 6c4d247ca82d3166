from time import perf_counter
from typing import Any

import pytest

from openid4vc.errors import CheckFailed
from openid4vc.sdjwt.disclosure import digest, make_disclosure
from openid4vc.sdjwt.unfold import unfold

NAME = make_disclosure("s1", "name", "Noor")
ELEMENT = make_disclosure("s2", "NL")


def refusal_of(payload: dict[str, Any], *disclosures: str) -> str:
    with pytest.raises(CheckFailed) as refusal:
        unfold(payload, disclosures)
    return refusal.value.check


def hidden(*disclosures: str) -> list[str]:
    return [digest(disclosure) for disclosure in disclosures]


def test_a_member_and_an_element_take_the_place_of_their_digests() -> None:
    payload = {"_sd": hidden(NAME), "list": ["DE", {"...": digest(ELEMENT)}, "US"], "_sd_alg": "sha-256"}

    unfolded = unfold(payload, [ELEMENT, NAME])

    assert unfolded.claims == {"name": "Noor", "list": ["DE", "NL", "US"]}
    assert set(unfolded.opened) == {("name",), ("list", 1)}


def test_a_digest_that_nobody_opens_vanishes() -> None:
    payload = {"_sd": ["decoy"], "list": [{"...": "unknown"}, "US"], "inner": {"_sd": ["other"]}}

    assert unfold(payload, []).claims == {"list": ["US"], "inner": {}}


def test_the_payload_itself_stays_as_it_was() -> None:
    payload = {"_sd": hidden(NAME), "list": [{"...": digest(ELEMENT)}], "_sd_alg": "sha-256"}
    before = repr(payload)

    unfold(payload, [NAME, ELEMENT])

    assert repr(payload) == before


def test_disclosures_inside_disclosures_open_parents_first() -> None:
    child = make_disclosure("s3", "city", "Voorbeeldstad")
    parent = make_disclosure("s4", "address", {"country": "NL", "_sd": hidden(child)})

    unfolded = unfold({"_sd": hidden(parent)}, [child, parent])

    assert unfolded.claims == {"address": {"country": "NL", "city": "Voorbeeldstad"}}
    assert list(unfolded.opened) == [("address",), ("address", "city")]


@pytest.mark.threat(255)
@pytest.mark.parametrize(
    "algorithm", ["sha-1", "md5", "sha-256-32", "SHA-256", "sha-512", "", 256, None, ["sha-256"]]
)
def test_another_digest_algorithm_refuses(algorithm: Any) -> None:
    assert refusal_of({"_sd_alg": algorithm}) == "sd_alg"


@pytest.mark.threat(247)
def test_a_disclosure_that_belongs_to_nothing_refuses() -> None:
    assert refusal_of({"_sd": hidden(NAME)}, NAME, ELEMENT) == "disclosure_unreferenced"


@pytest.mark.threat(246)
def test_an_altered_disclosure_belongs_to_nothing() -> None:
    altered = make_disclosure("s1", "name", "Henk")

    assert refusal_of({"_sd": hidden(NAME)}, altered) == "disclosure_unreferenced"


@pytest.mark.threat(248)
def test_the_same_disclosure_twice_refuses() -> None:
    assert refusal_of({"_sd": hidden(NAME)}, NAME, NAME) == "disclosure_twice"


@pytest.mark.threat(248)
@pytest.mark.parametrize(
    "payload",
    [
        {"_sd": ["d", "d"]},
        {"_sd": ["d"], "inner": {"_sd": ["d"]}},
        {"_sd": ["d"], "list": [{"...": "d"}]},
        {"list": [{"...": "d"}, {"...": "d"}]},
    ],
)
def test_the_same_digest_twice_refuses_opened_or_not(payload: dict[str, Any]) -> None:
    assert refusal_of(payload) == "digest_twice"


@pytest.mark.threat(248)
def test_a_digest_that_returns_inside_a_disclosure_refuses() -> None:
    outer = make_disclosure("s5", "outer", {"_sd": hidden(NAME)})

    assert refusal_of({"_sd": hidden(outer, NAME)}, outer, NAME) == "digest_twice"


@pytest.mark.threat(251)
def test_a_claim_that_is_already_there_refuses() -> None:
    other = make_disclosure("s6", "name", "Henk")

    assert refusal_of({"name": "Sam", "_sd": hidden(NAME)}, NAME) == "disclosure_collision"
    assert refusal_of({"name": None, "_sd": hidden(NAME)}, NAME) == "disclosure_collision"
    assert refusal_of({"_sd": hidden(NAME, other)}, NAME, other) == "disclosure_collision"


@pytest.mark.threat(252)
def test_a_disclosure_of_the_other_kind_refuses() -> None:
    assert refusal_of({"_sd": hidden(ELEMENT)}, ELEMENT) == "disclosure_kind"
    assert refusal_of({"list": [{"...": digest(NAME)}]}, NAME) == "disclosure_kind"


@pytest.mark.threat(254)
@pytest.mark.parametrize(
    ("payload", "check"),
    [
        ({"_sd": "d"}, "digest_shape"),
        ({"_sd": None}, "digest_shape"),
        ({"_sd": {}}, "digest_shape"),
        ({"_sd": [7]}, "digest_shape"),
        ({"_sd": [["d"]]}, "digest_shape"),
        ({"inner": {"_sd": "d"}}, "digest_shape"),
        ({"list": [{"...": 7}]}, "digest_shape"),
        ({"list": [{"...": ["d"]}]}, "digest_shape"),
        ({"list": [{"...": "d", "x": 1}]}, "digest_shape"),
        ({"...": "d"}, "reserved_name"),
        ({"inner": {"...": "d"}}, "reserved_name"),
        ({"inner": {"_sd_alg": "sha-256"}}, "reserved_name"),
    ],
)
def test_a_digest_in_another_shape_or_place_refuses(payload: dict[str, Any], check: str) -> None:
    assert refusal_of(payload) == check


def chain_of(length: int) -> list[str]:
    """Disclosures of which each holds the digest of the one before."""
    disclosures = [make_disclosure("s", "x", 1)]
    while len(disclosures) < length:
        disclosures.append(make_disclosure("s", "x", {"_sd": [digest(disclosures[-1])]}))
    return disclosures


@pytest.mark.threat(258)
def test_a_chain_of_disclosures_with_a_missing_link_refuses() -> None:
    chain = chain_of(100)

    assert refusal_of({"_sd": hidden(chain[-1])}, *chain[:50], *chain[51:]) in (
        "disclosure_unreferenced",
        "too_deep",
    )
    assert refusal_of({"_sd": hidden(chain[19])}, *chain[:10], *chain[11:20]) == "disclosure_unreferenced"


def test_claims_that_disclosures_nest_too_deeply_refuse() -> None:
    fitting, deep = chain_of(32), chain_of(5000)

    assert unfold({"_sd": hidden(fitting[-1])}, fitting)
    assert refusal_of({"_sd": hidden(deep[-1])}, *deep) == "too_deep"


def nested(innermost: Any, levels: int) -> tuple[dict[str, Any], list[str]]:
    """A payload in which this many disclosures sit inside one another, the last with `innermost`."""
    disclosures = [make_disclosure(f"s{levels}", "a", innermost)]
    for level in range(levels - 1, 0, -1):
        disclosures.append(make_disclosure(f"s{level}", "a", {"_sd": hidden(disclosures[-1])}))
    return {"_sd": hidden(disclosures[-1])}, disclosures


@pytest.mark.threat(255)
@pytest.mark.parametrize("innermost", [{}, [], ["text"], {"b": "text"}])
def test_thirty_two_levels_are_the_most_that_disclosures_build(innermost: Any) -> None:
    allowed, disclosures = nested(innermost, 31)
    too_deep, more_disclosures = nested(innermost, 32)

    assert len(unfold(allowed, disclosures).opened) == 31
    assert refusal_of(too_deep, *more_disclosures) == "too_deep"


@pytest.mark.parametrize("innermost", [{"open": {}}, {"open": []}, [{}], [[]]])
def test_what_is_visible_inside_a_disclosure_counts_for_its_depth(innermost: Any) -> None:
    payload, disclosures = nested(innermost, 31)

    assert refusal_of(payload, *disclosures) == "too_deep"


@pytest.mark.parametrize("element", ["to be continued...", 5, None, {"a": 1}, {"a": {"_sd": ["x"]}}, ["..."]])
def test_what_only_looks_like_a_digest_of_an_element_stays(element: Any) -> None:
    payload = {"list": [element, {"...": digest(ELEMENT)}]}

    first, second = unfold(payload, [ELEMENT]).claims["list"]

    assert second == "NL"
    assert first == ({"a": {}} if element == {"a": {"_sd": ["x"]}} else element)


@pytest.mark.threat(257)
def test_ten_thousand_decoys_cost_little() -> None:
    decoys = [digest(str(number)) for number in range(10_000)]
    start = perf_counter()

    unfolded = unfold({"_sd": [*decoys, *hidden(NAME)]}, [NAME])

    assert unfolded.claims == {"name": "Noor"}
    assert perf_counter() - start < 10
