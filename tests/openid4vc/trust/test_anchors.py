import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from openid4vc.errors import Malformed
from openid4vc.trust.anchors import TrustedIssuer, TrustedIssuers, load_anchors
from tests.openid4vc.jose.authority import Authority, root

PEM = root().certificate.public_bytes(Encoding.PEM)
MUNICIPALITY = TrustedIssuer(
    "https://issuer.example/municipality",
    "Gemeente Voorbeeldstad",
    frozenset({"identity"}),
    (root().certificate,),
    name_en="Municipality of Voorbeeldstad",
)
BANK = TrustedIssuer(
    "https://issuer.example/bank", "Voorbeeldbank", frozenset({"account"}), (root().certificate,)
)


def entry(**change: Any) -> dict[str, Any]:
    valid = {
        "id": "https://i.example",
        "name": {"nl": "N", "en": "E"},
        "vcts": ["v"],
        "anchors": [PEM.decode()],
    }
    return {name: value for name, value in (valid | change).items() if value is not None}


def read(*entries: Any) -> TrustedIssuers:
    return TrustedIssuers.from_json(json.dumps({"issuers": entries}).encode())


def test_a_trust_list_survives_reading_and_writing() -> None:
    written = TrustedIssuers((MUNICIPALITY,)).to_json()

    assert TrustedIssuers.from_json(written) == TrustedIssuers((MUNICIPALITY,))


def test_an_issuer_is_found_by_what_it_may_issue_and_by_nothing_else() -> None:
    trusted = TrustedIssuers((MUNICIPALITY, BANK))

    assert trusted.for_vct("identity") == (MUNICIPALITY,)
    assert trusted.for_vct("account") == (BANK,)
    assert trusted.for_vct("identity/2") == ()


def test_an_issuer_has_a_name_in_dutch_and_mostly_in_english() -> None:
    assert MUNICIPALITY.name_in("nl") == "Gemeente Voorbeeldstad"
    assert MUNICIPALITY.name_in("en") == "Municipality of Voorbeeldstad"
    assert BANK.name_in("en") == "Voorbeeldbank"


@pytest.mark.threat(224)
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{}",
        b'{"issuers":[]}',
        b'{"issuers":{}}',
        b'{"issuers":null}',
        b'{"issuers":["x"]}',
        b'{"issuers":7}',
    ],
)
def test_an_empty_trust_list_is_malformed(data: bytes) -> None:
    with pytest.raises(Malformed):
        TrustedIssuers.from_json(data)


@pytest.mark.threat(224)
@pytest.mark.parametrize(
    "change",
    [
        {"id": None},
        {"id": ""},
        {"id": 7},
        {"name": "N"},
        {"name": {"nl": "N"}},
        {"name": {"en": "E"}},
        {"vcts": None},
        {"vcts": []},
        {"vcts": "v"},
        {"vcts": [""]},
        {"anchors": None},
        {"anchors": []},
        {"anchors": [""]},
        {"anchors": ["-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"]},
    ],
)
def test_an_issuer_that_misses_something_is_malformed(change: dict[str, Any]) -> None:
    assert read(entry()).issuers[0].name == "N"

    with pytest.raises(Malformed):
        read(entry(**change))


def test_an_issuer_that_is_listed_twice_is_malformed() -> None:
    with pytest.raises(Malformed, match="twice"):
        read(entry(), entry(vcts=["other"]))


def test_anchors_are_read_from_pem() -> None:
    other = Authority.root("Other").certificate

    assert load_anchors(PEM + other.public_bytes(Encoding.PEM)) == (root().certificate, other)


@pytest.mark.threat(224)
@pytest.mark.parametrize("pem", [b"", b"nothing", b"-----BEGIN CERTIFICATE-----\n"])
def test_no_anchors_are_malformed(pem: bytes) -> None:
    with pytest.raises(Malformed):
        load_anchors(pem)


def test_an_anchor_that_is_no_authority_is_malformed() -> None:
    leaf = root().signer().chain[0].public_bytes(Encoding.PEM)

    with pytest.raises(Malformed):
        load_anchors(PEM + leaf)
