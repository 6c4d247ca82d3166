"""Statuses packed into bytes, least significant bit first, compressed with zlib (Token Status List, 4)."""

import zlib
from dataclasses import dataclass

from openid4vc.errors import CheckFailed, Malformed
from openid4vc.jose import base64url

MAX_BYTES = 2 << 20
VALID, INVALID, SUSPENDED = 0, 1, 2
_BITS = (1, 2, 4, 8)
_OUTSIDE = "the index lies outside the status list"


@dataclass(frozen=True, slots=True)
class StatusList:
    """A list of statuses of 1, 2, 4 or 8 bits; the bytes themselves may change."""

    bits: int
    data: bytearray

    def __post_init__(self) -> None:
        if type(self.bits) is not int or self.bits not in _BITS:
            raise Malformed("a status has 1, 2, 4 or 8 bits")

    @classmethod
    def empty(cls, bits: int, size: int) -> "StatusList":
        """A list of at least `size` entries that are all valid."""
        if type(bits) is not int or bits not in _BITS:
            raise Malformed("a status has 1, 2, 4 or 8 bits")
        return cls(bits, bytearray(-(-size * bits // 8)))

    @property
    def size(self) -> int:
        """How many entries there are."""
        return len(self.data) * 8 // self.bits

    def get(self, idx: int) -> int:
        """The status at this index; outside the list is status_index (8.3)."""
        bits = self.bits
        first = idx * bits
        if first < 0 or first >= len(self.data) << 3:
            raise CheckFailed("status_index", _OUTSIDE)
        return self.data[first >> 3] >> (first & 7) & (1 << bits) - 1

    def set(self, idx: int, value: int) -> None:
        """Write the status at this index; a value that does not fit is a ValueError."""
        if not 0 <= value < 1 << self.bits:
            raise ValueError(f"{value} does not fit in {self.bits} bits")
        byte, shift = self._place(idx)
        mask = (1 << self.bits) - 1 << shift
        self.data[byte] = self.data[byte] & ~mask | value << shift

    def compressed(self) -> str:
        """The member `lst`: zlib at its best, base64url (4.2)."""
        return base64url.encode(zlib.compress(self.data, 9))

    @classmethod
    def from_lst(cls, lst: str, bits: int, *, max_bytes: int = MAX_BYTES) -> "StatusList":
        """Inflate at most `max_bytes`; more, less than a whole stream, or anything after it is Malformed."""
        inflater = zlib.decompressobj()
        try:
            data = inflater.decompress(base64url.decode(lst), max_bytes + 1)
        except zlib.error as cause:
            raise Malformed("lst is not a zlib stream") from cause
        if len(data) > max_bytes or not inflater.eof or inflater.unused_data:
            raise Malformed(f"lst is not one whole zlib stream of at most {max_bytes} bytes")
        return cls(bits, bytearray(data))

    def _place(self, idx: int) -> tuple[int, int]:
        if not 0 <= idx < self.size:
            raise CheckFailed("status_index", _OUTSIDE)
        return idx * self.bits // 8, idx * self.bits % 8


def require_valid(status: int) -> None:
    """Only 0 passes; status_revoked, status_suspended and status_unknown refuse (7.1)."""
    if status != VALID:
        check = {INVALID: "status_revoked", SUSPENDED: "status_suspended"}.get(status, "status_unknown")
        raise CheckFailed(check, f"the status is {status}")
