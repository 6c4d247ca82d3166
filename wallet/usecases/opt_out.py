"""Opt out of being approached: signed with the key of each mandate, told to the register that holds it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from openid4vc.errors import CheckFailed, Malformed
from openid4vc.jose.jws import sign_jws
from openid4vc.jose.numeric_date import from_numeric_date, to_numeric_date
from wallet.domain.history import Happening, HistoryKind, HistoryNote
from wallet.domain.mandate import MandateId, MandateState
from wallet.domain.peer import PeerNonsense, PeerSilent
from wallet.domain.refusals import CouldNotReach
from wallet.domain.refused_by_setting import OptOutRefused, SettingUnusable
from wallet.domain.sealing import Signer, Viewer
from wallet.domain.settings import ABOUT, CHANNELS, JointOptOut, OptOutRule
from wallet.domain.words import Words
from wallet.ports import Ports
from wallet.usecases.chance import new_id
from wallet.usecases.change_settings import change_settings
from wallet.usecases.give_pin import give_pin
from wallet.usecases.read_settings import read_settings
from wallet.usecases.view_mandate import MandateView, find_mandate, read_mandates
from wallet.usecases.write_history import sealed_line

OPT_OUT_TYP = "eenmalig-opt-out+jwt"
UNKNOWN_THERE = {MandateState.NOT_CERTAIN, MandateState.DECLINED}


@dataclass(frozen=True, slots=True)
class Approacher:
    """An organisation that holds, or held, mandates, and what was said about being approached by it."""

    id: str
    name: str
    purposes: tuple[Mapping[str, str], ...]
    mandates: tuple[MandateId, ...]
    rule: OptOutRule | None
    joint: JointOptOut | None = None

    @property
    def gap(self) -> bool:
        """Whether the register does not know it for some mandate, though the citizen said so of all."""
        told = () if self.rule is None else self.rule.mandates
        said = self.rule is not None or self.joint is not None
        return said and not set(self.mandates) <= set(told)


@dataclass(frozen=True, slots=True)
class OptOutChoice:
    """What the citizen chose; without a channel the organisation may approach."""

    organisation_id: str
    about: str
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Look:
    """One time that an organisation looked whether it may approach the citizen."""

    at: datetime
    channel: str
    allowed: bool


def read_approachers(*, viewer: Viewer, ports: Ports) -> tuple[Approacher, ...]:
    """Return who could approach the citizen: whoever has a mandate in its register."""
    settings = read_settings(viewer=viewer, ports=ports)
    found: dict[str, list[MandateView]] = {}
    for view in read_mandates(viewer=viewer, ports=ports):
        if view.state not in UNKNOWN_THERE:
            found.setdefault(str(view.granted.document["mandatary"]["id"]), []).append(view)
    return tuple(
        Approacher(
            id=id,
            name=str(views[0].granted.document["mandatary"]["name"]),
            purposes=tuple(view.granted.document["purpose"]["text"] for view in views),
            mandates=tuple(view.id for view in views),
            rule=settings.opt_out_of(id),
            joint=settings.everybody,
        )
        for id, views in found.items()
    )


def state_opt_out(choice: OptOutChoice, *, pin: str, viewer: Viewer, ports: Ports) -> None:
    """Say it for every mandate that the organisation holds; kept here only when all of them were taken in."""
    known = {one.id: one for one in read_approachers(viewer=viewer, ports=ports)}
    here = known.get(choice.organisation_id)
    if here is None or choice.about not in ABOUT or not set(choice.channels) <= set(CHANNELS):
        raise SettingUnusable
    tell(here, choice, signer=give_pin(viewer, pin, ports=ports), ports=ports)


def tell(
    here: Approacher, choice: OptOutChoice, *, signer: Signer, ports: Ports, told: Sequence[str] = ()
) -> None:
    """Say it for every mandate that it was not told for, keep it, and write it into the citizen's own log."""
    viewer, now = signer.viewer, ports.clock()
    for id in here.mandates:
        if id not in told:
            _state(id, choice, signer, now, ports)
    rule = OptOutRule(here.id, choice.about, choice.channels, here.mandates, now)
    change_settings(lambda settings: settings.with_opt_out(rule), viewer, ports)
    note = HistoryNote(Words(here.name, here.name), here.id, reason=f"about_{choice.about}")
    happening = Happening(HistoryKind.OPTED_OUT, "told" if choice.channels else "taken_back")
    ports.stores.history.add(sealed_line(note, happening, viewer=viewer, at=now, ports=ports))
    ports.audit("opted_out", channels=len(choice.channels), mandates=len(here.mandates))


def read_looks(id: MandateId, *, viewer: Viewer, ports: Ports) -> Sequence[Look]:
    """Ask the register when it was looked at for this mandate; CouldNotReach when it does not say."""
    _, granted = find_mandate(id, viewer=viewer, ports=ports)
    try:
        answer = ports.verifiers.statement(f"{granted.state_uri}/approaches", granted.read_statement)
        lines = answer.body.get("approaches") if answer.status == 200 else None
        if not isinstance(lines, list):
            raise Malformed("no list of looks")
        return [_look(line) for line in lines]
    except (PeerSilent, PeerNonsense) as cause:
        raise CouldNotReach(host=cause.host) from cause
    except (Malformed, CheckFailed) as cause:
        raise CouldNotReach(host=granted.asker) from cause


def _state(id: MandateId, choice: OptOutChoice, signer: Signer, now: datetime, ports: Ports) -> None:
    sealed, granted = find_mandate(id, viewer=signer.viewer, ports=ports)
    address = f"{granted.state_uri}/opt-out"
    claims = {
        "aud": address,
        "mandate_id": id,
        "iat": to_numeric_date(now),
        "jti": new_id(ports),
        "about": choice.about,
        "channels": list(choice.channels),
    }
    key = signer.unseal_key(sealed.sealed_key, id=f"mandate/{id}")
    try:
        answer = ports.verifiers.statement(address, sign_jws(claims, typ=OPT_OUT_TYP, key=key))
    except (PeerSilent, PeerNonsense) as cause:
        raise CouldNotReach(host=cause.host) from cause
    if answer.status != 200:
        raise OptOutRefused(error=answer.code)


def _look(line: object) -> Look:
    if not isinstance(line, Mapping) or not isinstance(line.get("channel"), str):
        raise Malformed("not a look")
    return Look(from_numeric_date(line.get("at")), line["channel"], line.get("allowed") is True)
