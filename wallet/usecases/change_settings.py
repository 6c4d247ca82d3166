"""Change what the citizen set."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from wallet.domain.documents import dump
from wallet.domain.history import Happening, HistoryKind, HistoryNote
from wallet.domain.refused_by_setting import SettingsBusy, SettingUnusable
from wallet.domain.sealing import Viewer
from wallet.domain.settings import IDLE_MINUTES, SETTINGS, OrganisationRule, Rung, Settings, Unregistered
from wallet.domain.words import Words
from wallet.ports import Ports
from wallet.usecases.read_history import read_history
from wallet.usecases.read_settings import opened, read_settings
from wallet.usecases.view_mandate import read_mandates
from wallet.usecases.write_history import sealed_line

TRIES = 5
ALL_OTHERS = Words("Alle organisaties", "All organisations")


@dataclass(frozen=True, slots=True)
class KnownOrganisation:
    """An organisation that the citizen had to do with, and how far it may go."""

    id: str
    name: str
    rung: Rung


def set_unregistered(choice: str, *, viewer: Viewer, ports: Ports) -> None:
    """Warn or refuse when somebody asks without registration; SettingUnusable for another choice."""
    try:
        chosen = Unregistered(choice)
    except ValueError as cause:
        raise SettingUnusable from cause
    change_settings(lambda settings: replace(settings, unregistered=chosen), viewer, ports)


def set_idle_minutes(choice: str, *, viewer: Viewer, ports: Ports) -> None:
    """Lock after this many minutes without a click, in sessions that are open too."""
    minutes = {str(one): one for one in IDLE_MINUTES}.get(choice)
    if minutes is None:
        raise SettingUnusable
    change_settings(lambda settings: replace(settings, idle_minutes=minutes), viewer, ports)
    ports.stores.settings.set_idle(viewer.account_id, minutes * 60)


def set_rung(organisation_id: str, choice: str, *, viewer: Viewer, ports: Ports) -> None:
    """Say how far an organisation may go; only one that the citizen had to do with can be named."""
    known = {one.id: one for one in known_organisations(viewer=viewer, ports=ports)}
    try:
        rule = OrganisationRule(organisation_id, known[organisation_id].name, Rung.of(choice))
    except KeyError as cause:
        raise SettingUnusable from cause
    change_settings(lambda settings: settings.with_rule(rule), viewer, ports)
    _note_rung(HistoryNote(Words(rule.name, rule.name), rule.id), rule.rung, viewer, ports)


def set_rung_of_others(choice: str, *, viewer: Viewer, ports: Ports) -> None:
    """One choice for every organisation without a choice of its own, also for who never asked yet."""
    try:
        rung = Rung.of(choice)
    except KeyError as cause:
        raise SettingUnusable from cause
    change_settings(lambda settings: replace(settings, others=rung), viewer, ports)
    _note_rung(HistoryNote(ALL_OTHERS, ""), rung, viewer, ports)


def _note_rung(note: HistoryNote, rung: Rung, viewer: Viewer, ports: Ports) -> None:
    happening = Happening(HistoryKind.RUNG_SET, rung.word)
    ports.stores.history.add(sealed_line(note, happening, viewer=viewer, at=ports.clock(), ports=ports))
    ports.audit("rung_set", rung=rung.word)


def known_organisations(*, viewer: Viewer, ports: Ports) -> tuple[KnownOrganisation, ...]:
    """Who asked before, who holds a mandate, and who has a rule already; in the order of their names."""
    settings = read_settings(viewer=viewer, ports=ports)
    names = {rule.id: rule.name for rule in settings.organisations}
    for line in read_history(viewer=viewer, ports=ports):
        if line.kind is HistoryKind.REQUEST and line.note.who_id:
            names.setdefault(line.note.who_id, line.note.who.nl)
    for mandate in read_mandates(viewer=viewer, ports=ports):
        mandatary = mandate.granted.document.get("mandatary", {})
        if mandatary.get("id"):
            names.setdefault(str(mandatary["id"]), str(mandatary.get("name", "")))
    known = (KnownOrganisation(id, name, settings.rung_of(id)) for id, name in names.items())
    return tuple(sorted(known, key=lambda one: one.name.casefold()))


def change_settings(step: Callable[[Settings], Settings], viewer: Viewer, ports: Ports) -> None:
    """Read, change and write as one: another tab's change is never written over."""
    for _ in range(TRIES):
        before = ports.stores.settings.find(viewer.account_id)
        changed = dump(step(opened(before, viewer=viewer)))
        after = viewer.seal(changed, kind=SETTINGS, id=viewer.account_id)
        if ports.stores.settings.change(viewer.account_id, before=before, after=after, now=ports.clock()):
            return
    raise SettingsBusy
