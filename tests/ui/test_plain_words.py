"""Dutch texts stay plain: short sentences, one word for one thing, no jargon."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from chassis import catalogues

ROOT = Path(__file__).resolve().parents[2]
MOST_WORDS = 15
FORBIDDEN = (
    "credential",
    "verifier",
    "issuer",
    "attribuut",
    "token",
    "claim",
    "disclosure",
    "presentatie",
    "toestemming",
    "akkoord",
)


def sentences(text: str) -> list[str]:
    return [part for part in re.split(r"(?<=[.!?:;])\s+", text) if part.strip()]


def too_long(texts: list[str]) -> list[str]:
    return [one for text in texts for one in sentences(text) if len(one.split()) > MOST_WORDS]


def dutch_texts(package: str) -> list[str]:
    (target,) = [target for target in catalogues.targets() if target.name == package]
    return [str(message.string) for message in catalogues.read(target, "nl") if message.id]


def data_texts(node: object, language: str) -> list[str]:
    if isinstance(node, dict):
        own = [node[language]] if isinstance(node.get(language), str) else []
        return own + [text for value in node.values() for text in data_texts(value, language)]
    if isinstance(node, list):
        return [text for value in node for text in data_texts(value, language)]
    return []


DATA = sorted((ROOT / "demo" / "data").rglob("*.toml"))


@pytest.mark.parametrize("package", ["chassis", "demo"])
def test_dutch_sentences_have_at_most_15_words(package):
    assert too_long(dutch_texts(package)) == []


@pytest.mark.parametrize("path", DATA, ids=lambda path: path.stem)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_sentences_of_data_files_have_at_most_15_words(path, language):
    texts = data_texts(tomllib.loads(path.read_text("utf-8")), language)

    assert texts
    assert too_long(texts) == []


@pytest.mark.parametrize("package", ["chassis", "demo", "issuer", "wallet"])
def test_citizens_meet_no_jargon(package):
    found = [text for text in dutch_texts(package) if any(word in text.lower() for word in FORBIDDEN)]

    assert found == []


@pytest.mark.parametrize("path", DATA, ids=lambda path: path.stem)
def test_data_files_hold_no_jargon(path):
    texts = data_texts(tomllib.loads(path.read_text("utf-8")), "nl")

    assert [text for text in texts if any(word in text.lower() for word in FORBIDDEN)] == []
