"""Two spellings of a P-256 signature: 64 bytes r||s (RFC 7518, 3.4) and ASN.1 DER (RFC 3279, 2.2.3)."""

_HALF = 32
_INTEGER_FULL, _INTEGER_SIGNED = b"\x02\x20", b"\x02\x21\x00"


def der_from_raw(raw: bytes) -> bytes:
    """64 bytes r||s as the one DER SEQUENCE of two INTEGERs that has these values."""
    integers = _integer(raw[:_HALF]) + _integer(raw[_HALF:])
    return bytes((0x30, len(integers))) + integers


def raw_from_der(der: bytes) -> bytes:
    """The 64 bytes r||s of a DER signature that our own library made just now."""
    middle = 4 + der[3]
    return der[4:middle][-_HALF:].rjust(_HALF, b"\0") + der[middle + 2 :][-_HALF:].rjust(_HALF, b"\0")


def _integer(half: bytes) -> bytes:
    """Shortest two's complement: no needless zero in front, and one where the number would look negative."""
    if half[0] >= 0x80:
        return _INTEGER_SIGNED + half
    if half[0]:
        return _INTEGER_FULL + half
    octets = half.lstrip(b"\0")
    if not octets or octets[0] >= 0x80:
        octets = b"\0" + octets
    return bytes((0x02, len(octets))) + octets
