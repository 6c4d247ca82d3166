"""Hold a request against what the citizen set: how far who asks may go, and whether it must be registered."""

from datetime import datetime

from consent.asker import asker_of, requested_mandate
from openid4vc.vp.sender import AnyRequest
from wallet.domain.refused_by_setting import NotRegistered, RungTooLow
from wallet.domain.request import Request
from wallet.domain.sealing import Viewer
from wallet.domain.settings import Rung, Unregistered
from wallet.ports import Ports
from wallet.usecases.judge_registration import known_registration
from wallet.usecases.read_settings import read_settings


def require_registered(asked: AnyRequest, request: Request, *, viewer: Viewer, ports: Ports) -> None:
    """NotRegistered where the citizen refuses who shows none that holds; a doubtful one is none."""
    settings = read_settings(viewer=viewer, ports=ports)
    if settings.unregistered is Unregistered.WARN:
        return
    if known_registration(asked, request, ports=ports) is None:
        raise NotRegistered(organisation=asker_of(asked).organisation)


def require_rung(asked: AnyRequest, *, now: datetime, viewer: Viewer, ports: Ports) -> None:
    """RungTooLow for a mandate below `act`, and for a question about data below `advise`."""
    asker = asker_of(asked)
    allowed = read_settings(viewer=viewer, ports=ports).rung_of(asker.identifier or asker.client_id)
    wanted = Rung.ADVISE if requested_mandate(asked, now=now) is None else Rung.ACT
    if wanted > allowed:
        ports.audit("rung_too_low", asker=asker.client_id, allowed=allowed.word, wanted=wanted.word)
        raise RungTooLow(organisation=asker.organisation, rung=allowed.word)
