"""Why the wallet says no to its own citizen; the words for people stand in the translation catalogues."""

from typing import ClassVar


class Refusal(Exception):
    """A refusal with a stable code; `names` fills the blanks of its page (organisation, host, wait)."""

    code: ClassVar[str]
    status: ClassVar[int] = 400

    def __init__(self, **names: str | int) -> None:
        super().__init__(self.code)
        self.names = names


class SignInFirst(Refusal):
    """No open session, or it was idle for too long."""

    code = "sign_in_first"
    status = 401


class WrongPin(Refusal):
    """Unknown name and wrong PIN are one refusal, so that nobody learns which names exist."""

    code = "wrong_pin"
    status = 403


class AccountLocked(Refusal):
    """Too many wrong tries; `wait` is the number of seconds that remain."""

    code = "account_locked"
    status = 429


class NameTaken(Refusal):
    """Another account already uses this name."""

    code = "name_taken"
    status = 409


class NameUnusable(Refusal):
    """The name is empty, too long or holds characters that do not show."""

    code = "name_unusable"


class PinUnusable(Refusal):
    """A PIN is exactly six digits."""

    code = "pin_unusable"


class PinTooEasy(Refusal):
    """The PIN is one that people guess first."""

    code = "pin_too_easy"


class NotFound(Refusal):
    """Unknown here, which is also what somebody else's thing looks like."""

    code = "not_found"
    status = 404


class OfferUnusable(Refusal):
    """The offer is not one that this wallet can read (OpenID4VCI 1.0, 4.1)."""

    code = "offer_unusable"


class IssuerNotTrusted(Refusal):
    """The offer names an organisation that is not on the trust list."""

    code = "issuer_not_trusted"
    status = 403


class IssuerMisconfigured(Refusal):
    """What the organisation publishes about itself contradicts the offer or itself."""

    code = "issuer_misconfigured"
    status = 502


class OfferGone(Refusal):
    """This offer was already collected, or its time is over."""

    code = "offer_gone"
    status = 409


class WrongTransactionCode(Refusal):
    """The organisation did not accept the code; the offer stays open."""

    code = "wrong_tx_code"
    status = 403


class TransactionCodeUnusable(Refusal):
    """The code does not have the form that the organisation described."""

    code = "tx_code_unusable"


class IssuerRefused(Refusal):
    """The organisation answered with an error of its protocol."""

    code = "issuer_refused"
    status = 502


class CardsDiscarded(Refusal):
    """What came back failed our checks, so nothing was kept."""

    code = "cards_discarded"
    status = 502


class CouldNotReach(Refusal):
    """A peer did not answer; `host` says which one."""

    code = "could_not_reach"
    status = 502


class RequestUnusable(Refusal):
    """The link to a request lacks what it must have (OpenID4VP 1.0, 5)."""

    code = "request_unusable"


class RequestNotTrusted(Refusal):
    """We cannot be sure who asks, so nothing was answered."""

    code = "request_not_trusted"
    status = 403


class RequestFaulty(Refusal):
    """The asker is known, the request breaks the rules, and the asker was told."""

    code = "request_faulty"


class RequestExpired(Refusal):
    """The time to answer is over."""

    code = "request_expired"
    status = 409


class RequestClosed(Refusal):
    """This request already has its one answer."""

    code = "request_closed"
    status = 409


class CardsMissing(Refusal):
    """The request asks for something that the citizen does not hold."""

    code = "cards_missing"
    status = 409


class ScreenChanged(Refusal):
    """What the citizen approved is not what would be sent now."""

    code = "screen_changed"
    status = 409


class MandateAlreadyUsed(Refusal):
    """The act was done before the withdrawal arrived."""

    code = "mandate_already_used"
    status = 409


class MandateNotActive(Refusal):
    """There is nothing left to withdraw."""

    code = "mandate_not_active"
    status = 409


class WithdrawalRefused(Refusal):
    """The register did not accept the withdrawal; the mandate is as it was."""

    code = "withdrawal_refused"
    status = 502


class InputUnusable(Refusal):
    """The body of an API call is not what the documentation asks for."""

    code = "invalid_input"


class TrustUnavailable(Refusal):
    """The list that says whom to trust cannot be had, so nobody is trusted."""

    code = "trust_unavailable"
    status = 503


class WalletUnsuitable(Refusal):
    """The organisation demands keys that are guarded better than this wallet can."""

    code = "wallet_unsuitable"
    status = 409


class SignInAgain(Refusal):
    """What came back from the organisation's sign-in is not what we wait for in this browser."""

    code = "sign_in_again"


class AuthorizationDeclined(Refusal):
    """The citizen stopped at the organisation, or it said no there."""

    code = "authorization_declined"
    status = 409


class NotReadyYet(Refusal):
    """The card is promised for later; `wait` is the number of seconds to leave the issuer in peace."""

    code = "not_ready_yet"
    status = 409


class RenewalOver(Refusal):
    """The organisation gives no more copies without a new sign-in."""

    code = "renewal_over"
    status = 409


class SurplusNotAccepted(Refusal):
    """More is asked than was registered, and the citizen did not say yes to that by itself."""

    code = "surplus_not_accepted"
    status = 409
