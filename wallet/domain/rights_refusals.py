"""Why the wallet does not send what the citizen asks, or cannot."""

from wallet.domain.refusals import Refusal


class AlreadyAsked(Refusal):
    """The same question waits for its answer; `id` is where it is shown."""

    code = "already_asked"
    status = 409


class NobodyToAsk(Refusal):
    """The organisation named no address that takes such a question from a wallet."""

    code = "nobody_to_ask"
    status = 409


class NothingToProve(Refusal):
    """No signed request is kept of this, so there is nothing to report with."""

    code = "nothing_to_prove"
    status = 409


class NotTaken(Refusal):
    """The other side turned the question away."""

    code = "rights_not_taken"
    status = 502


class PasswordUnusable(Refusal):
    """A password for a file that is too short to protect it, or longer than anybody types."""

    code = "password_unusable"


class PasswordsDiffer(Refusal):
    """A password was typed twice, and not the same."""

    code = "passwords_differ"
