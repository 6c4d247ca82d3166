"""Whole euros: read strictly, and written as the reader's language does."""

from typing import Final

from schemes.refusals import AveragingRefused

LARGEST_AMOUNT: Final = 10**15
NO_BREAK_SPACE: Final = "\N{NO-BREAK SPACE}"
MINUS: Final = "\N{MINUS SIGN}"


def whole_euros(amount: object) -> int:
    """The amount itself when it is an int within ± 10^15; else not_a_number or amount_out_of_range.

    NaN, floats, decimals, texts and booleans are not numbers of euros here.
    """
    if type(amount) is not int:
        raise AveragingRefused("not_a_number", "an amount is not a whole number of euros")
    if abs(amount) > LARGEST_AMOUNT:
        raise AveragingRefused("amount_out_of_range", "an amount is larger than any income")
    return amount


def not_negative(amount: object) -> int:
    """`whole_euros`, and at least nil; AveragingRefused amount_out_of_range otherwise."""
    euros = whole_euros(amount)
    if euros < 0:
        raise AveragingRefused("amount_out_of_range", "an amount of tax or premium is negative")
    return euros


def euros_nl(amount: int) -> str:
    """`€ 2.809` with a space that does not break, and `−€ 22` with a real minus below nil."""
    return f"{_sign(amount)}€{NO_BREAK_SPACE}{abs(amount):,}".replace(",", ".")


def euros_en(amount: int) -> str:
    """`€2,809`, and `−€22` with a real minus below nil."""
    return f"{_sign(amount)}€{abs(amount):,}"


def _sign(amount: int) -> str:
    return MINUS if amount < 0 else ""
