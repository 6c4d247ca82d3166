"""Pages for people: see which organisation has what, sign in as somebody, collect."""

from flask import Blueprint, Response, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as BaseResponse

from chassis.forms import form_once
from chassis.language import language
from chassis.refusals import DomainRefusal
from issuer.domain.organisation import Organisation
from issuer.domain.persona import Persona
from issuer.usecases.offer_credential import Wish, offer_credential, show_offer
from issuer.usecases.refusals import NothingChosen, UnknownPersona
from issuer.web.asking import organisation_at, ports
from issuer.web.picture import qr_code
from issuer.web.signed_in import required, signed_in
from issuer.web.words import page

Answer = str | BaseResponse
DESTINATIONS = {"": "pages.organisation", "consent": "authorize.consent_form"}

pages = Blueprint("pages", __name__)
pages.register_error_handler(DomainRefusal, page)


@pages.context_processor
def who() -> dict[str, Persona | None]:
    """Who is signed in, for the header of every page."""
    return {"persona": signed_in()}


@pages.get("/")
def home() -> Answer:
    """Which organisations there are, and what each of them has."""
    return render_template("issuer/home.html", organisations=ports().organisations)


@pages.get("/sign-in")
def sign_in_form() -> Answer:
    """The mock sign-in: no check, only a choice."""
    return _sign_in_page()


@pages.post("/sign-in")
def sign_in() -> Answer:
    """Remember who was chosen, in a fresh session, and go where they were going."""
    form = form_once()
    persona = _known(form.get("persona", ""))
    underway = session.get("authorization")
    session.clear()
    session.update(persona=persona.id, authorization=underway)
    return redirect(_destination(form.get("to", "")), 303)


@pages.errorhandler(UnknownPersona)
def nobody_chosen(_refusal: UnknownPersona) -> Answer:
    """The same form again, with what is missing."""
    return Response(_sign_in_page(missing=True), status=400)


@pages.post("/sign-out")
def sign_out() -> Answer:
    """Forget who was chosen."""
    session.clear()
    return redirect(url_for("pages.home"), 303)


@pages.get("/<organisation>/")
def organisation(organisation: str) -> Answer:
    """What you can collect here, and which data each of them holds."""
    return _collect_page(organisation_at(organisation))


@pages.post("/<organisation>/")
def collect(organisation: str) -> Answer:
    """Make the offer and go to the page that shows it."""
    tenant, form = organisation_at(organisation), form_once()
    chosen = tuple(each.id for each in tenant.configurations if each.id in form)
    view = offer_credential(Wish(required().id, chosen), ports=ports())
    return redirect(url_for("pages.offer", organisation=tenant.path, offer_id=view.id), 303)


@pages.errorhandler(NothingChosen)
def nothing_chosen(_refusal: NothingChosen) -> Answer:
    """The same form again, with what is missing."""
    tenant = organisation_at((request.view_args or {}).get("organisation", ""))
    return Response(_collect_page(tenant, missing=True), status=400)


@pages.get("/<organisation>/collect/<offer_id>")
def offer(organisation: str, offer_id: str) -> Answer:
    """The offer: a button for this device, a picture for another, the code apart from both."""
    tenant = organisation_at(organisation)
    view = show_offer(offer_id, persona=required().id, organisation=tenant, ports=ports())
    return render_template(
        "issuer/offer.html",
        organisation=tenant,
        view=view,
        titles=[tenant.title_of(each).in_language(language()) for each in view.configuration_ids],
        wallet_picture=qr_code(view.wallet_link),
        link_picture=qr_code(view.link),
    )


def _collect_page(organisation: Organisation, *, missing: bool = False) -> str:
    return render_template("issuer/organisation.html", organisation=organisation, missing=missing)


def _sign_in_page(*, missing: bool = False) -> str:
    return render_template(
        "issuer/sign_in.html",
        everybody=ports().personas.all,
        to=request.values.get("to", ""),
        missing=missing,
    )


def _known(persona_id: str) -> Persona:
    persona = ports().personas.get(persona_id)
    if persona is None:
        raise UnknownPersona
    return persona


def _destination(to: str) -> str:
    """An organisation of ours or its question, or the start page: never an address from outside."""
    path, _, rest = to.partition("/")
    tenant, endpoint = ports().organisations.get(path), DESTINATIONS.get(rest)
    if tenant is None or endpoint is None:
        return url_for("pages.home")
    return url_for(endpoint, organisation=tenant.path)
