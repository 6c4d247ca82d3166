"""Where the names stand in the DER of a certificate that was read already (RFC 5280, 4.1; X.690, 8.1)."""

_VERSION = 0xA0
_LONG_FORM = 0x80


def name_lengths(der: bytes) -> tuple[int, int]:
    """How many bytes the issuer and the subject take.

    The same name in UTF8String and in PrintableString, the two kinds that RFC 5280 allows, has one length.
    """
    tbs_certificate = _content(der, 0)
    first = _content(der, tbs_certificate)
    serial_number = _end(der, first) if der[first] == _VERSION else first
    issuer = _end(der, _end(der, serial_number))
    validity = _end(der, issuer)
    subject = _end(der, validity)
    return validity - issuer, _end(der, subject) - subject


def _content(der: bytes, element: int) -> int:
    """Where the content of the element begins: behind one byte of type and the bytes of its length."""
    length = der[element + 1]
    return element + 2 + (length - _LONG_FORM if length >= _LONG_FORM else 0)


def _end(der: bytes, element: int) -> int:
    """Where the next element begins."""
    length, content = der[element + 1], _content(der, element)
    return content + (int.from_bytes(der[element + 2 : content], "big") if length >= _LONG_FORM else length)
