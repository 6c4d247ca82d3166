"""What each named check looks at, in one sentence for a person."""

from collections.abc import Mapping
from typing import Final

from consent.named_check import NamedCheck
from consent.wording import Bilingual

_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    # Evidence of a grant.
    "bundle": ("Het bestand is een bewijs dat wij kunnen lezen.", "The file is evidence that we can read."),
    "signing_time": ("De handtekening noemt een tijd.", "The signature names a time."),
    "question": (
        "De vraag is getekend door wie hem stelde.",
        "The question is signed by who asked it.",
    ),
    "transaction_data": (
        "Alleen deze machtiging zat in de vraag, letter voor letter.",
        "Only this mandate was in the question, letter by letter.",
    ),
    "mandate": (
        "De tekst die de burger las, hoort bij deze machtiging.",
        "The text that the citizen read belongs to this mandate.",
    ),
    "mandatary": (
        "Wie vroeg, is wie mag handelen.",
        "Who asked is who may act.",
    ),
    "scope": (
        "De vraag en de machtiging noemen dezelfde gegevens.",
        "Question and mandate name the same data.",
    ),
    "action": ("De machtiging staat deze handeling toe.", "The mandate allows this act."),
    "term": ("Er is getekend binnen de looptijd.", "It was signed within its term."),
    "identity": (
        "De identiteit komt van een organisatie die wij vertrouwen.",
        "The identity comes from an organisation that we trust.",
    ),
    "key_binding": (
        "De burger tekende deze machtiging voor deze vraag.",
        "The citizen signed this mandate for this question.",
    ),
    "grant_time": ("Er is op tijd geantwoord.", "It was answered in time."),
    "status": ("De kaart was toen niet ingetrokken.", "The card was not withdrawn at that time."),
    "nothing_more": ("Er staat niet meer in dan nodig.", "It holds no more than needed."),
    "trust_list": (
        "De uitgever stond toen op de lijst van vertrouwen.",
        "The issuer was on the list of trust at that time.",
    ),
    "confirmed_at_desk": (
        "Het loket zegt dat de burger de tekst bevestigde. Geen wallet heeft getekend.",
        "The desk says that the citizen confirmed the text. No wallet signed it.",
    ),
    # Receipts.
    "form": ("De tekst is een ontvangstbewijs.", "The text is a receipt."),
    "content": ("Er staat in wat erin hoort.", "It says what a receipt says."),
    "countersignature": ("De beslisser tekende mee.", "The deciding body signed as well."),
    "unchanged": (
        "Er is niets veranderd sinds de beslisser tekende.",
        "Nothing changed since the deciding body signed.",
    ),
    "two_parties": ("Twee verschillende organisaties tekenden.", "Two different organisations signed."),
    "order": (
        "Eerst is de machtiging gebruikt, daarna is er meegetekend.",
        "First the mandate was used, then it was countersigned.",
    ),
}
_SIGNERS: Final[Mapping[str, tuple[str, str]]] = {
    "desk": ("de gemachtigde", "the mandatary"),
    "authority": ("de beslisser", "the deciding body"),
    "register": ("het register", "the register"),
}
_PARTS: Final[Mapping[str, tuple[str, str]]] = {
    "form": ("Het deel van {} heeft de goede vorm.", "The part of {} has the right form."),
    "content": ("De inhoud van het deel van {} is leesbaar.", "The content of the part of {} can be read."),
    "time": (
        "Het deel van {} noemt een tijd die voorbij is.",
        "The part of {} names a time that has passed.",
    ),
    "certificate": ("Het certificaat van {} klopte op die tijd.", "The certificate of {} held at that time."),
    "signature": ("De handtekening van {} klopt.", "The signature of {} holds."),
}


def check_words(check: NamedCheck) -> Bilingual:
    """The sentence that is true when this check held; an unknown name is a KeyError."""
    if check.name in _WORDS:
        return Bilingual(*_WORDS[check.name])
    signer, _, part = check.name.partition("_")
    return Bilingual(*(text.format(who) for text, who in zip(_PARTS[part], _SIGNERS[signer], strict=True)))
