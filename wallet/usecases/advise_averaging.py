"""Work out whether averaging brings anything, from the cards held; nobody is asked and nothing is sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from wallet.domain.advice import Advice, advise_averaging, is_assessment, of_the_period
from wallet.domain.card import Organisation
from wallet.domain.offering import organisation
from wallet.domain.sealing import Viewer
from wallet.ports import Ports
from wallet.usecases.read_cards import read_cards
from wallet.usecases.trusted_issuers import remembered_issuers


@dataclass(frozen=True, slots=True)
class AveragingAdvice:
    """The advice, what the cards say for it, and who gives such cards."""

    advice: Advice
    assessments: tuple[Mapping[str, Any], ...]
    issuers: tuple[Organisation, ...]


def averaging_advice(*, viewer: Viewer, ports: Ports) -> AveragingAdvice:
    """Lay the assessments held now against the scheme; the newest card of a year counts."""
    held = [one.card for one in read_cards(viewer=viewer, ports=ports) if is_assessment(one.card.vct)]
    claims = [card.claims for card in held]
    issuers = {card.issuer.id: card.issuer for card in held} or _givers(ports)
    return AveragingAdvice(
        advice=advise_averaging(claims, today=ports.clock().date()),
        assessments=of_the_period(claims),
        issuers=tuple(issuers.values()),
    )


def _givers(ports: Ports) -> dict[str, Organisation]:
    """Who gives assessments, as far as known without asking."""
    known = remembered_issuers(ports=ports).issuers
    return {one.id: organisation(one) for one in known if any(is_assessment(vct) for vct in one.vcts)}
