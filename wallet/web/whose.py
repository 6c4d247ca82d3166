"""Whose problem a refusal is: the first thing that somebody wants to know who reads that it went wrong."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _

YOURS, THEIRS, OURS, NOBODYS = "yours", "theirs", "ours", "nobodys"

SENTENCES: Mapping[str, Any] = {
    YOURS: _("You can solve this yourself."),
    THEIRS: _("This is a problem of the organisation. You did nothing wrong."),
    OURS: _("This is a problem of this wallet. You did nothing wrong."),
    NOBODYS: _("Nobody did anything wrong."),
}

WHOSE: Mapping[str, str] = {
    "sign_in_first": YOURS,
    "wrong_pin": YOURS,
    "password_unusable": YOURS,
    "passwords_differ": YOURS,
    "account_locked": YOURS,
    "name_taken": YOURS,
    "name_unusable": YOURS,
    "pin_unusable": YOURS,
    "pin_too_easy": YOURS,
    "not_found": YOURS,
    "offer_unusable": THEIRS,
    "issuer_not_trusted": THEIRS,
    "issuer_misconfigured": THEIRS,
    "offer_gone": YOURS,
    "wrong_tx_code": YOURS,
    "tx_code_unusable": YOURS,
    "issuer_refused": THEIRS,
    "cards_discarded": THEIRS,
    "could_not_reach": THEIRS,
    "request_unusable": THEIRS,
    "request_not_trusted": THEIRS,
    "request_faulty": THEIRS,
    "request_expired": NOBODYS,
    "request_closed": NOBODYS,
    "cards_missing": YOURS,
    "screen_changed": NOBODYS,
    "mandate_already_used": NOBODYS,
    "mandate_not_active": NOBODYS,
    "withdrawal_refused": THEIRS,
    "trust_unavailable": OURS,
    "wallet_unsuitable": OURS,
    "sign_in_again": YOURS,
    "authorization_declined": YOURS,
    "not_ready_yet": NOBODYS,
    "renewal_over": NOBODYS,
    "surplus_not_accepted": YOURS,
    "invalid_input": YOURS,
    "rung_too_low": YOURS,
    "not_registered": THEIRS,
    "threshold_probing": THEIRS,
    "passkey_refused": YOURS,
    "passkey_unsuitable": NOBODYS,
    "passkeys_impossible": NOBODYS,
    "already_asked": NOBODYS,
    "nobody_to_ask": THEIRS,
    "nothing_to_prove": NOBODYS,
    "rights_not_taken": THEIRS,
    "opt_out_refused": THEIRS,
    "setting_unusable": YOURS,
    "settings_busy": NOBODYS,
    "request_unknown": YOURS,
    "choice_unusable": YOURS,
    "forbidden_asked": THEIRS,
    "receipt_not_given": NOBODYS,
    "receipt_discarded": THEIRS,
}
