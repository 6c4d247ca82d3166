"""A status list that is published anew after every change, at the price of the change (TSL, 4)."""

import zlib

from openid4vc.jose import base64url
from openid4vc.status.status_list import StatusList

BLOCK = 4096
_HEADER = b"\x78\xda"
_END = b"\x03\x00"
_MODULUS = 65521


class StatusPublication:
    """Keeps the compressed form block by block, so that a change costs one block and not the list.

    Each block ends on a full flush: whole bytes, no reference across. The blocks one after the other, between
    the header of zlib and its checksum, are one zlib stream as everybody reads it (RFC 1950, 2.2; RFC 1951).
    """

    __slots__ = ("_adler", "_blocks", "_changed", "_statuses")

    def __init__(self, statuses: StatusList) -> None:
        """Compresses the whole list once; whoever changes `statuses` himself afterwards is not noticed."""
        self._statuses = statuses
        self._adler = zlib.adler32(statuses.data)
        self._blocks = [self._deflated(start) for start in range(0, len(statuses.data), BLOCK)]
        self._changed: set[int] = set()

    @property
    def bits(self) -> int:
        """How many bits a status has."""
        return self._statuses.bits

    def get(self, idx: int) -> int:
        """The status at this index; outside the list is status_index (8.3)."""
        return self._statuses.get(idx)

    def set(self, idx: int, value: int) -> None:
        """Write the status at this index; the refusals are those of StatusList.set."""
        place = idx * self._statuses.bits >> 3
        before = self._statuses.data[place] if 0 <= place < len(self._statuses.data) else 0
        self._statuses.set(idx, value)
        change = self._statuses.data[place] - before
        if change:
            self._adler = _adler_after(self._adler, change, behind=len(self._statuses.data) - place)
            self._changed.add(place // BLOCK)

    def compressed(self) -> str:
        """The member `lst`: zlib at its best, base64url (4.2); equal in meaning to StatusList.compressed."""
        while self._changed:
            number = self._changed.pop()
            self._blocks[number] = self._deflated(number * BLOCK)
        return base64url.encode(b"".join([_HEADER, *self._blocks, _END, self._adler.to_bytes(4, "big")]))

    def _deflated(self, start: int) -> bytes:
        squeeze = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
        block = squeeze.compress(self._statuses.data[start : start + BLOCK])
        return block + squeeze.flush(zlib.Z_FULL_FLUSH)


def _adler_after(checksum: int, change: int, *, behind: int) -> int:
    """A byte counts once in the low sum, and in the high one for itself and all behind it (RFC 1950, 8)."""
    low = ((checksum & 0xFFFF) + change) % _MODULUS
    high = ((checksum >> 16) + change * behind) % _MODULUS
    return high << 16 | low
