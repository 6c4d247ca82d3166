"""What each code of the standards means for a citizen: what happened, whose problem it is, what to do."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _

from wallet.web.whose import NOBODYS, OURS, THEIRS, YOURS


@dataclass(frozen=True, slots=True)
class CodeWords:
    """One code that came over the wire, in words; the texts are lazy translations."""

    title: Any
    happened: Any
    whose: str
    next_step: Any


ASK_THERE = _("Tell the organisation about it, and give the reference number. Ask whether it can help you.")
START_THERE = _("Go back to the website of the organisation, and start there once more.")
LATER = _("Wait a few minutes, and try again.")
TELL_US = _("Tell the people who run this wallet, and give the reference number.")
TRY_THEN_TELL = _("Try once more. Does it happen again? Tell the people who run this wallet.")

_T, _O, _Y = THEIRS, OURS, YOURS
_ROWS: Mapping[str, tuple[Any, Any, str, Any]] = {
    "invalid_request": (
        _("The message is not complete"),
        _("Something is missing in a message, or it stands there twice."),
        _T,
        ASK_THERE,
    ),
    "invalid_client": (
        _("Our wallet was not recognised"),
        _("The organisation does not know this wallet, or did not believe it."),
        _O,
        TELL_US,
    ),
    "invalid_grant": (
        _("The code no longer works"),
        _("The code was wrong, too old, or used before."),
        _Y,
        START_THERE,
    ),
    "unauthorized_client": (
        _("Our wallet may not do this there"),
        _("The organisation knows this wallet, but does not let it collect cards this way."),
        _T,
        ASK_THERE,
    ),
    "unsupported_grant_type": (
        _("The organisation does not know this way"),
        _("It offered a way to collect that it does not support itself."),
        _T,
        ASK_THERE,
    ),
    "unsupported_response_type": (
        _("The organisation cannot answer this way"),
        _("Our wallet and the organisation do not agree on the form of the answer."),
        _T,
        ASK_THERE,
    ),
    "invalid_scope": (
        _("The organisation does not know this card"),
        _("The name of the card is unknown there, or you may not have it."),
        _T,
        ASK_THERE,
    ),
    "invalid_authorization_details": (
        _("The organisation did not understand which card"),
        _("The description of the card does not fit what the organisation expects."),
        _T,
        ASK_THERE,
    ),
    "use_dpop_nonce": (
        _("The organisation wants fresh proof"),
        _("Our wallet gave the fresh proof, and the organisation asked for it again."),
        _T,
        LATER,
    ),
    "invalid_dpop_proof": (
        _("The proof of our wallet was refused"),
        _("Our wallet signs each message. The organisation did not accept that signature."),
        _O,
        TRY_THEN_TELL,
    ),
    "use_attestation_challenge": (
        _("The organisation asks for proof again and again"),
        _("Our wallet answered its question, and it asked once more."),
        _T,
        LATER,
    ),
    "use_fresh_attestation": (
        _("The proof of our wallet was too old"),
        _("The organisation wants a newer proof of who made this wallet."),
        _O,
        TRY_THEN_TELL,
    ),
    "invalid_client_attestation": (
        _("The organisation does not believe our wallet"),
        _("It did not accept the proof of who made this wallet."),
        _O,
        TELL_US,
    ),
    "invalid_token": (
        _("Your visit there is over"),
        _("You signed in at the organisation too long ago."),
        _Y,
        START_THERE,
    ),
    "insufficient_scope": (
        _("Your visit there does not cover this card"),
        _("You signed in at the organisation for another card."),
        _Y,
        START_THERE,
    ),
    "invalid_credential_request": (
        _("The organisation did not understand our question"),
        _("Our wallet asked for the card in a way that the organisation did not accept."),
        _O,
        TRY_THEN_TELL,
    ),
    "unknown_credential_configuration": (
        _("This kind of card is no longer given"),
        _("The organisation offered a card that it does not know itself."),
        _T,
        ASK_THERE,
    ),
    "unknown_credential_identifier": (
        _("This card is not ready for you"),
        _("The organisation named a card, and then did not know it any more."),
        _T,
        START_THERE,
    ),
    "invalid_proof": (
        _("The key for your card was refused"),
        _("Our wallet made a key for your card. The organisation did not accept it."),
        _O,
        TRY_THEN_TELL,
    ),
    "invalid_nonce": (
        _("It took too long to make the key"),
        _("The number that the organisation gave for it was used or too old, two times."),
        _T,
        LATER,
    ),
    "invalid_encryption_parameters": (
        _("We could not agree on a secret envelope"),
        _("The organisation locks its answer in another way than our wallet can open."),
        _O,
        TELL_US,
    ),
    "credential_request_denied": (
        _("The organisation will not give you this card"),
        _("It looked at your question and said no. Asking again does not help."),
        _T,
        _("Ask the organisation why. It can explain, and tell what you can do."),
    ),
    "invalid_transaction_id": (
        _("The promise for your card is over"),
        _("The card was promised for later. The organisation does not know the promise any more."),
        _T,
        START_THERE,
    ),
    "invalid_notification_id": (
        _("The organisation did not understand our thank-you"),
        _("Our wallet told that your card arrived. The organisation does not know which card."),
        _T,
        _("You do not have to do anything. Your card is in your wallet."),
    ),
    "invalid_notification_request": (
        _("Our message about your card was refused"),
        _("Our wallet told how collecting went. The organisation did not accept the message."),
        _O,
        _("You do not have to do anything. Look at your cards to see what you have."),
    ),
    "access_denied": (
        _("The answer was no"),
        _("You said no, or the organisation said no, or there was nothing to answer with."),
        NOBODYS,
        _("Did you not want this? Then start once more on the website of the organisation."),
    ),
    "vp_formats_not_supported": (
        _("The request asks for another kind of card"),
        _("The organisation wants a form of card that this wallet does not have."),
        _T,
        _("Ask the organisation for another way, for instance on paper or by phone."),
    ),
    "invalid_request_uri_method": (
        _("The link of the request is wrong"),
        _("The link tells us to fetch the request in a way that does not exist."),
        _T,
        ASK_THERE,
    ),
    "invalid_transaction_data": (
        _("The mandate in this request is not right"),
        _("Our wallet cannot show all of its text, so you could not judge it."),
        _T,
        ASK_THERE,
    ),
    "wallet_unavailable": (
        _("Our wallet could not answer"),
        _("This wallet was not able to answer at that moment."),
        _O,
        LATER,
    ),
    "invalid_request_uri": (
        _("The request could not be fetched"),
        _("The link leads to a place without a request, or to a place that is not allowed."),
        _T,
        START_THERE,
    ),
    "invalid_request_object": (
        _("The request is not signed as it must be"),
        _("Without a good signature nobody can tell who asks."),
        _T,
        ASK_THERE,
    ),
    "request_not_supported": (
        _("The request came in a form we do not take"),
        _("The whole request stood in the link. This wallet fetches a request itself."),
        _T,
        ASK_THERE,
    ),
    "request_uri_not_supported": (
        _("The organisation does not take requests by link"),
        _("Our wallet sent a link, and the organisation wants the whole message."),
        _T,
        ASK_THERE,
    ),
    "server_error": (
        _("Something broke at the other side"),
        _("The organisation tried to answer, and its system failed."),
        _T,
        LATER,
    ),
    "temporarily_unavailable": (
        _("It is too busy there"),
        _("The organisation cannot answer now, because it is busy or down."),
        _T,
        LATER,
    ),
}
CODES: Mapping[str, CodeWords] = {code: CodeWords(*row) for code, row in _ROWS.items()}
