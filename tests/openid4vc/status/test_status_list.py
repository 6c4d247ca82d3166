import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openid4vc.errors import CheckFailed, Malformed
from openid4vc.jose import base64url
from openid4vc.status.status_list import StatusList, require_valid


@pytest.mark.threat(284)
@pytest.mark.parametrize(
    ("bits", "statuses", "data"),
    [
        (1, [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1], "b9a3"),
        (2, [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3], "c944f9"),
        (4, [1, 2, 15, 0], "210f"),
        (8, [1, 255, 0], "01ff00"),
    ],
)
def test_the_first_status_lies_in_the_lowest_bits(bits: int, statuses: list[int], data: str) -> None:
    written = StatusList.empty(bits, len(statuses))

    for idx, value in enumerate(statuses):
        written.set(idx, value)

    assert written.data.hex() == data
    assert [written.get(idx) for idx in range(len(statuses))] == statuses
    assert StatusList.from_lst(written.compressed(), bits) == written


@pytest.mark.threat(284)
@pytest.mark.parametrize(
    ("lst", "bits", "data"), [("eNrbuRgAAhcBXQ", 1, "b9a3"), ("eNo76fITAAPfAgc", 2, "c944f9")]
)
def test_the_examples_of_the_draft_inflate(lst: str, bits: int, data: str) -> None:
    assert StatusList.from_lst(lst, bits).data.hex() == data


@given(st.sampled_from([1, 2, 4, 8]), st.data())
def test_a_status_is_written_without_touching_its_neighbours(bits: int, data: st.DataObject) -> None:
    values = data.draw(st.lists(st.integers(0, (1 << bits) - 1), min_size=8, max_size=40))
    statuses = StatusList.empty(bits, len(values))

    for idx in data.draw(st.permutations(range(len(values)))):
        statuses.set(idx, values[idx])

    assert [statuses.get(idx) for idx in range(len(values))] == values


@pytest.mark.parametrize("idx", [-1, 16, 10**9])
def test_an_index_outside_the_list_refuses(idx: int) -> None:
    statuses = StatusList.empty(1, 16)

    with pytest.raises(CheckFailed, match="status_index"):
        statuses.get(idx)
    with pytest.raises(CheckFailed, match="status_index"):
        statuses.set(idx, 0)


@pytest.mark.parametrize(("bits", "value"), [(1, 2), (2, 4), (8, 256), (8, -1)])
def test_a_value_that_does_not_fit_is_not_written(bits: int, value: int) -> None:
    with pytest.raises(ValueError, match="fit"):
        StatusList.empty(bits, 8).set(0, value)


@pytest.mark.threat(281)
@pytest.mark.parametrize("bits", [0, 3, 16, -1, True, "1", 1.0, None])
def test_another_width_is_malformed(bits: int) -> None:
    with pytest.raises(Malformed):
        StatusList(bits, bytearray(2))
    with pytest.raises(Malformed):
        StatusList.empty(bits, 16)


@pytest.mark.threat(281)
def test_what_is_not_one_whole_zlib_stream_is_malformed() -> None:
    data = bytes(range(100))
    raw = zlib.compressobj(wbits=-15)
    forms = [
        raw.compress(data) + raw.flush(),
        gzip.compress(data),
        zlib.compress(data)[:-1],
        zlib.compress(data)[:20],
        zlib.compress(data) + b"x",
        zlib.compress(data) * 2,
        data,
        b"",
    ]

    for form in forms:
        with pytest.raises(Malformed):
            StatusList.from_lst(base64url.encode(form), 1)
    with pytest.raises(Malformed):
        StatusList.from_lst(base64url.encode(zlib.compress(data)) + "=", 1)


@pytest.mark.threat(282)
def test_a_list_that_swells_past_the_bound_is_malformed() -> None:
    bomb = base64url.encode(zlib.compress(bytes(200 << 20), 9))

    with pytest.raises(Malformed, match="at most"):
        StatusList.from_lst(bomb, 1)


def test_a_list_exactly_at_the_bound_is_read() -> None:
    lst = base64url.encode(zlib.compress(bytes(1000)))

    assert StatusList.from_lst(lst, 1, max_bytes=1000).size == 8000
    with pytest.raises(Malformed):
        StatusList.from_lst(lst, 1, max_bytes=999)


@pytest.mark.threat(283)
@pytest.mark.parametrize(
    ("status", "check"),
    [
        (1, "status_revoked"),
        (2, "status_suspended"),
        (3, "status_unknown"),
        (15, "status_unknown"),
        (255, "status_unknown"),
        (-1, "status_unknown"),
    ],
)
def test_only_a_valid_status_passes(status: int, check: str) -> None:
    require_valid(0)

    with pytest.raises(CheckFailed) as refusal:
        require_valid(status)
    assert refusal.value.check == check
