"""The calculation told in short sentences, in Dutch and in English."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from schemes.amounts import euros_en, euros_nl


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a calculation in words, amounts included."""

    nl: str
    en: str


@dataclass(frozen=True, slots=True)
class Figures:
    """The amounts of three years in whole euros; incomes below nil are already nil."""

    years: tuple[int, ...]
    incomes: tuple[int, ...]
    average: int
    levied: tuple[int, ...]
    recalculated: tuple[int, ...]

    @property
    def difference(self) -> int:
        """Levied minus recalculated; may be negative."""
        return sum(self.levied) - sum(self.recalculated)


def steps(figures: Figures, *, threshold: int, refund: int) -> tuple[Step, ...]:
    """Income, average, levied, recalculated, difference, threshold and refund, in that order."""
    return (
        *_per_year(figures.years, figures.incomes, "Uw inkomen in {} was {}.", "Your income in {} was {}."),
        Step(
            f"Het gemiddelde over 3 jaar is {euros_nl(figures.average)}.",
            f"The average over 3 years is {euros_en(figures.average)}.",
        ),
        *_per_year(
            figures.years,
            figures.levied,
            "Over {} betaalde u {} belasting en premie.",
            "For {} you were charged {} of tax and premium.",
        ),
        *_per_year(
            figures.years,
            figures.recalculated,
            "Met het gemiddelde was dat over {} {} geweest.",
            "With the average that would have been, for {}, {}.",
        ),
        *_outcome(figures, threshold, refund),
    )


def _per_year(years: Sequence[int], amounts: Sequence[int], nl: str, en: str) -> Iterator[Step]:
    for year, amount in zip(years, amounts, strict=True):
        yield Step(nl.format(year, euros_nl(amount)), en.format(year, euros_en(amount)))


def _outcome(figures: Figures, threshold: int, refund: int) -> Iterator[Step]:
    levied, again, difference = sum(figures.levied), sum(figures.recalculated), figures.difference
    yield Step(
        f"Het verschil is {euros_nl(levied)} min {euros_nl(again)}. Dat is {euros_nl(difference)}.",
        f"The difference is {euros_en(levied)} minus {euros_en(again)}. That is {euros_en(difference)}.",
    )
    yield Step(
        f"De eerste {euros_nl(threshold)} van het verschil telt niet mee.",
        f"The first {euros_en(threshold)} of the difference does not count.",
    )
    if refund:
        yield Step(f"De teruggaaf is {euros_nl(refund)}.", f"The refund is {euros_en(refund)}.")
    else:
        yield Step(
            f"Er is geen teruggaaf. Het verschil is niet meer dan {euros_nl(threshold)}.",
            f"There is no refund. The difference is not more than {euros_en(threshold)}.",
        )
