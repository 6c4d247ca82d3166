"""The citizen takes up a helped request: on a device of their own, or at the counter."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from chassis.tokens import token_hash
from consent.plain_text import Lang
from verifier.domain.guessing import GUESSES_WITHIN, Guesses
from verifier.domain.helping import (
    COUNTER,
    OWN_DEVICE,
    REFUSED,
    End,
    HelpedRequest,
    is_own,
    read_code,
)
from verifier.domain.helping_refusals import (
    CodeRefused,
    HelperMayNotConfirm,
    IdentityNotChecked,
    PaperNotSigned,
    TooManyWrongCodes,
)
from verifier.domain.mandate import MandateId
from verifier.ports import Ports
from verifier.usecases.confirm_at_desk import confirm_text, propose_text_for
from verifier.usecases.find_mandate import read_mandate
from verifier.usecases.keep_answer import evidence_term
from verifier.usecases.start_mandate_request import start_mandate_request
from verifier.usecases.start_presentation import Started


@dataclass(frozen=True, slots=True)
class Typed:
    """A code as somebody typed it, what this browser prepared itself, and from which network it came."""

    unverified_code: str = field(repr=False)
    prepared_here: Sequence[str] = ()
    at_counter: bool = False
    network: str = ""


def read_help(typed: Typed, *, ports: Ports) -> HelpedRequest:
    """Step 3 of docs/flows/helping.md: who helps with what; unknown, used and late are one answer.

    Guesses are counted for each client: a code has 38 bits and an hour. At the counter, where staff
    type, they are not; and nothing typed is no guess, or any page that leads here could use them up.
    """
    now = ports.clock()
    if not typed.at_counter and _guesses(typed, ports).too_many:
        ports.audit("help_refused", check="guesses")
        raise TooManyWrongCodes
    found = ports.store.helping.waiting_for(token_hash(read_code(typed.unverified_code)), now=now)
    if found is None:
        if typed.unverified_code and not typed.at_counter:
            ports.store.helping.wrong_code(typed.network, at=now, forget=now - GUESSES_WITHIN)
        ports.audit("help_refused", check="code")
        raise CodeRefused
    if is_own(found, typed.prepared_here):
        ports.audit("help_refused", check="other_browser", helped=found.id)
        raise HelperMayNotConfirm
    return found


def _guesses(typed: Typed, ports: Ports) -> Guesses:
    return ports.store.helping.guesses(typed.network, since=ports.clock() - GUESSES_WITHIN)


def confirm_on_own_device(typed: Typed, *, lang: Lang, ports: Ports) -> Started:
    """Step 4: the code is spent and the citizen's own wallet is asked, as without a helper."""
    found = read_help(typed, ports=ports)
    started = start_mandate_request(found.service, lang=lang, ports=ports)
    _take_up(found, OWN_DEVICE, started.mandate_id, ports=ports)
    return started


def refuse_help(typed: Typed, *, ports: Ports) -> None:
    """The citizen does not want this help: the code is spent, and the helper sees that much."""
    found = read_help(typed, ports=ports)
    if not ports.store.helping.end(found, End(REFUSED, ports.clock())):
        raise CodeRefused
    ports.audit("help_declined", helped=found.id)


def open_at_counter(typed: Typed, *, identity_seen: bool, lang: Lang, ports: Ports) -> MandateId:
    """Step 5: somebody of the desk saw who this is; the text is stored, to be printed, read and signed."""
    if not identity_seen:
        raise IdentityNotChecked
    found = read_help(typed, ports=ports)
    mandate_id = propose_text_for(found.service, lang=lang, ports=ports)
    _take_up(found, COUNTER, mandate_id, ports=ports)
    return mandate_id


def confirm_at_counter(mandate_id: MandateId, *, signed_on_paper: bool, ports: Ports) -> Started:
    """Step 6: the signed paper makes the weaker grant; the wallet is asked for the data, with the PIN."""
    if not signed_on_paper:
        raise PaperNotSigned
    return confirm_text(mandate_id, ports=ports)


def _take_up(found: HelpedRequest, place: str, mandate_id: MandateId | None, *, ports: Ports) -> None:
    """What was started for a code that somebody else spent in between is never shown, and expires."""
    document = read_mandate(mandate_id or "", ports=ports).document
    forget = document.ends() + evidence_term(document)
    if not ports.store.helping.end(found, End(place, ports.clock(), mandate_id, forget)):
        raise CodeRefused
    ports.audit("help_taken_up", helped=found.id, mandate=mandate_id, place=place)
