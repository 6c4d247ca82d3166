"""What grant and use cost as the register grows from 10^3 to 10^6 mandates: the trial of `soak`, as rows."""

from bench.report import Row
from soak.postgres import NoPostgres
from soak.rows import growth
from soak.stage import Tally, open_stage


def growth_rows(notes: list[str]) -> list[Row]:
    """Rows `growth_sqlite` and `growth_postgresql`; a missing server is told in the notes."""
    rows = []
    for dialect in ("sqlite", "postgresql"):
        tally = Tally(f"growth_{dialect}")
        try:
            with open_stage(short=False) as stage:
                growth.run(stage, tally, 1, dialect)
        except NoPostgres as absent:
            notes.append(f"{tally.name} left out: {absent}")
            continue
        rows.append(_row(tally))
    return rows


def _row(tally: Tally) -> Row:
    """The worse of both ratios: of the whole, and of the part inside the store."""
    seen = tally.figures
    ratio = max(seen["ratio"], seen["ratio_in_the_store"])
    at = f"ms at {growth.LARGE}"
    note = f"{seen[at]} ms at 10^6, of that {seen[f'ms in the store at {growth.LARGE}']} in the store"
    met = ratio <= growth.LIMIT
    return Row(tally.name, seen[at] * 1000, ratio, f"{growth.LIMIT} x at 10^3", met, note)
