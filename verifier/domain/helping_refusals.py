"""Why a helped request is turned away."""

from verifier.domain.refusals import Refused


class HelperIncomplete(Refused):
    """Whoever helps says who they are, and how they know the citizen."""

    code = "helper_incomplete"
    status = 400


class CodeRefused(Refused):
    """The code is unknown, used or too old; which of these is not told."""

    code = "code_refused"
    status = 403


class TooManyWrongCodes(Refused):
    """Somebody guesses from this address; it may not type a code for some minutes, and others may."""

    code = "too_many_wrong_codes"
    status = 429


class HelperMayNotConfirm(Refused):
    """The browser that prepared the request does not confirm it."""

    code = "helper_may_not_confirm"
    status = 403


class IdentityNotChecked(Refused):
    """At the counter somebody of the desk says that they saw who this is."""

    code = "identity_not_checked"
    status = 400


class PaperNotSigned(Refused):
    """At the counter the citizen signs the printed text before it counts."""

    code = "paper_not_signed"
    status = 400
