"""Remember which thresholds were answered to whom, before an answer leaves."""

from dataclasses import replace
from datetime import datetime

from consent.advice import AdviceQuestion
from consent.asker import Asker, asker_of, requested_advice
from openid4vc.vp.sender import AnyRequest
from wallet.domain.probing import ThresholdProbing, with_answer
from wallet.domain.sealing import Viewer
from wallet.domain.settings import Settings
from wallet.ports import Ports
from wallet.usecases.change_settings import change_settings
from wallet.usecases.read_settings import read_settings


def require_no_probing(asked: AnyRequest, *, now: datetime, viewer: Viewer, ports: Ports) -> None:
    """ThresholdProbing for a question for advice that would be one threshold too many; nothing is kept."""
    question = requested_advice(asked)
    if question is not None:
        _counted(read_settings(viewer=viewer, ports=ports), question, asker_of(asked), now, ports)


def answer_threshold(
    question: AdviceQuestion, asker: Asker, *, now: datetime, viewer: Viewer, ports: Ports
) -> None:
    """Count it as answered, or refuse: one step, so that many at once are no way round."""
    change_settings(lambda settings: _counted(settings, question, asker, now, ports), viewer, ports)


def _counted(
    settings: Settings, question: AdviceQuestion, asker: Asker, now: datetime, ports: Ports
) -> Settings:
    id = asker.identifier or asker.client_id
    try:
        answered = with_answer(settings.thresholds, question, organisation_id=id, now=now)
    except ThresholdProbing as refusal:
        ports.audit("threshold_probing", asker=asker.client_id, scheme=question.scheme)
        raise ThresholdProbing(organisation=asker.organisation) from refusal
    return replace(settings, thresholds=answered)
