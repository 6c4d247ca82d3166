"""The schema of the mandate, as the verifier publishes it."""

import pytest

from openid4vc.jose import base64url, strict_json
from tests.vectors.json_schema import faults
from tests.verifier.helpers.desk import OWN

PATH = "/schemas/mandate/1"


@pytest.fixture
def mandate(desk):
    """A mandate as it travels to the wallet."""
    (entry,) = desk.ask(desk.start())["transaction_data"]
    return strict_json.loads_object(base64url.decode(entry))


@pytest.fixture
def schema(desk):
    """What anybody can fetch."""
    said = desk.client().get(PATH)
    assert (said.status_code, said.content_type) == (200, "application/schema+json")
    assert said.headers["Access-Control-Allow-Origin"] == "*"
    return strict_json.loads_object(said.data)


def test_it_names_its_own_address(schema):
    assert schema["$id"] == f"{OWN}{PATH}"
    assert schema["title"] == "urn:eenmalig:mandate:1"


def test_a_mandate_of_this_desk_fits(mandate, schema):
    assert list(faults(mandate, schema)) == []


@pytest.mark.parametrize(
    "changed", [{"surprise": 1}, {"max_uses": 2}, {"mandate_id": ""}, {"not_before": "now"}]
)
def test_what_is_no_mandate_does_not_fit(mandate, schema, changed):
    assert list(faults(mandate | changed, schema)) != []
