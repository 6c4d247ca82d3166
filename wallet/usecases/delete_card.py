"""Delete a card: all copies and keys go, what was shared before stays in the history."""

from wallet.domain.card import CardId
from wallet.domain.history import Happening, HistoryKind, HistoryNote, NamedFields
from wallet.domain.refusals import NotFound
from wallet.domain.sealing import Viewer
from wallet.ports import Ports
from wallet.usecases.read_cards import read_card
from wallet.usecases.write_history import sealed_line


def delete_card(id: CardId, *, viewer: Viewer, ports: Ports) -> None:
    """Forget the card; its issuer is not told (ARF PAD_02 to PAD_04)."""
    card = read_card(id, viewer=viewer, ports=ports).card
    note = HistoryNote(
        who=card.issuer.name,
        who_id=card.issuer.id,
        fields=(NamedFields(card.name, tuple(field.label for field in card.fields)),),
    )
    happening = Happening(HistoryKind.CARD_DELETED, "deleted")
    line = sealed_line(note, happening, viewer=viewer, at=ports.clock(), ports=ports)
    if not ports.stores.cards.remove(id, line):
        raise NotFound
