import base64
import json
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from consent.mandate import MANDATE_TYPE, Mandate, decode_mandate, mandate_text, text_digest
from openid4vc.errors import InvalidTransactionData
from openid4vc.jose import base64url, strict_json
from openid4vc.vp.transaction_data import transaction_data_hash
from tests.consent.parts import NOW, mandate, purpose


def document(**changes: Any) -> dict[str, Any]:
    return json.loads(base64url.decode(mandate().encode())) | changes


def encoded(value: Any) -> str:
    return base64url.encode(strict_json.dumps(value))


def resealed(value: dict[str, Any]) -> str:
    """The text hash made to fit again, so that only the other rules can refuse."""
    try:
        model = Mandate.model_validate_json(strict_json.dumps(value))
    except ValidationError:
        return encoded(value)
    return encoded(value | {"text_sha256": text_digest(model)})


def refuses(value: str) -> None:
    with pytest.raises(InvalidTransactionData):
        decode_mandate(value)


def test_a_mandate_survives_the_wire():
    assert decode_mandate(mandate().encode()) == mandate()


def test_the_wire_form_has_the_members_of_the_protocol():
    assert set(document()) == {
        "type",
        "credential_ids",
        "transaction_data_hashes_alg",
        "mandate_id",
        "mandatary",
        "addressee",
        "purpose",
        "legal_basis",
        "actions",
        "tax_years",
        "excludes",
        "data",
        "not_before",
        "expires_at",
        "max_uses",
        "receives_decision",
        "revocation_uri",
        "text_sha256",
        "text_lang",
    }
    assert document()["type"] == MANDATE_TYPE == "urn:eenmalig:mandate:1"
    assert document()["credential_ids"] == ["identity"]
    assert document()["transaction_data_hashes_alg"] == ["sha-256"]
    assert document()["max_uses"] == 1


def test_a_mandate_is_made_from_its_purpose():
    made = mandate()

    assert made.purpose.code == "IB-MIDDELING-INDIENEN"
    assert made.actions == ("request", "receive-decision")
    assert made.ends() - made.starts() == timedelta(days=14)
    assert made.starts() == NOW


def test_seconds_are_dropped_so_that_the_text_stays_short():
    assert mandate(not_before=NOW + timedelta(seconds=59)).starts() == NOW


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_text_hash_is_over_the_text_in_the_named_language(lang):
    made = mandate(text_lang=lang)

    assert made.text_sha256 == base64url.encode(sha256(mandate_text(made, lang).encode()).digest())


def test_the_same_mandate_in_another_spelling_has_another_hash_to_sign():
    spaced = base64url.encode(json.dumps(document(), ensure_ascii=False).encode())

    assert decode_mandate(spaced) == mandate()
    assert transaction_data_hash(spaced) != transaction_data_hash(mandate().encode())


def test_a_mandate_cannot_be_changed_after_it_was_made():
    with pytest.raises(ValidationError):
        mandate().max_uses = 2


# What is refused, whatever the text hash says.

REFUSED = {
    "another type": {"type": "urn:eenmalig:mandate:2"},
    "no type": {"type": None},
    "two uses": {"max_uses": 2},
    "no use": {"max_uses": 0},
    "uses as a boolean": {"max_uses": True},
    "uses as a fraction": {"max_uses": 1.0},
    "uses as text": {"max_uses": "1"},
    "two credentials that sign": {"credential_ids": ["identity", "account"]},
    "the same credential twice": {"credential_ids": ["identity", "identity"]},
    "no credential that signs": {"credential_ids": []},
    "another credential that signs": {"credential_ids": ["account"]},
    "a credential that is no list": {"credential_ids": "identity"},
    "another hash": {"transaction_data_hashes_alg": ["sha-512"]},
    "two hashes": {"transaction_data_hashes_alg": ["sha-256", "sha-512"]},
    "no hash": {"transaction_data_hashes_alg": []},
    "an end before the start": {"not_before": 1_795_428_000, "expires_at": 1_795_427_999},
    "an end at the start": {"not_before": 1_795_428_000, "expires_at": 1_795_428_000},
    "longer than 30 days": {"not_before": 1_795_428_000, "expires_at": 1_795_428_000 + 30 * 86_400 + 1},
    "a start as a fraction": {"not_before": 1_795_428_000.5},
    "a start as text": {"not_before": "1795428000"},
    "a start before 1970": {"not_before": -1},
    "an end beyond all calendars": {"expires_at": 10**12},
    "no actions": {"actions": []},
    "an action twice": {"actions": ["request", "request"]},
    "an action that is no text": {"actions": [1]},
    "no years": {"tax_years": []},
    "a year twice": {"tax_years": [2022, 2022, 2023]},
    "years that go back": {"tax_years": [2024, 2023, 2022]},
    "a year as text": {"tax_years": ["2022"]},
    "a year as a boolean": {"tax_years": [True]},
    "no exclusions": {"excludes": []},
    "an exclusion with markup": {"excludes": ["<b>"]},
    "no data": {"data": []},
    "data without paths": {"data": [{"query": "identity", "paths": [], "retention": "P30D"}]},
    "data with an empty path": {"data": [{"query": "identity", "paths": [[]], "retention": "P30D"}]},
    "a path with a boolean": {"data": [{"query": "identity", "paths": [["a", True]], "retention": "P30D"}]},
    "a path with a negative": {"data": [{"query": "identity", "paths": [["a", -1]], "retention": "P30D"}]},
    "a path with a dot": {"data": [{"query": "identity", "paths": [["a.b"]], "retention": "P30D"}]},
    "a path twice": {"data": [{"query": "identity", "paths": [["a"], ["a"]], "retention": "P30D"}]},
    "a query twice": {"data": [{"query": "q", "paths": [["a"]], "retention": "P30D"}] * 2},
    "data without a term": {"data": [{"query": "identity", "paths": [["a"]]}]},
    "a term in months": {"data": [{"query": "identity", "paths": [["a"]], "retention": "P1M"}]},
    "a term of no days": {"data": [{"query": "identity", "paths": [["a"]], "retention": "P0D"}]},
    "a term with a leading nought": {"data": [{"query": "identity", "paths": [["a"]], "retention": "P030D"}]},
    "data with an unknown member": {
        "data": [{"query": "identity", "paths": [["a"]], "retention": "P30D", "share": True}]
    },
    "a decision that contradicts the actions": {"receives_decision": False},
    "a decision as a number": {"receives_decision": 1},
    "a mandatary who decides": {"mandatary": {"id": "NTRNL-00000002", "name": "Belastingdienst"}},
    "a mandatary without a name": {"mandatary": {"id": "NTRNL-00000001"}},
    "a mandatary with an empty name": {"mandatary": {"id": "NTRNL-00000001", "name": ""}},
    "a mandatary with a hidden sign": {"mandatary": {"id": "NTRNL-00000001", "name": "Geld\u202eloket"}},
    "a mandatary with a second line": {"mandatary": {"id": "NTRNL-00000001", "name": "Loket\nU krijgt."}},
    "a mandatary with an endless name": {"mandatary": {"id": "NTRNL-00000001", "name": "x" * 121}},
    "a mandatary with more": {"mandatary": {"id": "NTRNL-00000001", "name": "Loket", "unit": "x"}},
    "a purpose in one language": {"purpose": {"code": "X", "text": {"nl": "Eén verzoek."}}},
    "a purpose in three languages": {"purpose": {"code": "X", "text": {"nl": "a", "en": "b", "de": "c"}}},
    "a purpose in a long sentence": {
        "purpose": {"code": "X", "text": {"nl": "woord " * 15 + "woord", "en": "One request."}}
    },
    "a law that is empty": {"legal_basis": ""},
    "a short id": {"mandate_id": "m-1"},
    "an id with a slash": {"mandate_id": "m-0123456789abcdef/../x"},
    "an address to withdraw that is no address": {"revocation_uri": "javascript:alert(1)//"},
    "an address to withdraw with a question": {"revocation_uri": "https://desk.example/revoke?x=1"},
    "an address to withdraw with a fragment": {"revocation_uri": "https://desk.example/revoke#x"},
    "an address to withdraw with a user": {"revocation_uri": "https://bank.example@desk.example/x"},
    "another language": {"text_lang": "de"},
    "a hash that is too short": {"text_sha256": "abc"},
    "an unknown member": {"price": 10},
}


@pytest.mark.threat("147")
@pytest.mark.threat("149")
@pytest.mark.parametrize("change", REFUSED.values(), ids=REFUSED.keys())
def test_a_mandate_that_breaks_a_rule_is_refused(change):
    refuses(resealed(document(**change)))


@pytest.mark.parametrize("name", sorted(set(document())))
def test_a_missing_member_is_refused(name):
    value = document()
    del value[name]

    refuses(encoded(value))


def test_thirty_days_are_still_allowed():
    assert decode_mandate(resealed(document(expires_at=document()["not_before"] + 30 * 86_400)))


def test_a_text_hash_of_another_text_is_refused():
    refuses(encoded(document(text_sha256="A" * 43)))


@pytest.mark.parametrize(
    "wire",
    [
        "",
        "e30",
        "e30=",
        "!!!!",
        "W10",
        "bnVsbA",
        base64url.encode(b"not json"),
        base64url.encode(b"\xff\xfe"),
    ],
)
def test_what_is_no_json_object_is_refused(wire):
    refuses(wire)


def test_padding_is_refused():
    wire = mandate().encode()

    refuses(wire + "=" * (-len(wire) % 4 or 4))


def test_stray_last_bits_are_refused():
    for spare in range(3):
        padded = base64url.encode(base64url.decode(mandate().encode()) + b" " * spare)
        if len(padded) % 4:
            refuses(padded[:-1] + chr(ord(padded[-1]) + 1))


def test_the_other_alphabet_is_refused():
    body = strict_json.dumps(document()) + b"   "
    standard = base64.b64encode(body).decode().rstrip("=")
    if set("+/") & set(standard):
        refuses(standard)
    refuses(mandate().encode()[:-1] + "+")


def test_a_doubled_member_is_refused():
    body = strict_json.dumps(document())
    doubled = body.replace(b'"max_uses":1', b'"max_uses":2,"max_uses":1')

    assert doubled != body
    refuses(base64url.encode(doubled))


def test_a_doubled_member_deep_inside_is_refused():
    body = strict_json.dumps(document())
    doubled = body.replace(b'"code":', b'"code":"X","code":')

    refuses(base64url.encode(doubled))


def test_not_a_number_is_refused():
    body = strict_json.dumps(document()).replace(b'"max_uses":1', b'"max_uses":NaN')

    refuses(base64url.encode(body))


@pytest.mark.threat("148")
def test_a_very_long_mandate_is_refused():
    refuses(base64url.encode(strict_json.dumps(document()) + b" " * (1 << 16)))


def test_a_refusal_says_nothing_about_the_content():
    with pytest.raises(InvalidTransactionData) as refused:
        decode_mandate(encoded(document(legal_basis="geheim\u200b")))

    assert "geheim" not in refused.value.public


# Any change of any member is refused: by a rule, or because the text no longer fits its hash.


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    members = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for name, member in members:
        yield from places(member, (*path, name))


def replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    copy = value.copy()
    copy[path[0]] = replaced(value[path[0]], path[1:], new)
    return copy


def at(value: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        value = value[step]
    return value


PLACES = [path for path in places(document()) if path]
ANYTHING = st.one_of(
    st.text(max_size=40),
    st.integers(-(10**12), 10**12),
    st.booleans(),
    st.none(),
    st.sampled_from(["identity", "nl", "en", "P31D", "P1D", "request", "jaar", "birthdate", "given_name"]),
    st.sampled_from([[], {}, ["identity"], ["sha-256"], [["bsn"]], [2022, 2023]]),
)


def refused_if_changed(changed: Any) -> None:
    if json.dumps(changed) != json.dumps(document()):
        refuses(base64url.encode(json.dumps(changed).encode()))


@given(path=st.sampled_from(PLACES), new=ANYTHING)
def test_any_other_value_of_any_member_is_refused(path, new):
    refused_if_changed(replaced(document(), path, new))


@pytest.mark.parametrize("path", PLACES, ids=lambda path: ".".join(map(str, path)))
def test_a_slightly_other_value_is_refused(path):
    value = at(document(), path)
    near: list[Any] = [None]
    if isinstance(value, bool):
        near += [not value]
    elif isinstance(value, int):
        near += [value + 1, value - 1, value + 60, value - 3600]
    elif isinstance(value, str):
        near += [value + "x", value[:-1], value.upper(), value.lower(), value.swapcase(), "x" + value]
    elif isinstance(value, list):
        near += [value[1:], value[::-1], value + value[:1], [*value, "x"]]
    else:
        near += [{}, value | {"x": 1}]

    for new in near:
        refused_if_changed(replaced(document(), path, new))


@pytest.mark.parametrize("path", [path for path in PLACES if isinstance(path[-1], int)], ids=str)
def test_leaving_out_an_element_is_refused(path):
    parent = at(document(), path[:-1])
    shorter = [element for number, element in enumerate(parent) if number != path[-1]]

    refused_if_changed(replaced(document(), path[:-1], shorter))


@given(
    seconds=st.integers(-86_400 * 13, 86_400 * 13).filter(bool),
    member=st.sampled_from(["not_before", "expires_at"]),
)
def test_another_second_is_another_text(seconds, member):
    refused_if_changed(document(**{member: document()[member] + seconds}))


def test_the_purpose_cannot_be_widened_by_who_proposes():
    assert {scope.query for scope in mandate().data} == {card.query for card in purpose().data}
