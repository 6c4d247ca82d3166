"""A request cannot be made so odd that its sender is neither reported nor kept in the export."""

from __future__ import annotations

import pytest

from tests.wallet.conftest import PIN
from tests.wallet.outside import DESK
from tests.wallet.papers import pem_of, registered, registration
from tests.wallet.test_rights import REGISTER, report, request_line, sent_to

ODD_PATHS = {"no name": [""], "a very long name": ["x" * 256] * 16}


@pytest.fixture
def town(build):
    """A citizen with a supervisor, and a desk that asks for data alone."""
    town = build(supervisor_url=f"{DESK}/supervisor")
    town.join()
    town.verifier.with_mandate = False
    return town


def exported(town):
    headers = {"Authorization": f"Bearer {next(iter(town.tokens.values()))}", "Eenmalig-Pin": PIN}
    return town.app.test_client(use_cookies=False).get("/api/v1/export", headers=headers)


@pytest.mark.parametrize("path", ODD_PATHS.values(), ids=ODD_PATHS)
def test_fields_with_odd_names_are_reported_and_exported_all_the_same(town, path):
    wanted = {"id": "identity", "format": "dc+sd-jwt", "meta": {"vct_values": ["x"]}}
    town.verifier.query = {"credentials": [wanted | {"claims": [{"path": path}]}]}
    town.call("POST", f"/requests/{town.asked().json['id']}/decline")

    report(town, request_line(town)["id"])

    (body,) = sent_to(town, "/supervisor")
    assert len(body["claims"][0]["claims"]) == 1
    assert exported(town).status_code == 200


def test_a_registration_that_names_no_purpose_is_exported_all_the_same(build):
    town = build(trusted_files={"registration-anchors.pem": pem_of(REGISTER)})
    town.join()
    town.collects()
    town.verifier.with_mandate = False
    compact = registration(REGISTER, claims=(), credentials=[], purpose=[])
    town.verifier.claims["verifier_info"] = registered(compact)
    town.call("POST", f"/requests/{town.asked().json['id']}/decline")

    said = exported(town)

    assert said.status_code == 200
    assert said.json["eudi"]["transactionLog"][0]["transactionType"]


def test_a_request_that_is_too_large_to_be_evidence_is_not_taken_in(town):
    town.verifier.claims["padding"] = "x" * (1 << 18)

    said = town.asked()

    assert (said.status_code, said.json["code"]) == (403, "request_not_trusted")
