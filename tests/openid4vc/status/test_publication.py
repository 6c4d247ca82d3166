import zlib
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openid4vc.errors import CheckFailed
from openid4vc.jose import base64url
from openid4vc.status.publication import BLOCK, StatusPublication
from openid4vc.status.status_list import StatusList
from openid4vc.status.token import sign_status_list_token
from tests.openid4vc.jose.authority import NOW, later
from tests.openid4vc.status.test_token import ISSUER, URI, verify


@settings(max_examples=60, deadline=None)
@given(
    bits=st.sampled_from([1, 2, 4, 8]),
    size=st.sampled_from([8, 24, BLOCK * 8 - 8, BLOCK * 8, BLOCK * 8 + 8, BLOCK * 24 + 8]),
    seed=st.integers(0, 1 << 30),
    rounds=st.integers(0, 4),
)
def test_what_is_published_is_the_list_after_every_change(
    bits: int, size: int, seed: int, rounds: int
) -> None:
    chance = Random(seed)
    plain, published = StatusList.empty(bits, size), StatusPublication(StatusList.empty(bits, size))

    for _ in range(rounds):
        for _ in range(chance.randrange(8)):
            idx, value = chance.randrange(size), chance.randrange(1 << bits)
            plain.set(idx, value)
            published.set(idx, value)
        assert StatusList.from_lst(published.compressed(), bits) == plain

    assert zlib.decompress(base64url.decode(published.compressed())) == bytes(plain.data)


def test_a_list_that_was_full_before_is_published_as_it_was() -> None:
    data = bytearray(Random(1).randbytes(3 * BLOCK + 5))

    assert StatusList.from_lst(StatusPublication(StatusList(1, data)).compressed(), 1).data == data


def test_a_revoked_entry_is_revoked_in_the_next_token() -> None:
    published = StatusPublication(StatusList.empty(1, 10**6))
    published.compressed()

    published.set(617_001, 1)

    token = sign_status_list_token(
        published, uri=URI, key=ISSUER.key, chain=ISSUER.chain, iat=NOW, exp=later(hours=1), ttl=900
    )
    verified = verify(token)
    assert [verified.status_at(idx) for idx in (617_000, 617_001, 617_002)] == [0, 1, 0]
    assert published.get(617_001) == 1


@pytest.mark.parametrize("idx", [-1, 16, 10**9])
def test_an_index_outside_the_list_refuses_and_changes_nothing(idx: int) -> None:
    published = StatusPublication(StatusList.empty(1, 16))
    before = published.compressed()

    with pytest.raises(CheckFailed, match="status_index"):
        published.set(idx, 1)

    assert published.compressed() == before


def test_a_value_that_does_not_fit_is_not_written() -> None:
    published = StatusPublication(StatusList.empty(2, 16))

    with pytest.raises(ValueError, match="fit"):
        published.set(0, 4)


def test_a_change_is_worth_one_block() -> None:
    published = StatusPublication(StatusList(1, bytearray(Random(2).randbytes(20 * BLOCK))))
    before = list(published._blocks)

    published.set(BLOCK * 8 * 7, 1 - published.get(BLOCK * 8 * 7))
    published.compressed()

    assert [number for number, block in enumerate(published._blocks) if block is not before[number]] == [7]
