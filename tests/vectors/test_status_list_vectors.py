"""The examples of Token Status List, where the folder with them lies beside the checkout."""

import json
from pathlib import Path
from typing import Any

import pytest

from openid4vc.errors import CheckFailed, Malformed
from openid4vc.jose import base64url
from openid4vc.jose.jws import parse_jws, verify_jws
from openid4vc.jose.keys import PublicKey
from openid4vc.status.status_list import StatusList
from openid4vc.status.token import STATUS_LIST_TYP

VECTORS = Path(__file__).parents[3] / "shared" / "vectors" / "status-list"
WHY_SKIPPED = f"NO STATUS LIST VECTORS: {VECTORS} does not exist; the examples of the draft were not judged"
pytestmark = pytest.mark.skipif(not VECTORS.is_dir(), reason=WHY_SKIPPED)
ENCODINGS = ["encoding1", "encoding2", "encoding1_long", "encoding2_long", "encoding4_long", "encoding8_long"]


def example(name: str) -> Any:
    return json.loads((VECTORS / f"status_list_{name}.json").read_bytes())


@pytest.mark.parametrize("name", ENCODINGS)
def test_a_published_list_reads_as_printed(name: str) -> None:
    vector = example(name)

    statuses = StatusList.from_lst(vector["lst"], vector["bits"])

    assert statuses.size == vector["size"]
    assert all(statuses.get(entry["index"]) == entry["value"] for entry in vector["statuses"])


@pytest.mark.parametrize("name", ENCODINGS)
def test_writing_the_same_statuses_gives_the_same_bytes(name: str) -> None:
    vector = example(name)
    statuses = StatusList.empty(vector["bits"], vector["size"])

    for entry in vector["statuses"]:
        statuses.set(entry["index"], entry["value"])

    assert statuses.data == StatusList.from_lst(vector["lst"], vector["bits"]).data
    assert StatusList.from_lst(statuses.compressed(), vector["bits"]).data == statuses.data


def test_the_signed_example_verifies_with_its_key() -> None:
    vector = example("jwt")
    unverified = parse_jws(vector["signed_example"]["jwt"], expected_typ=STATUS_LIST_TYP)

    claims = verify_jws(unverified, key=PublicKey.from_jwk(vector["signing_key_public"])).claims

    assert claims == vector["signed_example"]["payload"]


def test_the_key_of_the_draft_is_the_key_of_its_example() -> None:
    keys = json.loads((VECTORS / "keys.json").read_bytes())

    assert PublicKey.from_jwk(keys["public_jwk"]) == PublicKey.from_jwk(example("jwt")["signing_key_public"])
    with pytest.raises(Malformed):
        PublicKey.from_jwk(keys["private_jwk"])


def test_the_list_of_a_cose_token_inflates_to_the_same_bits() -> None:
    """Only JSON is taken on the wire; the list inside the other form is the same list."""
    cose = json.loads((VECTORS / "status_list_cwt.json").read_bytes())["payload"]["65533"]
    lst = base64url.encode(bytes.fromhex(cose["lst"]["hex"]))

    statuses = StatusList.from_lst(lst, cose["bits"])

    assert statuses.data == StatusList.from_lst(example("encoding1")["lst"], 1).data


def test_a_token_in_cose_is_no_status_list_token() -> None:
    for name in ("status_list_cwt.json", "referenced_token_cwt.json"):
        published = json.loads((VECTORS / name).read_bytes())["cose_sign1_hex"]
        with pytest.raises((CheckFailed, Malformed)):
            parse_jws(published, expected_typ=STATUS_LIST_TYP)
