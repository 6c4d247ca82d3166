"""Refusals about approaching people unasked."""

from verifier.domain.refusals import Refused


class OptedOut(Refused):
    """This person does not want to be approached about this, by this channel; the check is in the ledger."""

    code = "opted_out"


class StatementTooOld(Refused):
    """A newer statement of the same person is already here."""

    code = "statement_too_old"


class ApproachUnusable(Refused):
    """The channel is not one that the desk has."""

    code = "approach_unusable"
    status = 400
