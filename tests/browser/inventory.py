"""Every page of the four services: where the tour meets it, by which route, and who reads it.

A new page belongs here, with a stop in tools/browser_tour.py; a test compares this with the routes.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """One stop of the tour; `consent` marks the pages between a request and its outcome."""

    service: str
    route: str
    reader: str = "citizen"
    consent: bool = False


def _hub(route: str) -> Place:
    return Place("hub", route, "visitor")


def _issuer(route: str) -> Place:
    return Place("issuer", route)


def _wallet(route: str) -> Place:
    return Place("wallet", route)


def _asks(route: str) -> Place:
    return Place("wallet", route, consent=True)


def _desk(route: str) -> Place:
    return Place("verifier", route)


def _staff(route: str) -> Place:
    return Place("verifier", route, "worker")


NOWHERE = "(no route)"
INVENTORY: dict[str, Place] = {
    "1-hub": _hub("GET /"),
    "1-question": _hub("GET /scenarios/<scenario_id>"),
    "1-help": _hub("GET /help"),
    "1-about": _hub("GET /about"),
    "2-signing-in": _wallet("GET /sign-in"),
    "2-signing-in-wrong": _wallet("POST /sign-in"),
    "2-account-wrong": _wallet("POST /accounts/new"),
    "2-wallet": _wallet("GET /"),
    "2-account": _wallet("GET /accounts/new"),
    "2-empty": _wallet("GET /"),
    "2-cards-empty": _wallet("GET /cards"),
    "2-history-empty": _wallet("GET /history"),
    "2-mandates-empty": _wallet("GET /mandates"),
    "2-advice-empty": _wallet("GET /advice/averaging"),
    "3-collect": _wallet("GET /collect"),
    "3-collect-card": _wallet("POST /collect"),
    "3-offer-sign-in": _wallet("GET /offers/<offer_id>"),
    "3-issuer-consent": _issuer("GET /<organisation>/consent"),
    "3-offer-signed-in": _wallet("GET /offers/<offer_id>"),
    "3-offer-wrong-pin": _wallet("POST /offers/<offer_id>/accept"),
    "3-organisations": _issuer("GET /"),
    "3-sign-in": _issuer("GET /sign-in"),
    "3-cards": _wallet("GET /cards"),
    "3-card": _wallet("GET /cards/<card_id>"),
    "3-card-delete": _wallet("GET /cards/<card_id>/delete"),
    "3-advice": _wallet("GET /advice/averaging"),
    "4-desk": _desk("GET /"),
    "4-offer": _desk("GET /services/<service>"),
    "4-missing": _asks("GET /requests/<request_id>/<int:step>"),
    "4-name": _desk("GET /name"),
    "4-name-code": _desk("GET /presentations/<request_id>"),
    "4-wallet-knows-no-mandates": _desk("GET /cases/<mandate_id>"),
    "4-read-here": Place("verifier", "GET /cases/<mandate_id>/text", consent=True),
    "4-advice-offer": _desk("GET /services/averaging/advice"),
    "4-rights": _desk("GET /rights"),
    "4-supervisor": _desk("GET /supervisor"),
    "4-help": _desk("GET /help-somebody"),
    "4-help-paper": _desk("GET /help-somebody/<helped_id>"),
    "4-code": _desk("GET /code"),
    "4-code-wrong": _desk("POST /code"),
    "4-code-asked": Place("verifier", "GET /code/request", consent=True),
    "4-code-refused": Place("verifier", "POST /code/request", consent=True),
    "4-counter": _staff("GET /counter"),
    "4-counter-identity": _staff("POST /counter"),
    "4-counter-sign": Place("verifier", "GET /counter/<mandate_id>", consent=True),
    "5-stop": _asks("GET /requests/<request_id>/stop"),
    "5-pin": _asks("GET /requests/<request_id>/confirm"),
    "5-pin-wrong": _asks("POST /requests/<request_id>/approve"),
    "5-declined": _desk("GET /cases/<mandate_id>"),
    "5-result-declined": _asks("GET /requests/<request_id>/result"),
    "6-receipt": _desk("GET /cases/<mandate_id>"),
    "6-result-shared": _asks("GET /requests/<request_id>/result"),
    "6-counter-receipt": _desk("GET /cases/<mandate_id>"),
    "6-advice": _desk("GET /advice/<request_id>"),
    "6-name-told": _desk("GET /presentations/<request_id>"),
    "7-decision": _desk("GET /cases/<mandate_id>/decision"),
    "7-second-use": _desk("POST /cases/<mandate_id>/use"),
    "7-case-used": _desk("GET /cases/<mandate_id>"),
    "7-use-receipt": _desk("GET /cases/<mandate_id>/receipt"),
    "7-approach": _staff("GET /cases/<mandate_id>/approach"),
    "7-counter-decision": _desk("GET /cases/<mandate_id>/decision"),
    "7-revoked-use": _desk("POST /cases/<mandate_id>/use"),
    "8-mandates": _wallet("GET /mandates"),
    "8-mandate": _wallet("GET /mandates/<mandate_id>"),
    "8-history": _wallet("GET /history"),
    "8-home": _wallet("GET /"),
    "8-mandate-receipt": _wallet("GET /mandates/<mandate_id>/receipt"),
    "8-collect-receipt": _wallet("GET /mandates/<mandate_id>/collect-receipt"),
    "8-approaches": _wallet("GET /mandates/<mandate_id>/approaches"),
    "8-settings": _wallet("GET /settings"),
    "8-history-delete": _wallet("GET /history/<entry_id>/delete"),
    "8-rights-empty": _wallet("GET /rights"),
    "8-rights": _wallet("GET /rights"),
    "8-contact": _wallet("GET /rights/contact/<entry_id>"),
    "8-erasure": _wallet("GET /rights/erasures/<mandate_id>"),
    "8-rights-request": _wallet("GET /rights/requests/<rights_id>"),
    "8-report": _wallet("GET /rights/reports/<entry_id>"),
    "8-export": _wallet("GET /rights/export"),
    "8-withdrawn": _wallet("GET /mandates/<mandate_id>"),
    "9-check": Place("verifier", "GET /check", "visitor"),
    "9-check-result": Place("verifier", "POST /check", "visitor"),
    "9-lint": Place("verifier", "GET /lint", "worker"),
    "9-lint-result": Place("verifier", "POST /lint", "worker"),
    "9-inbox": _staff("GET /inbox"),
    "9-inbox-item": _staff("GET /inbox/<request_id>"),
    "9-reports": _staff("GET /supervisor/inbox"),
    "9-reports-item": _staff("GET /supervisor/inbox/<reference>"),
    "9-code-explained": _wallet("GET /errors/<code>"),
    "9-locked": _wallet("GET /locked"),
    "9-bad-offer": _wallet("GET /offer"),
    "9-signed-out": _wallet("GET /"),
}
INVENTORY |= {f"9-nowhere-{name}": Place(name, NOWHERE) for name in ("hub", "issuer", "wallet", "verifier")}
INVENTORY |= {
    f"3-{organisation}{what}": place
    for organisation in ("municipality", "tax-authority", "bank")
    for what, place in {
        "": _issuer("GET /<organisation>/"),
        "-offer": _issuer("GET /<organisation>/collect/<offer_id>"),
        "-wallet": _wallet("GET /offer"),
        "-accept": _wallet("GET /offers/<offer_id>"),
        "-kept": _wallet("GET /offers/<offer_id>"),
    }.items()
}
INVENTORY |= {
    f"5-consent-{number}-{name}": _asks("GET /requests/<request_id>/<int:step>")
    for number, name in enumerate(("asker", "data", "after", "mandate", "confirm"), start=1)
}
INVENTORY |= {
    f"5-{question}-{name}": _asks("GET /requests/<request_id>/<int:step>")
    for question in ("name", "advice", "counter")
    for name in ("asker", "data", "confirm")
}

FOR_MACHINES = ("/api/", "/.well-known/")
NOT_PAGES: dict[str, str] = {
    "static": "files",
    "own": "files",
    "protocol": "the standards' own endpoints",
    "metadata": "the standards' own documents",
    "register": "JSON for other authorities and wallets",
    "authority": "JSON between desk and authority",
    "interface": "the OpenAPI description, shown by the vendored Swagger UI; for developers",
    "receipt_documents": "the standards' own documents",
    "receipt_issuer": "the standards' own endpoints",
    "rights": "JSON between wallet and desk",
    "opt_outs": "JSON between wallet and desk",
    "card_colours": "a stylesheet",
    "health": "JSON for whoever runs the service",
}
LEADS_ON: dict[str, str] = {
    "issuer authorize.begin": "goes on to the consent page",
    "wallet pages_authorization.callback": "goes on to the offer",
    "wallet pages_requests.authorize": "goes on to the request",
    "wallet pages_requests.whole": "goes on to the step or the outcome",
    "verifier pages.returned": "goes on to the case",
    "wallet pages_settings.remaining": "asked by the warning before the lock",
    "wallet pages_receipts.use_receipt": "a download to keep elsewhere",
    "wallet pages_receipts.record": "a download for other software",
    "verifier asking.standing": "asked by the page that waits",
    "verifier receipts.record": "a download for other software",
}
