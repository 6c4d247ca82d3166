"""Put what can be chosen in a request into questions: which card, how much of it, which card beside it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _

from chassis.ui.filters import written_date
from consent.card_fields import is_visible, leaves
from consent.choosing import Choice, SetOfClaims
from openid4vc.dcql.match import Selection
from openid4vc.dcql.path import ClaimPath, covers
from wallet.domain.card import Card
from wallet.usecases.show_request import OpenRequest
from wallet.web.show import say
from wallet.web.value_words import value_text

CARD, SET, EXTRA, OPTION, GRADE = "card.", "set.", "extra.", "option.", "grade"


@dataclass(frozen=True, slots=True)
class Option:
    """One answer: `facts` are names with values, exactly as they would be sent."""

    value: str
    label: str
    facts: tuple[str, ...]
    chosen: bool

    @property
    def hint(self) -> str:
        """The facts in one line."""
        return " · ".join(self.facts)


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to choose, under the name that the form sends."""

    name: str
    legend: str
    options: tuple[Option, ...]

    @property
    def value(self) -> str:
        """The answer that holds now."""
        return next((one.value for one in self.options if one.chosen), "")


def card_questions(shown: OpenRequest) -> list[Question]:
    """Return a question for each query that several cards would answer; the newest is first."""
    used = {card.query_id: card.card_id for card in shown.screen.shared} if shown.screen else {}
    asked = (
        Question(f"{CARD}{query}", _legend(found, shown), _different(_cards(found, used[query], shown)))
        for query, found in shown.fitting.items()
        if len(found) > 1 and query in used and not _takes_several(query, shown)
    )
    return [one for one in asked if len(one.options) > 1]


def set_questions(shown: OpenRequest) -> list[Question]:
    """Return a question for each query that more or other fields would answer; the least is first."""
    used = {card.query_id: card.card_id for card in shown.screen.shared} if shown.screen else {}
    if shown.advice is not None:
        return [_grades(shown)] if used else []
    return [
        Question(
            f"{SET}{query}",
            str(_("How much do you share from: %(card)s?", card=say(_card(used[query], shown).name))),
            tuple(_set(one, _card(used[query], shown)) for one in found),
        )
        for query, found in shown.choices.sets.items()
        if query in used
    ]


def extra_questions(shown: OpenRequest) -> list[Question]:
    """Return what may be added, each by itself; nothing of it is ticked until the citizen does."""
    return [
        Question(f"{EXTRA}{number}", "", (_extra(extra.query_ids, extra.chosen, shown),))
        for number, extra in enumerate(shown.choices.extras)
    ]


def choice_of(form: Mapping[str, str], shown: OpenRequest) -> Choice:
    """Read a form of these questions; what it does not name is the least."""
    extras = [
        name
        for number, extra in enumerate(shown.choices.extras)
        if f"{EXTRA}{number}" in form
        for name in extra.query_ids
    ]
    sets = {name: text for name, text in _under(SET, form) if _is_number(text)}
    options = {place: int(text[:4]) for place, text in _under(OPTION, form) if _is_number(text)}
    if shown.advice is not None and _is_number(form.get(GRADE, "")):
        sets = dict.fromkeys(shown.choices.sets, form[GRADE])
    return Choice(
        cards=dict(_under(CARD, form)),
        sets={name: int(text[:4]) for name, text in sets.items()},
        optional=frozenset(extras),
        options=options,
    )


def _grades(shown: OpenRequest) -> Question:
    """The grades of advice, one for all cards together: what each shows, and what it costs."""
    found = next(iter(shown.choices.sets.values()), ())
    costs = (
        (_("Only the answer"), _("Shows no amount. The desk must believe your wallet.")),
        (_("The totals of each year"), _("Shows your income of 3 years. The desk can work it out roughly.")),
        (
            _("Everything that the sum needs"),
            _("Shows income and tax of 3 years. The desk can work it out fully."),
        ),
    )
    ordered = sorted(found, key=lambda one: len(one.paths))
    options = tuple(
        Option(str(one.index), str(label), (str(cost),), one.chosen)
        for one, (label, cost) in zip(ordered, costs, strict=False)
    )
    return Question(GRADE, str(_("How much do you share for this advice?")), options)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _under(prefix: str, form: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    return ((name.removeprefix(prefix), value) for name, value in form.items() if name.startswith(prefix))


def _different(options: Iterable[Option]) -> tuple[Option, ...]:
    """Of cards that send the same and end on the same day one is enough: the one in use, or the newest."""
    kept: dict[tuple[str, ...], Option] = {}
    for option in options:
        if option.facts not in kept or option.chosen:
            kept[option.facts] = option
    return tuple(kept.values())


def _takes_several(query: str, shown: OpenRequest) -> bool:
    wanted = shown.verified.request.dcql_query.query(query)
    return wanted is not None and wanted.multiple


def _card(id: str, shown: OpenRequest) -> Card:
    return next(held.card for held in shown.cards if held.card.id == id)


def _legend(found: tuple[Selection, ...], shown: OpenRequest) -> str:
    return str(_("Which card do you use: %(card)s?", card=say(_card(found[0].candidate_id, shown).name)))


def _cards(found: tuple[Selection, ...], used: str, shown: OpenRequest) -> Iterator[Option]:
    """Cards with what they would send where that differs, and their dates."""
    sent = [tuple(_sent(one, _card(one.candidate_id, shown))) for one in found]
    alike = set(sent[0]).intersection(*sent[1:])
    for one, facts in zip(found, sent, strict=True):
        card = _card(one.candidate_id, shown)
        dates = [str(_("collected on %(date)s", date=written_date(card.collected_at)))]
        if card.expires_at:
            dates.append(str(_("valid until %(date)s", date=written_date(card.expires_at))))
        differing = tuple(fact for fact in facts if fact not in alike)
        yield Option(card.id, f"{say(card.name)}, {dates[0]}", (*differing, *dates[1:]), card.id == used)


def _set(one: SetOfClaims, card: Card) -> Option:
    label = _("This too") if one.more else _("Only this")
    paths = one.more or one.paths
    return Option(str(one.index), str(label), tuple(_facts(paths, card)), one.chosen)


def _extra(queries: Iterable[str], chosen: bool, shown: OpenRequest) -> Option:
    cards, facts = would_send(queries, shown)
    label = _("Yes, also share: %(card)s", card=", ".join(say(card.name) for card in cards))
    return Option("yes", str(label), facts, chosen)


def would_send(queries: Iterable[str], shown: OpenRequest) -> tuple[list[Card], tuple[str, ...]]:
    """The cards that would answer these queries, those in use or else the newest, and what they show."""
    used = {card.query_id: card.card_id for card in shown.screen.shared} if shown.screen else {}
    found = [_in_use(shown.fitting[name], used.get(name)) for name in queries]
    cards = [_card(one.candidate_id, shown) for one in found]
    return cards, tuple(fact for one, card in zip(found, cards, strict=True) for fact in _sent(one, card))


def _in_use(found: tuple[Selection, ...], used: str | None) -> Selection:
    return next((one for one in found if one.candidate_id == used), found[0])


def _sent(selection: Selection, card: Card) -> Iterator[str]:
    """Every field that this selection makes visible, with its value."""
    labels = {field.path: say(field.label) for field in card.fields}
    for place, value in leaves(card.claims):
        if is_visible(place, card.disclosable, selection.paths):
            yield f"{labels.get(place, place[-1])}: {value_text(value, place)}"


def _facts(paths: Iterable[ClaimPath], card: Card) -> Iterator[str]:
    labels = {field.path: say(field.label) for field in card.fields}
    for path in paths:
        for place, value in leaves(card.claims):
            if covers(path, place[: len(path)]):
                yield f"{labels.get(place, place[-1])}: {value_text(value, place)}"
