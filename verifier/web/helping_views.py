"""What the pages of the assisted road show."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from chassis.ui.filters import written_moment
from consent.mandate_text import mandate_sections
from verifier.domain.helping import COUNTER, RELATIONS, HelpedRequest, Helper
from verifier.ports import Ports
from verifier.usecases.start_mandate_request import mandate_of
from verifier.web.wording import lang_of


def form(given: Mapping[str, str], ports: Ports, code: str) -> dict[str, Any]:
    """The services to choose from, and who helpers can be."""
    return {
        "given": {name: given.get(name, "") for name in ("service", "name", "relation", "organisation")},
        "services": _services(ports, code),
        "relations": [{"value": one, "label": relation_words(one)} for one in RELATIONS],
    }


def paper(found: HelpedRequest, code: str, ports: Ports, lang_code: str) -> dict[str, Any]:
    """The code in two groups, the text as it will be asked, and how far it is."""
    now, lang = ports.clock(), lang_of(lang_code)
    mandate = mandate_of(found.service, lang=lang, now=now, ports=ports)
    return {
        "state": found.state(now=now),
        "code": f"{code[:4]} {code[4:]}",
        "until": found.code_until,
        "service": dict(_services(ports, lang_code))[found.service],
        "name": found.helper.name,
        "helper": helper_words(found.helper),
        "desk": ports.town.desk.name,
        "code_page": f"{ports.addresses.own}/code",
        "text": mandate_sections(mandate, lang),
        "text_lang": lang,
    }


def asked(found: HelpedRequest, ports: Ports, code: str) -> dict[str, Any]:
    """Who helps with what, and until when the code works."""
    offer = ports.town.offers[found.service]
    rows = [
        (_("Who helps you"), helper_words(found.helper)),
        (_("What for"), dict(_services(ports, code))[found.service]),
        (_("Who arranges it"), ports.town.desk.name),
        (_("Who decides"), ports.town.authorities[offer.authority].name),
        (_("Prepared on"), written_moment(found.prepared_at)),
    ]
    return {"rows": rows, "name": found.helper.name, "desk": ports.town.desk.name}


def helped_rows(found: HelpedRequest | None) -> list[tuple[str, str]]:
    """For receipts: who helped, and where it was confirmed."""
    if found is None:
        return []
    where = (
        _("At the counter. The desk saw who you are. You signed on paper.")
        if found.place == COUNTER
        else _("On a device of your own")
    )
    return [(_("Who helped"), helper_words(found.helper)), (_("Where it was given"), where)]


def helper_words(helper: Helper) -> str:
    """The name, the organisation, and what they are to the citizen."""
    parts = (helper.name, helper.organisation, relation_words(helper.relation))
    return " · ".join(part for part in parts if part)


def relation_words(relation: str) -> str:
    """What a helper is to the citizen."""
    words: dict[str, str] = {
        "family": _("family"),
        "friend": _("friend or neighbour"),
        "volunteer": _("volunteer"),
        "professional": _("helps for their work"),
    }
    return words[relation]


def _services(ports: Ports, code: str) -> list[tuple[str, str]]:
    lang = lang_of(code)
    return [(name, ports.purposes[name].title.in_language(lang)) for name in ports.town.offers]
