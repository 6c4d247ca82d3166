"""A developer's order becomes a request: any question, or the mandate that this desk lives on."""

from consent.plain_text import Lang
from verifier.domain.order import MandateOrder, PresentationOrder
from verifier.ports import Ports
from verifier.usecases.start_mandate_request import start_mandate_request
from verifier.usecases.start_presentation import Started, start_presentation

SERVICE = "averaging"


def order_presentation(order: PresentationOrder, *, lang: Lang, ports: Ports) -> Started:
    """Without a question of its own the order is for the mandate."""
    if order.query is not None:
        return start_presentation(order, order.query, ports=ports)
    return start_mandate_request(
        SERVICE, lang=lang, ports=ports, order=MandateOrder(manner=order.manner, method=order.method)
    )
