"""A question for a card against one purpose of the register."""

from collections.abc import Callable, Iterator

from consent.field_verdict import (
    CHOICE,
    NOT_LISTED,
    OTHER_CARD,
    SEVERAL,
    FieldVerdict,
    Verdict,
    fields_asked,
    too_much,
    types_asked,
    words_of,
)
from consent.purpose import Forbidden, NeededCard, NeededClaim, Purpose
from openid4vc.dcql.path import ClaimPath
from openid4vc.dcql.query import CredentialQuery, DcqlQuery, Meta
from openid4vc.trust.surplus import RegisteredClaim, RegisteredCredential, surplus_claims


class ByPurpose:
    """Each question for a card uses up one card of the purpose: three years are three, not four."""

    def __init__(self, purpose: Purpose, vct_of: Callable[[str], str]) -> None:
        self._purpose, self._vct_of = purpose, vct_of
        self._unused = list(purpose.data)

    def judge(self, wanted: CredentialQuery) -> Iterator[FieldVerdict]:
        """A verdict on the card and on each field, for every type that would do."""
        for vct in types_asked(wanted):
            card = self._card_for(wanted, vct)
            for path in fields_asked(wanted):
                yield self._field(wanted, vct, path, card)

    def _card_for(self, wanted: CredentialQuery, vct: str) -> NeededCard | None:
        """The card of the same name first, where several would do."""
        fitting = [card for card in self._unused if self._vct_of(card.vct) == vct and _narrow(wanted, card)]
        fitting.sort(key=lambda card: card.query != wanted.id)
        if not fitting or not wanted.answerable:
            return None
        self._unused.remove(fitting[0])
        return fitting[0]

    def _field(
        self, wanted: CredentialQuery, vct: str, path: ClaimPath, card: NeededCard | None
    ) -> FieldVerdict:
        rule = self._never(vct, path)
        if rule is not None:
            return too_much(wanted, vct, path, "forbidden", rule.rule, words_of(rule.reason))
        if card is None:
            return too_much(wanted, vct, path, "surplus", None, OTHER_CARD)
        if not path:
            return self._card_itself(wanted, vct, card)
        claim = next((one for one in card.claims if _covers(wanted, card, one, path)), None)
        if claim is None:
            return too_much(wanted, vct, path, "surplus", None, NOT_LISTED)
        milder = CHOICE if claim.need == "optional" else None
        return FieldVerdict(
            wanted.id,
            vct,
            path,
            claim.need,
            claim.rule or self._purpose.legal_basis,
            words_of(claim.reason),
            words_of(claim.milder) if claim.milder else milder,
        )

    def _card_itself(self, wanted: CredentialQuery, vct: str, card: NeededCard) -> FieldVerdict:
        if wanted.multiple:
            return too_much(wanted, vct, (), "surplus", None, SEVERAL)
        need: Verdict = "needed" if card.needed else "optional"
        milder = None if card.needed else CHOICE
        basis, title = self._purpose.legal_basis, words_of(self._purpose.title)
        return FieldVerdict(wanted.id, vct, (), need, basis, title, milder)

    def _never(self, vct: str, path: ClaimPath) -> Forbidden | None:
        """A rule for the card counts for the card and all in it; a rule for a field also for its whole."""
        for rule in self._purpose.never:
            if self._vct_of(rule.vct) != vct:
                continue
            if rule.path is None or (path and _on_one_line(path, rule.path)):
                return rule
        return None


def _narrow(wanted: CredentialQuery, card: NeededCard) -> bool:
    """Where the register names values (this year), the question names some of them and no others."""
    asked = {claim.path: claim.values for claim in wanted.claims or ()}
    return all(
        not claim.values or (asked.get(claim.path) and set(asked[claim.path] or ()) <= set(claim.values))
        for claim in card.claims
    )


def _covers(wanted: CredentialQuery, card: NeededCard, claim: NeededClaim, path: ClaimPath) -> bool:
    """The field of the register or a part of it, by the same rule as a registration."""
    entry = RegisteredCredential(
        format=wanted.format,
        meta=Meta(vct_values=(card.vct,)),
        claim=(RegisteredClaim(path=claim.path),),
    )
    asked = CredentialQuery.model_validate(
        {
            "id": wanted.id,
            "format": wanted.format,
            "meta": {"vct_values": [card.vct]},
            "claims": [{"path": list(path)}],
        }
    )
    return not surplus_claims([entry], DcqlQuery(credentials=(asked,)))


def _on_one_line(path: ClaimPath, ruled: ClaimPath) -> bool:
    return all(
        one == two or (None in (one, two) and not isinstance(one, str) and not isinstance(two, str))
        for one, two in zip(path, ruled, strict=False)
    )
