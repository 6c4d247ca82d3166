"""Pages of receipts: collect the one of the grant, read, print and take along the one of the use."""

from flask import Blueprint, Response, redirect, render_template
from flask.typing import ResponseReturnValue

from chassis.forms import form_once
from consent.receipts import RECORD_MEDIA_TYPE
from openid4vc.jose import strict_json
from wallet.domain.mandate import MandateId
from wallet.usecases.collect_receipt import collect_again
from wallet.usecases.read_receipts import held_use_receipt
from wallet.usecases.record_mandate import record_mandate
from wallet.usecases.view_mandate import MandateView, view_mandate
from wallet.web import show_receipts
from wallet.web.entrance import citizen, ports
from wallet.web.errors import shows_again

pages_receipts = Blueprint("pages_receipts", __name__)


@pages_receipts.app_context_processor
def words_of_receipts() -> dict[str, object]:
    """What templates of cards and mandates need to tell a receipt from other cards."""
    return {"receipt_show": show_receipts}


@pages_receipts.get("/mandates/<mandate_id>/collect-receipt")
def ask_pin(mandate_id: str) -> str:
    """The receipt did not come with the grant; it needs the PIN, because it gets a key of its own."""
    return render_template("wallet/receipt_collect.html", view=_view(mandate_id))


@pages_receipts.post("/mandates/<mandate_id>/collect-receipt")
@shows_again(ask_pin)
def collect(mandate_id: str) -> ResponseReturnValue:
    """Collect it now."""
    pin, viewer = form_once().get("pin", ""), citizen().viewer
    collect_again(MandateId(mandate_id), pin=pin, viewer=viewer, ports=ports())
    return redirect(f"/mandates/{mandate_id}#receipts", 303)


@pages_receipts.get("/mandates/<mandate_id>/receipt")
def receipt(mandate_id: str) -> str:
    """To read and to print: what was allowed, what was done with it, and how anybody can check that."""
    view = _view(mandate_id)
    return render_template("wallet/receipt.html", view=view, **show_receipts.printed(view))


@pages_receipts.get("/mandates/<mandate_id>/use-receipt.txt")
def use_receipt(mandate_id: str) -> Response:
    """The signed text, to keep elsewhere and to check anywhere."""
    text = held_use_receipt(MandateId(mandate_id), viewer=citizen().viewer, ports=ports())
    return _download(text.encode(), "text/plain; charset=us-ascii", f"use-receipt-{mandate_id}.txt")


@pages_receipts.get("/mandates/<mandate_id>/record.jsonld")
def record(mandate_id: str) -> Response:
    """For other people's software: ISO/IEC TS 27560 in the words of DPV."""
    said = record_mandate(MandateId(mandate_id), viewer=citizen().viewer, ports=ports())
    return _download(strict_json.dumps(said), RECORD_MEDIA_TYPE, f"mandate-{mandate_id}.jsonld")


def _view(mandate_id: str) -> MandateView:
    return view_mandate(MandateId(mandate_id), viewer=citizen().viewer, ports=ports())


def _download(body: bytes, content_type: str, name: str) -> Response:
    """Ids of mandates are base64url, so they are safe in a file name."""
    answer = Response(body, content_type=content_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
