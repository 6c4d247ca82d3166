"""What a register says about who asks: the purpose, and which of the questions go beyond it."""

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

from consent.card_fields import Place
from consent.wording import Bilingual
from openid4vc.dcql.path import covers
from openid4vc.dcql.query import DcqlQuery
from openid4vc.trust.registration import VerifiedRegistration
from openid4vc.trust.surplus import SurplusClaim

_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Registered:
    """The register's words, for the citizen to read before deciding (TS 119 475, 5.2; ARF, RPA_10)."""

    legal_name: str
    purpose: Bilingual | None
    privacy_policy: str
    support: str
    intermediary_for: str = ""


def registered_of(registration: VerifiedRegistration) -> Registered:
    """The parts of a verified registration certificate that people read."""
    said = registration.registration
    purpose = Bilingual(_visible(said.purpose_in("nl")), _visible(said.purpose_in("en")))
    return Registered(
        legal_name=_visible(said.legal_name),
        purpose=purpose if said.purpose else None,
        privacy_policy=said.privacy_policy,
        support=said.support_uri,
        intermediary_for=_visible(said.legal_name) if said.intermediary else "",
    )


def surplus_of(registration: VerifiedRegistration | None, query: DcqlQuery) -> tuple[SurplusClaim, ...]:
    """What is asked beyond the registration; nothing where there is none to compare with."""
    return () if registration is None else registration.surplus(query)


def is_surplus(place: Place, *, query_id: str, vct: str, surplus: Collection[SurplusClaim]) -> bool:
    """Whether this field would be sent only because of a question that was not registered (RPRC_21)."""
    return any(
        one.query_id == query_id
        and one.credential_type == vct
        and (not one.path or covers(one.path, place[: len(one.path)]))
        for one in surplus
    )


def _visible(text: str) -> str:
    """A register's words without marks that hide or turn around what is shown, and not too long."""
    shown = (mark if unicodedata.category(mark)[0] != "C" else " " for mark in text)
    return " ".join("".join(shown).split())[:_LONGEST]
