"""A request that a helper prepares for somebody else: who helps, the code on paper, and how it ended."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from consent.plain_text import plain
from consent.receipts import Help
from consent.use_receipt import digest_of
from openid4vc.jose import strict_json
from verifier.domain.helping_refusals import HelperIncomplete
from verifier.domain.mandate import MandateId

RELATIONS: Final = ("family", "friend", "volunteer", "professional")
OWN_DEVICE, COUNTER, REFUSED = "own_device", "counter", "refused"
CODE_LIVES: Final = timedelta(hours=1)
UNUSED_KEPT: Final = timedelta(days=1)
LETTERS: Final = "BCDFGHJKMNPQRSTVWXZ23456789"
"""No vowels, so no words; nothing that looks like something else on paper."""
CODE_LENGTH: Final = 8
_LINE: Final = re.compile(r"[^\x00-\x1f\x7f]{2,80}")


@dataclass(frozen=True, slots=True, repr=False)
class Helper:
    """Who helps, in their own words; `organisation` may be empty."""

    name: str
    relation: str
    organisation: str = ""

    @classmethod
    def named(cls, name: str, relation: str, organisation: str) -> "Helper":
        """Trimmed, each on one line; HelperIncomplete when the citizen could not tell who it is."""
        name, organisation = name.strip(), organisation.strip()
        if not _is_shown_whole(name) or relation not in RELATIONS:
            raise HelperIncomplete
        if organisation and not _is_shown_whole(organisation):
            raise HelperIncomplete
        return cls(name, relation, organisation)

    def to_json(self) -> bytes:
        """What is sealed, and what the ledger's hash is over."""
        return strict_json.dumps(
            {"name": self.name, "relation": self.relation, "organisation": self.organisation}
        )

    @classmethod
    def from_json(cls, data: bytes) -> "Helper":
        """Read what `to_json` wrote."""
        return cls(**strict_json.loads_object(data))


@dataclass(frozen=True, slots=True)
class HelpedRequest:
    """Prepared once; it ends once: confirmed on a device of the citizen's own, at the counter, or refused."""

    id: str
    service: str
    helper: Helper
    prepared_at: datetime
    code_until: datetime
    ended_at: datetime | None = None
    place: str | None = None
    mandate_id: MandateId | None = None

    def state(self, *, now: datetime) -> str:
        """All that the helper is told: waiting, over, refused, or where it was taken up."""
        if self.place is not None:
            return self.place
        return "waiting" if now < self.code_until else "over"


@dataclass(frozen=True, slots=True)
class End:
    """How a helped request ends; `mandate_id` and the date to forget the helper only when it was taken up."""

    place: str
    at: datetime
    mandate_id: MandateId | None = None
    retain_until: datetime | None = None


def as_help(request: HelpedRequest) -> Help:
    """Who helped, for the citizen's receipt; the hash is the one of the ledger's line."""
    helper = request.helper
    return Help.model_validate(
        {
            "place": request.place,
            "relation": helper.relation,
            "helper_sha256": digest_of(helper.to_json().decode()),
            "name": helper.name,
            "organisation": helper.organisation or None,
        }
    )


def code_from(token: str) -> str:
    """Eight letters and figures from a fresh token: 38 bits, readable over a table."""
    number = int.from_bytes(sha256(token.encode()).digest(), "big")
    letters = []
    for _ in range(CODE_LENGTH):
        number, place = divmod(number, len(LETTERS))
        letters.append(LETTERS[place])
    return "".join(letters)


def read_code(text: str) -> str:
    """As typed by a person: small letters, spaces and dashes do not matter."""
    return re.sub(r"[\s-]", "", text).upper()


def _is_shown_whole(text: str) -> bool:
    """One line without anything that cannot be seen, since it stands in a signed receipt."""
    try:
        return _LINE.fullmatch(plain(text)) is not None
    except ValueError:
        return False


def is_own(request: HelpedRequest, prepared_here: Sequence[str]) -> bool:
    """Whether this browser prepared it; who helps does not decide."""
    return request.id in prepared_here
