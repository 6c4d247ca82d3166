"""Transaction data: encoded once, hashed as sent."""

from hashlib import sha256

import pytest

from openid4vc.dcql.query import parse_dcql
from openid4vc.errors import InvalidTransactionData
from openid4vc.jose import base64url, strict_json
from openid4vc.vp.transaction_data import (
    MAX_ENTRIES,
    decode_transaction_data,
    entries_for,
    read_transaction_data,
    transaction_data_hash,
)

MANDATE = {"type": "urn:example:mandate", "credential_ids": ["identity"], "text": "één keer"}


def _query():
    meta = {"vct_values": ["https://issuer.example/vct/1"]}
    return parse_dcql(
        {
            "credentials": [
                {"id": "identity", "format": "dc+sd-jwt", "meta": meta},
                {"id": "account", "format": "dc+sd-jwt", "meta": meta},
                {
                    "id": "loose",
                    "format": "dc+sd-jwt",
                    "meta": meta,
                    "require_cryptographic_holder_binding": False,
                },
            ]
        }
    )


def _encode(**changed):
    return base64url.encode(strict_json.dumps(MANDATE | changed))


@pytest.mark.threat("264")
def test_the_hash_is_over_the_string_as_sent():
    encoded = _encode()

    expected = base64url.encode(sha256(encoded.encode("ascii")).digest())
    assert transaction_data_hash(encoded) == expected
    assert transaction_data_hash(encoded) != base64url.encode(sha256(base64url.decode(encoded)).digest())


def test_what_is_not_ascii_has_no_hash():
    with pytest.raises(InvalidTransactionData):
        transaction_data_hash("é")


def test_an_entry_is_decoded():
    assert decode_transaction_data(_encode()) == MANDATE


@pytest.mark.threat("139")
@pytest.mark.parametrize(
    "encoded",
    [
        "",
        "!!!!",
        "e30=",
        "eyJhIjoxfQ\n",
        base64url.encode(b"[]"),
        base64url.encode(b'"text"'),
        base64url.encode(b'{"type":"a","type":"b"}'),
        base64url.encode(b'{"a":NaN}'),
        base64url.encode(b"\xff"),
        base64url.encode(b" " * 100_000),
        "A" * 1_000_000,
        base64url.encode(b'{"a":"' + b"x" * 100_000 + b'"}'),
    ],
    ids=lambda encoded: encoded[:30],
)
def test_an_entry_that_is_no_encoded_object_is_refused(encoded):
    with pytest.raises(InvalidTransactionData):
        decode_transaction_data(encoded)


@pytest.mark.threat("137")
@pytest.mark.threat("138")
@pytest.mark.threat("139")
@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        "text",
        _encode(),
        {"0": _encode()},
        [MANDATE],
        [1],
        ["!!!!"],
        [_encode()] * 1000,
        [_encode(), "!!!!"],
        [_encode(type=1)],
        [_encode(type="")],
        [_encode(credential_ids=[])],
        [_encode(credential_ids="identity")],
        [_encode(credential_ids=["unknown"])],
        [_encode(credential_ids=["identity", "unknown"])],
        [_encode(credential_ids=["loose"])],
        [_encode(transaction_data_hashes_alg=["md5", "sha-1", "sha-256-64"])],
        [_encode(transaction_data_hashes_alg=[])],
        [_encode(transaction_data_hashes_alg="sha-256")],
    ],
    ids=lambda value: str(value)[:40],
)
def test_transaction_data_that_cannot_be_signed_as_asked_is_refused(value):
    with pytest.raises(InvalidTransactionData):
        read_transaction_data(value, _query())


def test_good_entries_are_kept_as_they_came():
    entries = [_encode(), _encode(transaction_data_hashes_alg=["sha-512", "sha-256"])]

    assert read_transaction_data(entries, _query()) == tuple(entries)


@pytest.mark.threat("267")
def test_each_credential_signs_only_the_entries_that_name_it():
    first, second, both = (
        _encode(),
        _encode(credential_ids=["account"]),
        _encode(credential_ids=["account", "identity"]),
    )

    assert entries_for("identity", (first, second, both)) == (first, both)
    assert entries_for("account", (first, second, both)) == (second, both)
    assert entries_for("loose", (first, second, both)) == ()


def test_as_many_entries_as_allowed_are_read_and_one_more_is_not():
    most = [_encode()] * MAX_ENTRIES

    assert len(read_transaction_data(most, _query())) == MAX_ENTRIES
    with pytest.raises(InvalidTransactionData):
        read_transaction_data([*most, _encode()], _query())


def test_an_entry_of_exactly_the_size_is_read(monkeypatch):
    encoded = _encode()

    monkeypatch.setattr("openid4vc.vp.transaction_data.MAX_ENCODED", len(encoded))
    assert decode_transaction_data(encoded)

    monkeypatch.setattr("openid4vc.vp.transaction_data.MAX_ENCODED", len(encoded) - 1)
    with pytest.raises(InvalidTransactionData):
        decode_transaction_data(encoded)
