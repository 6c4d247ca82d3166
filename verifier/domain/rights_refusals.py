"""Why a request about a citizen's rights, or an answer to one, is turned away."""

from verifier.domain.refusals import Refused


class MalformedRightsMessage(Refused):
    """Not a request for erasure, or not a report, in the form that this desk reads."""

    code = "malformed_rights_message"
    status = 400


class DeletionAlreadyRequested(Refused):
    """A request about this mandate waits for its answer; the citizen has its reference."""

    code = "deletion_already_requested"


class UnknownRightsRequest(Refused):
    """No request or report came in under this reference."""

    code = "unknown_rights_request"
    status = 404


class RightsRequestClosed(Refused):
    """The request has its answer; an answer is given once."""

    code = "rights_request_closed"


class TermAlreadyExtended(Refused):
    """The term was extended before, or its first month is over (AVG 12(3))."""

    code = "term_not_extendable"


class GroundUnknown(Refused):
    """The answer gives no reason from the list of the law."""

    code = "ground_unknown"
    status = 422


class MandateStillActive(Refused):
    """What the mandate needs is not erased while the mandate can still be used."""

    code = "mandate_still_active"


class DemoRoleOnly(Refused):
    """Pages of a case worker are only open in the demonstration; elsewhere a sign-in belongs before them."""

    code = "demo_role_only"
    status = 403


class TooManyReports(Refused):
    """More reports wait than this supervisor can keep."""

    code = "too_many_reports"
    status = 503
