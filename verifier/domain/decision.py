"""The authority's decision: the outcome of the scheme, with its steps in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from verifier.domain.mandate import MandateId


@dataclass(frozen=True, slots=True)
class Decision:
    """What the citizen gets to read; amounts in whole euros."""

    mandate_id: MandateId
    decided_at: datetime
    outcome: Mapping[str, Any]
