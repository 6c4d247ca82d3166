"""Where the marks and arrows of a scenario's picture stand; the template draws them as SVG."""

from dataclasses import dataclass

from demo.domain.scenario import Step

LANES = ("issuer", "wallet", "verifier")
LANE_X = {"issuer": 72, "hub": 210, "wallet": 210, "verifier": 348}
WIDTH = 420
HEAD = 64
ROW = 62
RADIUS = 15


@dataclass(frozen=True, slots=True)
class Mark:
    """A numbered circle, and the line that leaves it when something goes from one to another."""

    number: int
    role: str
    x: int
    y: int
    label: str
    line_from: int | None
    line_to: int | None
    label_x: int
    anchor: str

    @property
    def points_right(self) -> bool:
        """Tell on which side the arrow's head is."""
        return (self.line_to or 0) > (self.line_from or 0)


def marks(steps: tuple[Step, ...], language: str) -> list[Mark]:
    """Place one row a step, from top to bottom."""
    return [_mark(number, step, language) for number, step in enumerate(steps, start=1)]


def height(steps: tuple[Step, ...]) -> int:
    """Return the height of the drawing."""
    return HEAD + ROW * len(steps) + 12


def _mark(number: int, step: Step, language: str) -> Mark:
    y = HEAD + ROW * number - ROW // 2 + 8
    label = step.label.in_language(language)
    if step.arrow is None:
        x = LANE_X[step.role]
        left = x > LANE_X["wallet"]
        label_x, anchor = (x - RADIUS - 8, "end") if left else (x + RADIUS + 8, "start")
        return Mark(number, step.role, x, y, label, None, None, label_x, anchor)
    start, end = LANE_X[step.arrow[0]], LANE_X[step.arrow[1]]
    side = 1 if end > start else -1
    middle = (start + end) // 2 + side * 4
    return Mark(
        number, step.arrow[0], start, y, label, start + side * RADIUS, end - side * 4, middle, "middle"
    )
