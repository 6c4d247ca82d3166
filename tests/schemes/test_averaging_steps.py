from schemes.amounts import euros_en, euros_nl
from schemes.averaging import Cohort, average_income
from tests.schemes.assessments import three


def words(incomes):
    return average_income(three(incomes), cohort=Cohort.BELOW_AOW).steps


def test_every_figure_of_the_calculation_is_told_in_dutch():
    told = " ".join(step.nl for step in words([40_000, 100_000, 40_000]))

    for amount in ("40.000", "100.000", "60.000", "14.827", "40.318", "22.241", "3.354", "545", "2.809"):
        assert f"€ {amount}" in told


def test_every_figure_of_the_calculation_is_told_in_english():
    told = " ".join(step.en for step in words([40_000, 100_000, 40_000]))

    for amount in ("40,000", "100,000", "60,000", "14,827", "40,318", "22,241", "3,354", "545", "2,809"):
        assert f"€{amount}" in told


def test_the_steps_run_from_income_to_refund():
    steps = words([40_000, 100_000, 40_000])

    assert steps[0].nl == "Uw inkomen in 2022 was € 40.000."
    assert steps[-1].nl == "De teruggaaf is € 2.809."
    assert steps[-1].en == "The refund is €2,809."
    assert len(steps) == 13


def test_no_refund_is_said_with_its_reason():
    steps = words([0, 20_000, 45_000])

    assert steps[-1].nl == "Er is geen teruggaaf. Het verschil is niet meer dan € 545."
    assert "Dat is −€ 18." in steps[-3].nl


def test_sentences_have_at_most_fifteen_words():
    told = [text for step in words([40_000, 100_000, 40_000]) for text in (step.nl, step.en)]

    assert max(len(sentence.split()) for text in told for sentence in text.split(". ")) <= 15


def test_amounts_are_written_as_each_language_does():
    assert [euros_nl(amount) for amount in (0, 999, 2_809, 1_234_567, -22)] == [
        "€ 0",
        "€ 999",
        "€ 2.809",
        "€ 1.234.567",
        "−€ 22",
    ]
    assert [euros_en(amount) for amount in (0, 2_809, -22)] == ["€0", "€2,809", "−€22"]
