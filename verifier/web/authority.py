"""The tax authority's door for desks."""

from flask import Blueprint, Response, request

from chassis.errors_http import api_errors
from chassis.forms import json_body
from verifier.domain.filing import Filing
from verifier.usecases.decide_request import decide_request
from verifier.web.entrance import ports

authority = Blueprint("authority", __name__, url_prefix="/tax-authority")
api_errors(authority)


@authority.post("/averaging-requests")
def averaging_requests() -> Response:
    """One request under one mandate; the answer of an equal earlier call is given byte for byte."""
    filing = Filing.from_json(json_body())
    answer = decide_request(filing, idempotency_key=request.headers.get("Idempotency-Key"), ports=ports())
    return Response(answer.answer, status=answer.status, content_type="application/json")
