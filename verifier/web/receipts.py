"""The receipt of a use and the record of a mandate, for the browser that owns the case."""

from flask import Blueprint, Response, render_template

from chassis.language import language
from consent.receipts import RECORD_MEDIA_TYPE
from openid4vc.jose import strict_json
from verifier.usecases.find_mandate import read_mandate
from verifier.usecases.read_receipt import read_receipt, record_of
from verifier.web import browser, views
from verifier.web.asking_views import picture
from verifier.web.entrance import ports

receipts = Blueprint("receipts", __name__)


@receipts.get("/cases/<mandate_id>/receipt")
def receipt(mandate_id: str) -> str:
    """To read and to print: what was done, once, and who signed for it."""
    own = browser.require_own(mandate_id)
    found, signed = read_mandate(own, ports=ports()), read_receipt(own, ports=ports())
    check_page = f"{ports().addresses.own}/check"
    shown = {"signed_receipt": signed, "check_page": check_page, "picture": picture(check_page)}
    return render_template("verifier/receipt.html", **views.case(found, ports(), language()), **shown)


@receipts.get("/cases/<mandate_id>/record.jsonld")
def record(mandate_id: str) -> Response:
    """For other people's software: ISO/IEC TS 27560 in the words of DPV."""
    own = browser.require_own(mandate_id)
    answer = Response(strict_json.dumps(record_of(own, ports=ports())), content_type=RECORD_MEDIA_TYPE)
    answer.headers["Content-Disposition"] = 'attachment; filename="mandate.jsonld"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
