"""Say once what holds for several cards: their names together, and their fields one time."""

from collections.abc import Iterable, Sequence


def together(cards: Iterable[tuple[str, Sequence[str]]]) -> list[tuple[str, tuple[str, ...]]]:
    """Return names and fields; cards with the same fields share one entry, in the order of the first."""
    by_fields: dict[tuple[str, ...], dict[str, None]] = {}
    for name, fields in cards:
        by_fields.setdefault(tuple(fields), {})[name] = None
    return [(joined(list(names)), fields) for fields, names in by_fields.items()]


def joined(names: Sequence[str]) -> str:
    """Write what the names begin with alike one time: Assessment 2022, 2023, 2024."""
    words = [name.split() for name in names]
    alike = 0
    while len(names) > 1 and all(len(one) > alike + 1 and one[alike] == words[0][alike] for one in words):
        alike += 1
    rest = ", ".join(" ".join(one[alike:]) for one in sorted(words))
    return " ".join([*words[0][:alike], rest]) if alike else ", ".join(names)
