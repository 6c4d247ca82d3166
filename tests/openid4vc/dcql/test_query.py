"""Reading and writing DCQL queries."""

import pytest

from openid4vc.dcql.query import check_own_query, parse_dcql
from openid4vc.errors import InvalidRequest

VCT = "https://issuer.example/vct/income/1"


def _credential(**changed):
    return {"id": "income", "format": "dc+sd-jwt", "meta": {"vct_values": [VCT]}, **changed}


def _query(*credentials, **more):
    return {"credentials": list(credentials), **more}


@pytest.mark.threat("123")
@pytest.mark.parametrize(
    "query",
    [
        None,
        "text",
        [],
        _query(*(_credential(id=f"q{number}") for number in range(10_000))),
        _query(_credential(claims=[{"path": [f"c{number}"]} for number in range(10_000)])),
        _query(_credential(claims=[{"path": ["a"] * 1000}])),
        _query(_credential(claims=[{"path": ["a", 10**9]}])),
        _query(_credential(claims=[{"path": ["a", True]}])),
        _query(_credential(claims=[{"path": ["a" * 10_000]}])),
        _query(_credential(claims=[{"path": ["a"], "values": [1.5]}])),
        _query(_credential(claims=[{"path": ["a"], "values": [None]}])),
        _query(_credential(claims=[{"path": ["a"], "values": ["v"] * 1000}])),
        _query(_credential(id="a\n")),
        _query(_credential(id="é")),
        _query(_credential(claims=[{"id": "a", "path": ["x"]}, {"path": ["y"]}], claim_sets=[["a"]])),
        _query(_credential(claims=[{"id": "a", "path": ["x"]}], claim_sets=[[]])),
        _query(_credential(), credential_sets=[{"options": [["income"]], "required": "false"}]),
        _query(_credential(require_cryptographic_holder_binding=0)),
        _query(_credential(format=1)),
        _query(_credential(), _credential()),
        _query(_credential(meta={})),
        _query(_credential(claims=[{"id": "a", "path": ["x"]}, {"id": "a", "path": ["y"]}])),
        _query(_credential(claims=[{"id": "a", "path": ["x"]}], claim_sets=[["b"]])),
        _query(_credential(claim_sets=[["a"]])),
        _query(_credential(), credential_sets=[{"options": [["income"], ["ghost"]]}]),
        _query(_credential(), credential_sets=[]),
        _query(_credential(), credential_sets=[{"options": []}]),
    ],
    ids=lambda query: str(query)[:60],
)
def test_a_query_that_is_no_query_is_refused(query):
    with pytest.raises(InvalidRequest):
        parse_dcql(query)


def test_a_query_is_written_without_what_is_default():
    said = _query(
        _credential(claims=[{"path": ["a", None, 0], "values": [1, True, "1"]}]),
        credential_sets=[{"options": [["income"]], "required": False}],
    )

    assert parse_dcql(said).to_json() == said


def test_values_keep_their_kind():
    query = parse_dcql(_query(_credential(claims=[{"path": ["a"], "values": [1, True, "1"]}])))

    assert [type(value) for value in query.credentials[0].claims[0].values] == [int, bool, str]


def test_a_query_cannot_be_changed():
    query = parse_dcql(_query(_credential()))

    with pytest.raises(ValueError, match="frozen"):
        query.credentials[0].multiple = True


def test_an_mdoc_query_is_read_but_cannot_be_answered():
    mdoc = {"id": "mdl", "format": "mso_mdoc", "meta": {"doctype_value": "org.iso.18013.5.1.mDL"}}

    assert not parse_dcql(_query(mdoc)).answerable
    assert parse_dcql(_query(mdoc, _credential())).answerable


@pytest.mark.parametrize("name", ["iss", "nbf", "exp", "cnf", "vct", "status"])
def test_we_never_ask_for_what_is_always_visible(name):
    with pytest.raises(ValueError, match="never selectively disclosable"):
        check_own_query(parse_dcql(_query(_credential(claims=[{"path": [name]}]))))


def test_we_never_ask_for_a_claim_twice():
    claims = [{"path": ["a"]}, {"path": ["b"]}, {"path": ["a"], "values": [1]}]

    with pytest.raises(ValueError, match="twice"):
        check_own_query(parse_dcql(_query(_credential(claims=claims))))


def test_we_never_ask_for_a_format_that_we_cannot_verify():
    mdoc = {"id": "mdl", "format": "mso_mdoc", "meta": {"doctype_value": "org.iso.18013.5.1.mDL"}}

    with pytest.raises(ValueError, match="format"):
        check_own_query(parse_dcql(_query(mdoc)))


def test_an_ordinary_question_may_be_asked():
    check_own_query(parse_dcql(_query(_credential(claims=[{"path": ["a"]}, {"path": ["b"]}]))))
