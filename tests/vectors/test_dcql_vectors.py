"""The DCQL examples of OpenID4VP 1.0, of other implementations, and the derived edge cases."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from openid4vc.dcql.answer import check_answer, check_shape
from openid4vc.dcql.match import match
from openid4vc.dcql.path import PathError, select
from openid4vc.dcql.query import check_own_query, parse_dcql
from openid4vc.errors import CheckFailed, InvalidRequest, InvalidTransactionData, Malformed
from openid4vc.jose import base64url, strict_json
from openid4vc.vp.transaction_data import read_transaction_data
from openid4vc.vp.vp_token import read_presentations
from tests.vectors.json_schema import faults

VECTORS = Path(__file__).resolve().parents[3] / "shared" / "vectors" / "dcql"

pytestmark = pytest.mark.skipif(
    not VECTORS.is_dir(), reason=f"DCQL VECTORS NOT RUN: no folder {VECTORS} beside the checkout"
)


def _document(name):
    path = VECTORS / name
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {"cases": []}


def _cases(name):
    return [pytest.param(case, id=case["id"]) for case in _document(name)["cases"]]


def _places(value, place=()):
    members = ()
    if isinstance(value, dict):
        members = value.items()
    elif isinstance(value, list):
        members = enumerate(value)
    for name, member in members:
        yield (*place, name)
        yield from _places(member, (*place, name))


def _store():
    return [
        SimpleNamespace(
            id=held["name"],
            vct=held["vct"],
            claims=held["claims"],
            disclosable=frozenset(_places(held["claims"])),
            has_holder_key=held["holder_bound"],
            authority_key_ids=frozenset(held.get("aki", ())),
        )
        for held in _document("edge-cases/evaluation.json")["credential_store"]
    ]


@pytest.mark.parametrize("case", _cases("edge-cases/query-validity.json"))
def test_a_query_is_read_or_refused(case):
    encoded = [base64url.encode(strict_json.dumps(one)) for one in case.get("transaction_data_decoded", ())]

    def read():
        query = parse_dcql(case["query"])
        return read_transaction_data(encoded, query) if encoded else query

    if case["valid"]:
        read()
    else:
        with pytest.raises(InvalidTransactionData if encoded else InvalidRequest):
            read()


@pytest.mark.parametrize("case", _cases("edge-cases/claims-path.json"))
def test_a_path_selects_its_values(case):
    credential = _document("edge-cases/claims-path.json")["credential"]
    path = tuple(case["path"])

    if case.get("error"):
        with pytest.raises(PathError):
            select(credential, path)
    else:
        assert [value for _, value in select(credential, path)] == case["selected"]


def test_the_paths_of_the_standard_select_what_it_says():
    document = _document("openid4vp/claims_path_pointer_examples.json")

    found = [
        [value for _, value in select(document["credential"], tuple(one["path"]))]
        for one in document["paths"]
    ]

    assert found == [one["selected"] for one in document["paths"]]


@pytest.mark.parametrize("case", _cases("edge-cases/evaluation.json"))
def test_a_query_finds_its_credentials(case):
    query = parse_dcql(case["query"])

    found = match(query, _store())

    if "answer" not in case["expect"]:
        assert not found.complete
        assert found.by_query == {}
        assert query.answerable or "vp_formats_not_supported" in case["expect"]["error_one_of"]
        return
    answer = case["expect"]["answer"]
    assert found.complete
    assert found.by_query.keys() == answer.keys()
    for name, expected in answer.items():
        wanted = query.query(name)
        candidates = [
            (one["credential"], [tuple(path) for path in one["disclose"]]) for one in expected["candidates"]
        ]
        assert [(one.candidate_id, list(one.paths)) for one in found.by_query[name]] == candidates
        assert wanted.multiple == ("to" in expected["presentations"])
        assert wanted.require_cryptographic_holder_binding == expected["key_binding"]


@pytest.mark.parametrize("case", _cases("edge-cases/evaluation.json"))
def test_what_the_wallet_finds_satisfies_the_verifier(case):
    query = parse_dcql(case["query"])
    store = {held.id: held for held in _store()}

    found = match(query, store.values())
    answer = {
        name: [
            _disclosed(store[one.candidate_id], one)
            for one in selections[: None if query.query(name).multiple else 1]
        ]
        for name, selections in found.by_query.items()
    }

    if found.complete:
        check_answer(query, answer)
    else:
        with pytest.raises(CheckFailed):
            check_answer(query, answer)


def _disclosed(held, selection):
    """The processed payload: only the opened places, hidden array elements gone."""
    opened = {path[:length] for path in selection.paths for length in range(1, len(path) + 1)}

    def visible(value, place):
        if isinstance(value, dict):
            return {
                name: visible(one, (*place, name)) for name, one in value.items() if (*place, name) in opened
            }
        if isinstance(value, list):
            return [visible(one, (*place, i)) for i, one in enumerate(value) if (*place, i) in opened]
        return value

    return {"vct": held.vct, **visible(held.claims, ())}


@pytest.mark.parametrize("case", _cases("edge-cases/vp-token-shape.json"))
def test_a_vp_token_has_the_right_shape(case):
    query = parse_dcql(case["query"])

    unverified_vp_token = _distinct(case["vp_token"])

    if case["accept"]:
        check_shape(query, read_presentations(unverified_vp_token))
    else:
        with pytest.raises((CheckFailed, Malformed)):
            check_shape(query, read_presentations(unverified_vp_token))


def _distinct(vp_token):
    """The vectors use one placeholder for every presentation; ours must not be equal."""
    text = json.dumps(vp_token)
    while "<SD-JWT+KB>" in text:
        text = text.replace("<SD-JWT+KB>", f"presentation-{len(text)}-{text.count('<SD')}", 1)
    return json.loads(text)


FOREIGN = sorted(
    path
    for folder in ("openid4vp", "eudi-lib-jvm-openid4vp-kt", "eudi-srv-verifier-endpoint", "nl-wallet/spec")
    for path in (VECTORS / folder).glob("*.json")
    if "vpToken" not in path.name and "pointer" not in path.name
)
FOREIGN.extend(VECTORS.parent.glob("sd-jwt-vc/eudi-pid/*-dcql-query.json"))
SUITE = sorted(VECTORS.parent.glob("openid4vp/conformance-suite/*-dcql-*.json"))


@pytest.mark.parametrize("path", FOREIGN, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_queries_of_others_are_read_and_written_alike(path):
    document = json.loads(path.read_text(encoding="utf-8"))
    query = parse_dcql(document.get("dcql_query", document))

    assert parse_dcql(query.to_json()) == query


@pytest.mark.parametrize("path", SUITE, ids=lambda path: path.stem)
def test_queries_of_the_conformance_suite_are_read(path):
    client = json.loads(path.read_text(encoding="utf-8"))["client"]

    assert parse_dcql(client["dcql"]).ids


def test_we_ask_nothing_that_we_cannot_verify():
    with pytest.raises(ValueError, match="format"):
        check_own_query(parse_dcql(_document("openid4vp/simple_mdoc.json")))


def test_our_queries_have_the_form_that_the_conformance_suite_wants():
    schema = _document("conformance-suite/dcql_request.schema.json")
    queries = [parse_dcql(_query_of(path)) for path in FOREIGN]
    ours = [query for query in queries if {one.format for one in query.credentials} == {"dc+sd-jwt"}]

    found = [list(faults(query.to_json(), schema)) for query in ours]

    assert len(ours) >= 8
    assert not any(found)
    assert list(faults({"credentials": []}, schema))


def _query_of(path):
    document = json.loads(path.read_text(encoding="utf-8"))
    return document.get("dcql_query", document)
