import json
from base64 import b64encode
from hashlib import sha256, sha384, sha512
from typing import Any

import pytest

from openid4vc.errors import CheckFailed, Malformed
from openid4vc.sdjwt.type_metadata import TypeMetadata, integrity, parse_type_metadata

VCT = "https://issuer.example/vct/identity/1"
DOCUMENT: dict[str, Any] = {
    "vct": VCT,
    "name": "Identity",
    "display": [{"locale": "nl", "name": "Identiteit"}, {"locale": "en", "name": "Identity", "foreign": 1}],
    "claims": [
        {"path": ["given_name"], "display": [{"locale": "nl", "label": "Voornaam"}], "svg_id": "given"},
        {"path": ["nationalities", None], "sd": "always", "mandatory": True},
        {"path": ["nationalities", 0]},
    ],
}


def document(**change: Any) -> bytes:
    return json.dumps(DOCUMENT | change).encode()


def sri(algorithm: Any, data: bytes) -> str:
    return f"{algorithm().name}-{b64encode(algorithm(data).digest()).decode()}"


def read(data: bytes, pinned: str | None = None) -> TypeMetadata:
    return parse_type_metadata(data, expected_vct=VCT, expected_integrity=pinned)


def test_a_document_is_read_with_its_names_and_labels() -> None:
    metadata = read(document())

    assert metadata.display is not None
    assert metadata.claims is not None
    assert [display.name for display in metadata.display] == ["Identiteit", "Identity"]
    assert metadata.claims[0].display[0].label == "Voornaam"
    assert [claim.path for claim in metadata.claims] == [
        ("given_name",),
        ("nationalities", None),
        ("nationalities", 0),
    ]
    assert (metadata.claims[0].sd, metadata.claims[0].mandatory) == ("allowed", False)


def test_what_a_document_extends_is_known() -> None:
    metadata = read(document(extends="https://a.example/vct", **{"extends#integrity": "sha256-x"}))

    assert (metadata.extends, metadata.extends_integrity) == ("https://a.example/vct", "sha256-x")


@pytest.mark.parametrize(
    "change",
    [
        {"vct": None},
        {"vct": ""},
        {"display": []},
        {"display": [{"lang": "nl", "name": "N"}]},
        {"display": [{"locale": "nl"}]},
        {"display": [{"locale": "nl", "name": "N"}] * 2},
        {"claims": []},
        {"claims": [{"path": []}]},
        {"claims": [{"path": [-1]}]},
        {"claims": [{"path": [1.5]}]},
        {"claims": [{"path": [True]}]},
        {"claims": [{"path": "given_name"}]},
        {"claims": [{"path": ["a"]}, {"path": ["a"]}]},
        {"claims": [{"path": ["a"], "sd": "sometimes"}]},
        {"claims": [{"path": ["a"], "mandatory": "yes"}]},
        {"claims": [{"path": ["a"], "svg_id": "1a"}]},
        {"claims": [{"path": ["a"], "svg_id": "x"}, {"path": ["b"], "svg_id": "x"}]},
        {"claims": [{"path": ["a"], "display": [{"locale": "nl", "name": "A"}]}]},
    ],
)
def test_a_document_in_another_shape_is_malformed(change: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        read(document(**change))


@pytest.mark.parametrize("data", [b"", b"[]", b'{"vct":"a","vct":"a"}'])
def test_what_is_no_document_is_malformed(data: bytes) -> None:
    with pytest.raises(Malformed):
        read(data)


def test_the_document_of_another_type_refuses() -> None:
    with pytest.raises(CheckFailed, match="vct"):
        read(document(vct=VCT + "/"))


def test_the_hash_is_over_the_octets_in_standard_base64() -> None:
    assert integrity(b"abc") == "sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="


def test_a_pinned_document_is_read_with_the_strongest_hash() -> None:
    data = document()
    good = [sri(algorithm, data) for algorithm in (sha256, sha384, sha512)]

    for pinned in (
        *good,
        " ".join(good),
        f"{integrity(b'x')} {good[2]}",
        f"{good[0]}?ct=application/json",
        f"md5-x {good[0]}",
    ):
        assert read(data, pinned).vct == VCT


def test_a_document_that_is_not_the_pinned_one_refuses() -> None:
    data = document()
    pins = [
        integrity(data + b"\n"),
        f"{integrity(data)} {sri(sha512, b'x')}",
        "md5-x",
        "",
        integrity(data).upper(),
        integrity(data)[7:],
    ]

    for pinned in pins:
        with pytest.raises(CheckFailed, match="integrity"):
            read(data, pinned)
