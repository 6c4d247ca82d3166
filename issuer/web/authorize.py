"""The authorization endpoint and its consent page: the part of the code flow that happens in a browser."""

from flask import Blueprint, Response, current_app, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as BaseResponse

from chassis.forms import form_once, query_once
from chassis.origins import parse_url
from chassis.refusals import DomainRefusal
from issuer.usecases.authorize import agree, ask_consent, begin_authorization, decline
from issuer.usecases.refusals import NotSignedIn
from issuer.web.asking import organisation_at, ports
from issuer.web.signed_in import required, signed_in
from issuer.web.words import page as error_page
from openid4vc.errors import InvalidRequest
from openid4vc.oauth.par import AuthorizationReference

Answer = str | BaseResponse

authorize = Blueprint("authorize", __name__)
authorize.register_error_handler(DomainRefusal, error_page)
authorize.context_processor(lambda: {"persona": signed_in()})


@authorize.get("/<organisation>/authorize")
def begin(organisation: str) -> Answer:
    """Authorization endpoint: only what was pushed (RFC 9126, 4); the rest happens on our own page."""
    tenant = organisation_at(organisation)
    reference = AuthorizationReference.from_query(query_once())
    session["authorization"] = begin_authorization(reference, organisation=tenant, ports=ports())
    return redirect(url_for("authorize.consent_form", organisation=tenant.path), 303)


@authorize.get("/<organisation>/consent")
def consent_form(organisation: str) -> Answer:
    """Which wallet wants to collect what."""
    tenant = organisation_at(organisation)
    consent = ask_consent(_browser(), persona=required(), organisation=tenant, ports=ports())
    wallet = parse_url(consent.redirect_uri)
    page = render_template("issuer/consent.html", organisation=tenant, consent=consent, wallet=wallet.netloc)
    return _leading_to(wallet.origin, page)


@authorize.post("/<organisation>/consent")
def consent(organisation: str) -> Answer:
    """Back to the wallet with the citizen's decision: 303, so that no form travels along (RFC 9700, 4.12)."""
    tenant = organisation_at(organisation)
    back = DECISIONS[_choice()](tenant.path)
    session.pop("authorization", None)
    return redirect(back, 303)


@authorize.errorhandler(NotSignedIn)
def sign_in_first(_refusal: NotSignedIn) -> Answer:
    """To the mock sign-in and back to this question."""
    tenant = organisation_at((request.view_args or {}).get("organisation", ""))
    return redirect(url_for("pages.sign_in_form", to=f"{tenant.path}/consent"), 303)


def _leading_to(origin: str, page: str) -> Response:
    """Browsers hold form-action against redirects after a form too: this form may end at this wallet."""
    policy = current_app.extensions["policy"].replace("form-action", f"form-action {origin}")
    return Response(page, headers={"Content-Security-Policy": policy})


def _yes(organisation: str) -> str:
    tenant = organisation_at(organisation)
    return agree(_browser(), persona=required(), organisation=tenant, ports=ports())


def _no(organisation: str) -> str:
    return decline(_browser(), organisation=organisation_at(organisation), ports=ports())


DECISIONS = {"yes": _yes, "no": _no}


def _choice() -> str:
    """Neither button is no decision."""
    choice = form_once().get("choice", "")
    if choice not in DECISIONS:
        raise InvalidRequest("choose yes or no")
    return choice


def _browser() -> str:
    return session.get("authorization") or ""
