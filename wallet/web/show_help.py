"""Put into words who helped to give a mandate, and where it was confirmed."""

from flask_babel import gettext as _

from consent.receipts import Help

Row = tuple[str, str]


def help_rows(helped_by: Help | None) -> list[Row]:
    """Nothing where nobody helped; without a name where a receipt tells none."""
    if helped_by is None:
        return []
    parts = (helped_by.name, helped_by.organisation, relation_text(helped_by.relation))
    return [
        (str(_("Who helped")), " · ".join(part for part in parts if part)),
        (str(_("Where you gave it")), place_text(helped_by.place)),
    ]


def relation_text(relation: str) -> str:
    """What the helper is to the citizen."""
    return str(
        {
            "family": _("family"),
            "friend": _("friend or neighbour"),
            "volunteer": _("volunteer"),
            "professional": _("professional"),
        }[relation]
    )


def place_text(place: str) -> str:
    """Where the citizen said yes."""
    return str({"own_device": _("On a device of your own"), "counter": _("At the counter")}[place])
