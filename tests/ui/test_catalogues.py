"""Texts: complete in both languages, and every lack is named."""

from __future__ import annotations

import pytest
from babel.messages.pofile import write_po

from chassis import catalogues


@pytest.fixture
def target(tmp_path):
    """A package with one text in code and one in a template."""
    source = tmp_path / "chassis"
    (source / "ui" / "templates").mkdir(parents=True)
    (source / "code.py").write_text('_("Stop")\n', encoding="utf-8")
    (source / "ui" / "templates" / "a.html").write_text('{{ _("Step %(n)s", n=1) }}', encoding="utf-8")
    (found,) = catalogues.targets(tmp_path)
    return found


def fill(target, **texts):
    catalogues.update(target, "nl")
    held = catalogues.read(target, "nl")
    for message in held:
        if message.id:
            message.string = texts.get(message.id.split()[0], "")
    with target.po("nl").open("wb") as file:
        write_po(file, held)


def found(target, language="nl"):
    return list(catalogues.problems(target, language))


def test_all_texts_of_the_project_are_complete():
    pairs = [(target, language) for target in catalogues.targets() for language in catalogues.LANGUAGES]

    problems = [problem for target, language in pairs for problem in catalogues.problems(target, language)]

    assert problems == []


def test_texts_that_no_catalogue_holds_are_missing(target):
    assert found(target) == ["chassis nl: missing: 'Stop'", "chassis nl: missing: 'Step %(n)s'"]


def test_update_fills_english_with_the_key_and_leaves_dutch_to_people(target):
    catalogues.update(target, "en")
    catalogues.update(target, "nl")

    assert found(target, "en") == []
    assert sorted(found(target)) == [
        "chassis nl: untranslated: 'Step %(n)s'",
        "chassis nl: untranslated: 'Stop'",
    ]


def test_a_complete_catalogue_has_no_problem(target):
    fill(target, Stop="Stoppen", Step="Stap %(n)s")

    assert found(target) == []


def test_a_broken_placeholder_is_named(target):
    fill(target, Stop="Stoppen", Step="Stap %(m)s")

    assert len(found(target)) == 1
    assert "'Step %(n)s'" in found(target)[0]


def test_a_text_that_code_no_longer_has_is_unused_until_update_drops_it(target):
    fill(target, Stop="Stoppen", Step="Stap %(n)s")
    (target.source / "code.py").write_text("", encoding="utf-8")

    assert found(target) == ["chassis nl: unused: 'Stop'"]
    catalogues.update(target, "nl")
    assert found(target) == []


def test_a_guess_is_not_a_translation(target):
    fill(target, Stop="Stoppen", Step="Stap %(n)s")
    text = target.po("nl").read_text("utf-8").replace('msgid "Stop"', '#, fuzzy\nmsgid "Stop"')
    target.po("nl").write_text(text, encoding="utf-8")

    assert found(target) == ["chassis nl: fuzzy: 'Stop'"]


def test_obsolete_entries_are_named(target):
    fill(target, Stop="Stoppen", Step="Stap %(n)s")
    with target.po("nl").open("a", encoding="utf-8") as file:
        file.write('\n#~ msgid "Old"\n#~ msgstr "Oud"\n')

    assert found(target) == ["chassis nl: obsolete: 'Old'"]


def test_update_twice_gives_the_same_file(target):
    fill(target, Stop="Stoppen", Step="Stap %(n)s")
    catalogues.update(target, "nl")
    once = target.po("nl").read_bytes()

    catalogues.update(target, "nl")

    assert target.po("nl").read_bytes() == once


def test_compile_writes_what_the_services_read(target):
    fill(target, Stop="Stoppen", Step="Stap %(n)s")

    catalogues.compile_catalogue(target, "nl")

    assert target.po("nl").with_suffix(".mo").read_bytes()[:4] == b"\xde\x12\x04\x95"


def test_the_check_command_lists_problems_and_fails(target, monkeypatch, capsys):
    monkeypatch.setattr(catalogues, "targets", lambda: (target,))

    status = catalogues.main(["check"])

    assert status == 1
    assert "chassis en: missing: 'Stop'" in capsys.readouterr().out


def test_an_unknown_command_explains_the_use(capsys):
    assert catalogues.main(["frobnicate"]) == 2
    assert "update|compile|check" in capsys.readouterr().err
