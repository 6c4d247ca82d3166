"""Everything on paper that must lie ready before the services start."""

from __future__ import annotations

from datetime import datetime

from demo.registrar import register_the_desk
from demo.seed import seed
from demo.strangers import write_trust
from demo.town import Town
from demo.trust_authority import publish_the_list


def prepare(town: Town, *, now: datetime) -> bool:
    """Make keys once, and the dated papers anew at every start; say whether keys were made."""
    made = seed(town, now=now)
    write_trust(town)
    register_the_desk(town, now=now)
    publish_the_list(town, now=now)
    return made
