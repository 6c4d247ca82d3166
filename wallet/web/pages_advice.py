"""Pages of advice: what the wallet works out from the cards held, before anything is asked or sent."""

from flask import Blueprint, render_template

from chassis.forms import query_once
from wallet.usecases.advise_averaging import averaging_advice
from wallet.web import show_advice
from wallet.web.entrance import citizen, ports, safe_path

pages_advice = Blueprint("pages_advice", __name__)


@pages_advice.get("/advice/averaging")
def averaging() -> str:
    """Whether income averaging is worth asking for."""
    told = averaging_advice(viewer=citizen().viewer, ports=ports())
    back = safe_path(query_once().get("back", ""))
    rows, why = show_advice.rows(told.assessments), show_advice.why_not(told.advice.code)
    return render_template("wallet/advice_averaging.html", told=told, back=back, rows=rows, why=why)
