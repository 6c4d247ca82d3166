"""Refusals about passkeys."""

from wallet.domain.refusals import Refusal


class PasskeyRefused(Refusal):
    """What the browser said did not pass a check; unknown, replayed and forged look the same."""

    code = "passkey_refused"
    status = 403


class PasskeyUnsuitable(Refusal):
    """The passkey cannot keep a secret, so it could not lock anything."""

    code = "passkey_unsuitable"
    status = 409


class PasskeysImpossible(Refusal):
    """This address is no secure context, or the account has as many passkeys as it may."""

    code = "passkeys_impossible"
    status = 409
