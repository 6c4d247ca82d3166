"""Where the names stand in the DER of a certificate that was read already (RFC 5280, 4.1; X.690, 8.1)."""

import re

_VERSION = 0xA0
_LONG_FORM = 0x80
_OTHER_LENGTH = re.compile(rb"\x06\x03\x55\x04.[\x14\x1c\x1e]", re.DOTALL)
"""A TeletexString, UniversalString or BMPString as the value of an attribute of X.520 (id-at, 2.5.4)."""


def may_be_self_issued(der: bytes) -> bool:
    """Whether issuer and subject could be the same name: false only where no encoding allows it.

    One text takes one length in UTF8String and in PrintableString, the two kinds that RFC 5280 allows; only
    where another kind stands in a name do two lengths say nothing.
    """
    issuer, subject = names(der)
    return len(issuer) == len(subject) or _OTHER_LENGTH.search(issuer + subject) is not None


def names(der: bytes) -> tuple[bytes, bytes]:
    """The DER of the issuer and of the subject."""
    tbs_certificate = _content(der, 0)
    first = _content(der, tbs_certificate)
    serial_number = _end(der, first) if der[first] == _VERSION else first
    issuer = _end(der, _end(der, serial_number))
    validity = _end(der, issuer)
    subject = _end(der, validity)
    return der[issuer:validity], der[subject : _end(der, subject)]


def _content(der: bytes, element: int) -> int:
    """Where the content of the element begins: behind one byte of type and the bytes of its length."""
    length = der[element + 1]
    return element + 2 + (length - _LONG_FORM if length >= _LONG_FORM else 0)


def _end(der: bytes, element: int) -> int:
    """Where the next element begins."""
    length, content = der[element + 1], _content(der, element)
    return content + (int.from_bytes(der[element + 2 : content], "big") if length >= _LONG_FORM else length)
