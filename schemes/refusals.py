"""Why a scheme gives no amount: a stable code for programs, a reason for people who read logs."""

from typing import Final


class AveragingRefused(Exception):
    """No amount can be given; `code` is one of `CODES`, `reason` holds no figures of the person."""

    CODES: Final = frozenset(
        {
            "amount_out_of_range",
            "cohorts_contradict",
            "no_year_2022_or_earlier",
            "not_a_date",
            "not_a_number",
            "not_final",
            "not_three_years",
            "not_yet_irrevocable",
            "part_year",
            "too_late",
            "unknown_year",
            "year_already_used",
            "years_not_consecutive",
        }
    )

    def __init__(self, code: str, reason: str) -> None:
        if code not in self.CODES:
            raise ValueError(f"{code} is not a code of this refusal")
        super().__init__(f"{code}: {reason}")
        self.code = code
        self.reason = reason
