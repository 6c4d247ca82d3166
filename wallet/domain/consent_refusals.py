"""Refusals of the consent pages: what nobody may ask, and what this request does not offer."""

from wallet.domain.refusals import Refusal


class RequestUnknown(Refusal):
    """No request of this account; whether it is somebody else's is not told (THREATS 154)."""

    code = "request_unknown"
    status = 404


class ChoiceUnusable(Refusal):
    """The choice names a card or a field that this request does not offer."""

    code = "choice_unusable"


class ForbiddenAsked(Refusal):
    """The purpose itself says that this is never asked, so that no yes can be given to it."""

    code = "forbidden_asked"
    status = 403
