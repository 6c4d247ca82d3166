"""Note what was on an approved screen: names of fields in three columns, and the receipt; never a value."""

from collections.abc import Iterable
from typing import Final

from consent.receipt import ConsentReceipt
from consent.screen import ConsentScreen, NotShared
from wallet.domain.history import HistoryNote, NamedFields
from wallet.domain.words import Words

STATED: Final = Words("antwoord dat uw wallet zelf uitrekende", "answer that your wallet worked out itself")


def note_of(screen: ConsentScreen, receipt: ConsentReceipt) -> HistoryNote:
    """The line that the citizen reads later; it stays true when cards come and go."""
    follows = [one.label for one in screen.worked_out] + [one.tells for one in screen.conclusions]
    return HistoryNote(
        who=Words(screen.asker.organisation, screen.asker.organisation),
        who_id=screen.asker.identifier,
        purpose=screen.purpose,
        fields=(*_stated(screen), *_sent(screen)),
        mandate_id=screen.mandate.mandate_id if screen.mandate else None,
        receipt=receipt.model_dump(mode="json"),
        kept=_by_card(screen.not_shared),
        worked_out=tuple(dict.fromkeys(follows)),
    )


def _sent(screen: ConsentScreen) -> tuple[NamedFields, ...]:
    return tuple(NamedFields(card.name, tuple(row.label for row in card.rows)) for card in screen.shared)


def _stated(screen: ConsentScreen) -> tuple[NamedFields, ...]:
    """That the wallet gave an answer of its own; which one is a value, and stays out."""
    if screen.statement is None:
        return ()
    return (NamedFields(Words("Uw wallet", "Your wallet"), (STATED,)),)


def _by_card(fields: Iterable[NotShared]) -> tuple[NamedFields, ...]:
    """Cards of one name together, each name of a field once."""
    named: dict[Words, dict[Words, None]] = {}
    for field in fields:
        named.setdefault(field.card_name, {})[field.label] = None
    return tuple(NamedFields(card, tuple(labels)) for card, labels in named.items())
