"""What happened to mandates, line after line: each line holds the hash of the one before, and no values."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from itertools import pairwise
from types import MappingProxyType
from typing import Any, Final, Literal, TypeAlias, TypedDict, Unpack

from openid4vc.errors import Malformed
from openid4vc.jose import base64url, strict_json
from openid4vc.jose.numeric_date import from_numeric_date, to_numeric_date

BreakKind: TypeAlias = Literal["altered", "missing", "reordered"]
MOST_MOVED: Final = 200
_WORD = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._:-]{0,127}")
_DETAIL = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._:*/-]{0,255}(,[A-Za-z0-9_-][A-Za-z0-9._:*/-]{0,255}){0,63}")
_VALUE = re.compile(r"[0-9]{8,9}|[A-Z]{2}[0-9]{2}[A-Z0-9]{4}[0-9]{7}[A-Z0-9]{0,16}")
_MEMBERS: Final = ("seq", "at", "actor", "event", "mandate_id", "details", "previous_hash", "hash")


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One thing that happened; `details` holds names of fields, codes and hashes only."""

    seq: int
    at: datetime
    actor: str
    event: str
    mandate_id: str
    details: Mapping[str, str]
    previous_hash: str
    hash: str

    def computed_hash(self) -> str:
        """Base64url SHA-256 over canonical JSON of every member but the hash itself."""
        members = _written(self)
        del members["hash"]
        return _digest(strict_json.dumps({name: members[name] for name in sorted(members)}))

    def to_json(self) -> bytes:
        """One line of an export; the moment in whole seconds."""
        return strict_json.dumps(_written(self) | {"at": to_numeric_date(self.at)})

    @classmethod
    def from_json(cls, data: bytes | str) -> "LedgerLine":
        """Read what `to_json` wrote; anything else is Malformed. Whether it is true, verify_chain says."""
        members = strict_json.loads_object(data)
        if set(members) != set(_MEMBERS) or type(members["seq"]) is not int:
            raise Malformed("not the members of a ledger line")
        details = members["details"]
        texts = [members[name] for name in _MEMBERS if name not in ("seq", "at", "details")]
        if not isinstance(details, dict) or not all(
            type(text) is str for text in (*texts, *details.values())
        ):
            raise Malformed("a member of the ledger line is not text")
        return cls(**members | {"at": from_numeric_date(members["at"])})


class LedgerEntry(TypedDict):
    """What a line says, before it has a place in the chain."""

    at: datetime
    actor: str
    event: str
    mandate_id: str
    details: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Break:
    """A place where the ledger is not what was written; `seq` is the number of the line at fault."""

    seq: int
    kind: BreakKind
    what: str


@dataclass(frozen=True, slots=True)
class LedgerVerdict:
    """How many lines were read, and everything that is wrong with them."""

    count: int
    broken: tuple[Break, ...]

    @property
    def intact(self) -> bool:
        """Whether nothing is wrong."""
        return not self.broken


def first_previous_hash(register: str) -> str:
    """What the first line of this register points back at: the hash of the register's own id."""
    return _digest(register.encode("utf-8"))


def next_line(previous: LedgerLine | None, *, register: str, **entry: Unpack[LedgerEntry]) -> LedgerLine:
    """The line after `previous` (None: the first), in whole seconds; ValueError for anything like a value."""
    _require_no_values(entry)
    draft = LedgerLine(
        seq=1 if previous is None else previous.seq + 1,
        at=from_numeric_date(to_numeric_date(entry["at"])),
        actor=entry["actor"],
        event=entry["event"],
        mandate_id=entry["mandate_id"],
        details=MappingProxyType(dict(sorted(entry["details"].items()))),
        previous_hash=first_previous_hash(register) if previous is None else previous.hash,
        hash="",
    )
    return replace(draft, hash=draft.computed_hash())


def verify_chain(
    lines: Iterable[LedgerLine], *, register: str, known: Mapping[int, str] | None = None
) -> LedgerVerdict:
    """Read a register's lines in their stored order and name every line that is altered, missing or moved.

    `known` holds hashes that somebody else kept, by number of the line (the head of the ledger, a use
    receipt): without one, lines taken off the end leave no trace.
    """
    reading = _Reading(previous_hash=first_previous_hash(register), known=known or {})
    for line in lines:
        reading.read(line)
    return LedgerVerdict(reading.count, tuple(sorted(reading.finish(), key=lambda found: found.seq)))


@dataclass(slots=True)
class _Reading:
    """What has been read so far; a broken line is believed in nothing but its place."""

    previous_hash: str
    known: Mapping[int, str]
    expected: int = 1
    count: int = 0
    after_break: bool = False
    broken: list[Break] = field(default_factory=list)
    damaged: list[tuple[int, LedgerLine]] = field(default_factory=list)
    gaps: list[tuple[int, int]] = field(default_factory=list)
    late: set[int] = field(default_factory=set)

    def read(self, line: LedgerLine) -> None:
        self.count += 1
        if line.hash != line.computed_hash():
            self.damaged.append((self.expected, line))
            self._step(self.expected, line, after_break=True)
        elif line.seq < self.expected:
            self.late.add(line.seq)
            self.broken.append(Break(line.seq, "reordered", "stands after a later line"))
        else:
            self._read_whole(line)

    def _read_whole(self, line: LedgerLine) -> None:
        if line.seq > self.expected:
            self.gaps.append((self.expected, line.seq - 1))
        elif line.previous_hash != self.previous_hash and not self.after_break:
            self.broken.append(_not_the_one_before(line.seq))
        if self.known.get(line.seq, line.hash) != line.hash:
            self.broken.append(Break(line.seq, "altered", "another hash of this line was kept elsewhere"))
        self._step(line.seq, line, after_break=False)

    def _step(self, seq: int, line: LedgerLine, *, after_break: bool) -> None:
        self.expected, self.previous_hash, self.after_break = seq + 1, line.hash, after_break

    def finish(self) -> Iterator[Break]:
        yield from self.broken
        yield from _damage(self.damaged)
        last = max(self.known, default=0)
        ends = [(self.expected, last)] if last >= self.expected else []
        for start, end in (*self.gaps, *ends):
            yield from _missing(start, end, self.late)


def _not_the_one_before(seq: int) -> Break:
    """Line 1 points at the register itself; any other at a line that was written anew since."""
    if seq == 1:
        return Break(1, "altered", "the first line is of another register")
    return Break(seq - 1, "altered", "not the line after which the next one was written")


def _damage(damaged: Sequence[tuple[int, LedgerLine]]) -> Iterator[Break]:
    """A damaged line that is whole under the number of another damaged place was moved, not rewritten."""
    places = [place for place, _ in damaged[:MOST_MOVED]]
    for place, line in damaged:
        origin = next((seq for seq in places if replace(line, seq=seq).computed_hash() == line.hash), None)
        if origin in (None, place):
            yield Break(place, "altered", "does not have the hash that it was written with")
        elif origin is not None:
            yield Break(origin, "reordered", f"stands in the place of line {place}")


def _missing(start: int, end: int, late: set[int]) -> Iterator[Break]:
    """The runs of numbers in a gap that did not turn up elsewhere."""
    found = [start - 1, *sorted(seq for seq in late if start <= seq <= end), end + 1]
    for before, after in pairwise(found):
        if after - before == 2:
            yield Break(before + 1, "missing", "this line was taken out")
        elif after - before > 2:
            yield Break(before + 1, "missing", f"lines {before + 1} to {after - 1} were taken out")


def _require_no_values(entry: LedgerEntry) -> None:
    """Words, names and hashes have a shape; a sentence, a citizen number or an account number has not."""
    words = (entry["actor"], entry["event"], entry["mandate_id"], *entry["details"])
    if not all(_WORD.fullmatch(word) and not _VALUE.fullmatch(word) for word in words):
        raise ValueError("a ledger line holds codes and ids, nothing else")
    for text in entry["details"].values():
        if not _DETAIL.fullmatch(text) or any(map(_VALUE.fullmatch, text.split(","))):
            raise ValueError("a detail of a ledger line is a name, a code or a hash")


def _written(line: LedgerLine) -> dict[str, Any]:
    members = {name: getattr(line, name) for name in _MEMBERS}
    details = {name: line.details[name] for name in sorted(line.details)}
    return members | {"at": line.at.astimezone(UTC).isoformat(), "details": details}


def _digest(data: bytes) -> str:
    return base64url.encode(sha256(data).digest())
