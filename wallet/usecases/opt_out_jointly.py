"""One no for all: told to every organisation that holds a mandate, and to each that gets one later."""

from dataclasses import replace

from wallet.domain.mandate import MandateId
from wallet.domain.refusals import Refusal
from wallet.domain.refused_by_setting import SettingUnusable
from wallet.domain.sealing import Signer, Viewer
from wallet.domain.settings import ABOUT, CHANNELS, JointOptOut
from wallet.ports import Ports
from wallet.usecases.change_settings import change_settings
from wallet.usecases.give_pin import give_pin
from wallet.usecases.opt_out import Approacher, OptOutChoice, read_approachers, tell
from wallet.usecases.read_settings import read_settings


def state_joint_opt_out(
    about: str, channels: tuple[str, ...], *, pin: str, viewer: Viewer, ports: Ports
) -> None:
    """Keep the wish, then tell each organisation; the first that did not take it in is raised at the end.

    The wish stands although somebody did not hear it: that organisation shows as a gap, to be told again.
    """
    if about not in ABOUT or not set(channels) <= set(CHANNELS):
        raise SettingUnusable
    signer, now = give_pin(viewer, pin, ports=ports), ports.clock()
    joint = JointOptOut(about, channels, now) if channels else None
    change_settings(lambda settings: replace(settings, everybody=joint), viewer, ports)
    failed: list[Refusal] = []
    for one in read_approachers(viewer=viewer, ports=ports):
        try:
            tell(one, OptOutChoice(one.id, about, channels), signer=signer, ports=ports)
        except Refusal as refusal:
            failed.append(refusal)
    ports.audit("opted_out_jointly", channels=len(channels), failed=len(failed))
    if failed:
        raise failed[0]


def tell_after_grant(id: MandateId, *, signer: Signer, ports: Ports) -> None:
    """The mandate just given falls under the wish too; what fails is a gap that the settings show."""
    joint = read_settings(viewer=signer.viewer, ports=ports).everybody
    if joint is None:
        return
    for one in read_approachers(viewer=signer.viewer, ports=ports):
        if id in one.mandates and _follows(one, joint):
            choice, told = (
                OptOutChoice(one.id, joint.about, joint.channels),
                one.rule.mandates if one.rule else (),
            )
            try:
                tell(one, choice, signer=signer, ports=ports, told=told)
            except Refusal as refusal:
                ports.audit("opt_out_not_told", mandate=id, code=refusal.code)


def _follows(one: Approacher, joint: JointOptOut) -> bool:
    """Whether nothing else was said about this organisation alone."""
    return one.rule is None or (one.rule.about, one.rule.channels) == (joint.about, joint.channels)
