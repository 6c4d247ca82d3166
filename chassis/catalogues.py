"""Translation catalogues of all packages: `python -m chassis.catalogues update|compile|check`.

The English source text is the key. `update` brings the .po files in line with the code and fills English
with the key itself; `check` names every text that is missing, unfinished or no longer used; `compile` writes
the .mo files that Git leaves out.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
SERVICES = ("issuer", "wallet", "verifier", "demo")
LANGUAGES = ("nl", "en")
SOURCE_LANGUAGE = "en"
METHODS = [("**/templates/**.html", "jinja2"), ("**.py", "python")]
KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
}
HEADER = "# {language} texts of {name}. SPDX-License-Identifier: EUPL-1.2"
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
WIDTH = 110


@dataclass(frozen=True, slots=True)
class Target:
    """One package with texts, and where its catalogues are."""

    name: str
    source: Path
    translations: Path

    def po(self, language: str) -> Path:
        """Return where the catalogue of a language is, whether it exists or not."""
        return self.translations / language / "LC_MESSAGES" / "messages.po"


def targets(root: Path = ROOT) -> tuple[Target, ...]:
    """Return the packages that exist; a service keeps its texts in its web room."""
    found = [Target("chassis", root / "chassis", root / "chassis" / "translations")]
    found += [Target(name, root / name, root / name / "web" / "translations") for name in SERVICES]
    return tuple(target for target in found if target.source.is_dir())


def extract(target: Target) -> Catalog:
    """Collect the texts in code and templates; a template that does not parse is an error."""
    catalog = _empty("")
    options = {"**/templates/**.html": {"silent": "false"}}
    found = extract_from_dir(target.source, METHODS, options, KEYWORDS)
    for filename, _line, text, comments, _context in sorted(found, key=lambda entry: entry[:2]):
        catalog.add(text, None, [(f"{target.name}/{filename}", 1)], auto_comments=comments)
    return catalog


def read(target: Target, language: str) -> Catalog:
    """Read a catalogue; a missing one is empty."""
    path = target.po(language)
    if not path.is_file():
        return _empty(language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def update(target: Target, language: str) -> None:
    """Add new texts, drop unused ones and write the file in a stable order, without guesses."""
    catalog = read(target, language)
    catalog.update(extract(target), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    catalog.header_comment = HEADER.format(language=language, name=target.name)
    catalog.project, catalog.version, catalog.msgid_bugs_address = "Eenmalig", target.name, ""
    catalog.last_translator = catalog.language_team = "Eenmalig"
    catalog.creation_date = catalog.revision_date = EPOCH
    if language == SOURCE_LANGUAGE:
        for message in _texts(catalog):
            message.string = message.id
    path = target.po(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalog, width=WIDTH, sort_by_file=True, include_lineno=False)


def problems(target: Target, language: str) -> Iterator[str]:
    """Name each text that is missing, unfinished, unused or obsolete, and each broken placeholder."""
    wanted, held = extract(target), read(target, language)
    found = [("missing", message) for message in _texts(wanted) if held.get(message.id) is None]
    found += [(fault, message) for message in _texts(held) for fault in _faults(message, wanted, held)]
    found += [("obsolete", message) for message in held.obsolete.values()]
    for fault, message in found:
        yield f"{target.name} {language}: {fault}: {_key(message)!r}"


def _faults(message: Message, wanted: Catalog, held: Catalog) -> Iterator[str]:
    if wanted.get(message.id) is None:
        yield "unused"
    elif message.fuzzy:
        yield "fuzzy"
    elif not _is_complete(message):
        yield "untranslated"
    for error in message.check(held):
        yield str(error)


def compile_catalogue(target: Target, language: str) -> None:
    """Write the binary file that is read at run time, beside its source."""
    catalog = read(target, language)
    path = target.po(language).with_suffix(".mo")
    if target.po(language).is_file():
        with path.open("wb") as file:
            write_mo(file, catalog)


def _empty(language: str) -> Catalog:
    return Catalog(locale=language or None, fuzzy=False)


def _texts(catalog: Catalog) -> list[Message]:
    return [message for message in catalog if message.id]


def _key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _is_complete(message: Message) -> bool:
    forms = [message.string] if isinstance(message.string, str) else list(message.string or ())
    return bool(forms) and all(forms)


def main(arguments: list[str]) -> int:
    """Run one command over all packages and languages; 1 when a check found something."""
    pairs = [(target, language) for target in targets() for language in LANGUAGES]
    match arguments:
        case ["update"]:
            for target, language in pairs:
                update(target, language)
        case ["compile"]:
            for target, language in pairs:
                compile_catalogue(target, language)
        case ["check"]:
            found = [problem for target, language in pairs for problem in problems(target, language)]
            sys.stdout.writelines(f"{problem}\n" for problem in found)
            return 1 if found else 0
        case _:
            sys.stderr.write("usage: python -m chassis.catalogues update|compile|check\n")
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
