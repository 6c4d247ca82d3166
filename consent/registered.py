"""What a register says about who asks: its name and its purpose."""

import unicodedata
from dataclasses import dataclass

from consent.wording import Bilingual
from openid4vc.trust.registration import VerifiedRegistration

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


def _visible(text: str) -> str:
    """A register's words without marks that hide or turn around what is shown, and not too long."""
    shown = (mark if unicodedata.category(mark)[0] != "C" else " " for mark in text)
    return " ".join("".join(shown).split())[:_LONGEST]
