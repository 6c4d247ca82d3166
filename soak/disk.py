"""A disk that forgets: what was written and not synced may be there after a loss of power, or not, or half.

A file layer for apsw keeps a log of every write, truncation, sync and deletion. From the log any number of
disks can be made as a loss of power at any moment might have left them.
"""

import secrets
from dataclasses import dataclass, field
from typing import Any

import apsw

SECTOR = 512
POWERSAFE_OVERWRITE = 0x1000
CREATE = 0x4
_CHANCE = secrets.SystemRandom()


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to the disk, in order."""

    kind: str
    file: str = ""
    at: int = 0
    data: bytes = b""


@dataclass
class Disk:
    """Files by name, as running programs see them, and how they came to be so."""

    files: dict[str, bytearray] = field(default_factory=dict)
    log: list[Event] = field(default_factory=list)

    def note(self, kind: str, file: str = "", at: int = 0, data: bytes = b"") -> None:
        """Do it and remember it."""
        event = Event(kind, file, at, data)
        apply(self.files, event)
        self.log.append(event)

    def after_power_loss(self, start: dict[str, bytes], moment: int) -> "Disk":
        """One of the disks that may be found when the power failed just before this event of the log."""
        return Disk(_survivors(start, self.log[:moment]))


def apply(files: dict[str, bytearray], event: Event) -> None:
    """What an event does to files."""
    if event.kind == "create":
        files.setdefault(event.file, bytearray())
    elif event.kind == "delete":
        files.pop(event.file, None)
    elif event.kind == "truncate" and event.file in files:
        del files[event.file][event.at :]
    elif event.kind == "write" and event.file in files:
        content = files[event.file]
        if len(content) < event.at:
            content.extend(bytes(event.at - len(content)))
        content[event.at : event.at + len(event.data)] = event.data


def _survivors(start: dict[str, bytes], log: list[Event]) -> dict[str, bytearray]:
    """What was synced is there; of the rest each sector by itself, with a chance that differs by disk."""
    files = {name: bytearray(content) for name, content in start.items()}
    waiting: list[Event] = []
    for event in log:
        if event.kind == "sync":
            waiting = _settle(files, waiting, event.file)
        elif event.kind == "sync-folder":
            waiting = _settle(files, waiting, "")
        else:
            waiting.append(event)
    chance = _CHANCE.choice((0.0, 0.0, 0.1, 0.5, 0.9, 1.0))
    for event in waiting:
        for part in _sectors(event):
            if _CHANCE.random() < chance:
                apply(files, part)
    return files


def _settle(files: dict[str, bytearray], waiting: list[Event], synced: str) -> list[Event]:
    """A sync makes one file's content last; names last with a sync of the folder, or of a file just made."""
    made = any(event.kind == "create" and event.file == synced for event in waiting)
    left = []
    for event in waiting:
        name = event.kind in ("create", "delete")
        if (name and (made or not synced)) or (not name and event.file == synced):
            apply(files, event)
        else:
            left.append(event)
    return left


def _sectors(event: Event) -> list[Event]:
    if event.kind != "write":
        return [event]
    parts, at, data = [], event.at, event.data
    while data:
        size = SECTOR - at % SECTOR
        parts.append(Event("write", event.file, at, data[:size]))
        at, data = at + size, data[size:]
    return parts


class DiskFile:
    """An open file of the disk, in the words of SQLite's file layer."""

    def __init__(self, disk: Disk, name: str) -> None:
        self._disk = disk
        self._name = name

    def xRead(self, amount: int, offset: int) -> bytes:
        """Less at the end of the file."""
        return bytes(self._disk.files[self._name][offset : offset + amount])

    def xWrite(self, data: bytes, offset: int) -> None:
        """Seen at once, safe after a sync."""
        self._disk.note("write", self._name, offset, bytes(data))

    def xTruncate(self, size: int) -> None:
        """The same holds for the length."""
        self._disk.note("truncate", self._name, size)

    def xSync(self, flags: int) -> None:
        """What was written to this file is safe now."""
        self._disk.note("sync", self._name)

    def xFileSize(self) -> int:
        """As running programs see it."""
        return len(self._disk.files[self._name])

    def xLock(self, level: int) -> None:
        """There is one connection at a time."""

    def xUnlock(self, level: int) -> None:
        """There is one connection at a time."""

    def xCheckReservedLock(self) -> bool:
        """Nobody else writes."""
        return False

    def xFileControl(self, op: int, pointer: int) -> bool:
        """Nothing special is offered."""
        return False

    def xSectorSize(self) -> int:
        """As SQLite's own file layer says on this system."""
        return 4096

    def xDeviceCharacteristics(self) -> int:
        """As SQLite's own file layer assumes of every disk of today."""
        return POWERSAFE_OVERWRITE

    def xClose(self) -> None:
        """Closing makes nothing safe."""


def mount(disk: Disk, name: str) -> Any:
    """Register the disk as a file layer of SQLite; it lasts as long as the returned object is kept."""
    verbs = {"xOpen": _open, "xAccess": _access, "xDelete": _delete, "xFullPathname": _full_name}
    layer = type("DiskLayer", (apsw.VFS,), verbs | {"disk": disk, "absent": apsw.CantOpenError})
    return layer(name, "")


def _open(layer: Any, path: Any, flags: list[int]) -> DiskFile:
    """A file without a name is for SQLite's own use and never reaches the disk."""
    if path is None:
        return DiskFile(Disk({"": bytearray()}), "")
    file = _plain(path)
    if file not in layer.disk.files:
        if not flags[0] & CREATE:
            raise layer.absent
        layer.disk.note("create", file)
    return DiskFile(layer.disk, file)


def _access(layer: Any, path: str, flags: int) -> bool:
    return _plain(path) in layer.disk.files


def _delete(layer: Any, path: str, sync_folder: bool) -> None:
    """The name is gone for certain only when the folder was synced too."""
    layer.disk.note("delete", _plain(path))
    if sync_folder:
        layer.disk.note("sync-folder")


def _full_name(layer: Any, path: str) -> str:
    return _plain(path)


def _plain(path: Any) -> str:
    text = path.filename() if hasattr(path, "filename") else str(path)
    return text.rpartition("/")[2]
