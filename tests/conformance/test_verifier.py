"""The verifier modules of the suite (oid4vp-1final-verifier-*), in the plain and in the high-assurance plan.

The one module for mdoc has no counterpart: that format is never asked (P-05), which is tested instead.
"""

import shutil
from collections.abc import Iterator

import pytest

from chassis.migrations import migrate
from openid4vc.jose.jws import parse_jws
from openid4vc.jose.keys import SigningKey
from openid4vc.vp.request_object import REQUEST_OBJECT_TYP
from tests.verifier.helpers.desk import Desk, build_desk
from tests.verifier.helpers.pki import Pki
from tests.verifier.helpers.plain import NOW, Forge, Question

PLANS = {
    "plain": {"mode": "direct_post", "prefix": "x509_san_dns"},
    "haip": {"mode": "direct_post.jwt", "prefix": "x509_hash"},
}
YEAR = 365 * 86400


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    path = tmp_path_factory.mktemp("conformance") / "empty.db"
    migrate(f"sqlite:///{path}", "verifier.store")
    return path


@pytest.fixture(scope="module")
def pki():
    return Pki.new()


@pytest.fixture
def desk(tmp_path, empty, pki) -> Iterator[Desk]:
    path = shutil.copy(empty, tmp_path / "verifier.db")
    desk = build_desk(tmp_path, f"sqlite:///{path}", pki)
    yield desk
    desk.app.extensions["ports"].store.register.database.dispose()


@pytest.fixture(params=PLANS.values(), ids=PLANS)
def question(request, desk):
    return Question.asked(desk, **request.param)


@pytest.fixture
def forge(pki):
    return Forge(pki.issuers["municipality"], SigningKey.generate())


def accepts(question, presentation):
    said = question.answer(presentation)

    assert (said.status_code, said.content_type) == (200, "application/json")
    assert question.result().json["state"] == "submitted"


def refuses(question, presentation):
    said = question.answer(presentation)

    assert said.status_code == 400
    assert question.result().json["state"] == "requested"


def fetch(question, method, **form):
    path = question.request_path
    asked = question.desk.client().open(path, method=method, data=form or None)
    assert asked.content_type == "application/oauth-authz-req+jwt"
    return parse_jws(asked.text, expected_typ=REQUEST_OBJECT_TYP).claims()


def test_oid4vp_1final_verifier_happy_flow(question, forge):
    accepts(question, question.present(forge.card(), forge.holder))


def test_oid4vp_1final_verifier_request_uri_method_post(question, forge):
    posted = fetch(question, "POST", wallet_nonce="n-1", wallet_metadata="{}", unknown="field")

    assert posted["wallet_nonce"] == "n-1"
    assert posted["nonce"] == question.request["nonce"]
    accepts(question, question.present(forge.card(), forge.holder))


def test_oid4vp_1final_verifier_request_uri_fetched_twice(question, forge):
    first, second = fetch(question, "GET"), fetch(question, "GET")

    assert first == second
    accepts(question, question.present(forge.card(), forge.holder))


def test_oid4vp_1final_verifier_minimal_cnf_jwk(question, forge):
    jwk = {name: forge.holder.public.jwk()[name] for name in ("kty", "crv", "x", "y")}

    accepts(question, question.present(forge.card(claims={"cnf": {"jwk": jwk}}), forge.holder))


def test_oid4vp_1final_verifier_invalid_credential_signature(question, forge):
    issued = forge.card(sign=SigningKey.generate().sign)

    refuses(question, question.present(issued, forge.holder))


def test_oid4vp_1final_verifier_invalid_kb_jwt_aud(question, forge):
    refuses(question, question.present(forge.card(), forge.holder, claims={"aud": "https://invalid.example"}))


def test_oid4vp_1final_verifier_invalid_kb_jwt_nonce(question, forge):
    refuses(question, question.present(forge.card(), forge.holder, claims={"nonce": "invalid"}))


def test_oid4vp_1final_verifier_invalid_kb_jwt_signature(question, forge):
    refuses(question, question.present(forge.card(), SigningKey.generate()))


def test_oid4vp_1final_verifier_invalid_sd_hash(question, forge):
    refuses(question, question.present(forge.card(), forge.holder, claims={"sd_hash": "A" * 43}))


def test_oid4vp_1final_verifier_kb_jwt_iat_in_past(question, forge):
    refuses(question, question.present(forge.card(), forge.holder, claims={"iat": NOW - YEAR}))


def test_oid4vp_1final_verifier_kb_jwt_iat_in_future(question, forge):
    refuses(question, question.present(forge.card(), forge.holder, claims={"iat": NOW + YEAR}))


def test_oid4vp_1final_verifier_invalid_session_transcript(desk):
    wanted = {"id": "a", "format": "mso_mdoc", "meta": {"doctype_value": "org.iso.18013.5.1.mDL"}}

    said = desk.client().post("/api/v1/presentations", json={"query": {"credentials": [wanted]}})

    assert (said.status_code, said.json["code"]) == (400, "invalid_request")
