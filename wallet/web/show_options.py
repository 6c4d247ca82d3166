"""Put the ways to answer a compulsory set of a request into a question: one of them goes along."""

from flask_babel import gettext as _
from flask_babel import ngettext

from consent.options import Option as Combination
from wallet.usecases.show_request import OpenRequest
from wallet.web.show import say
from wallet.web.show_choices import OPTION, Option, Question, would_send


def option_questions(shown: OpenRequest) -> list[Question]:
    """Return a question for each set that several cards would answer; the least is first."""
    if shown.screen is None:
        return []
    return [
        Question(
            f"{OPTION}{place}",
            str(_("Which of these do you share?")),
            tuple(_option(one, shown) for one in found),
        )
        for place, found in shown.choices.options.items()
    ]


def _option(one: Combination, shown: OpenRequest) -> Option:
    cards, facts = would_send(one.query_ids, shown)
    names = str(_(" and ")).join(dict.fromkeys(say(card.name) for card in cards))
    label = ngettext("%(cards)s: %(num)s fact", "%(cards)s: %(num)s facts", len(facts), cards=names)
    return Option(str(one.index), str(label), facts, one.chosen)
