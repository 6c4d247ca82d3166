"""What a wallet reports after receiving credentials (OpenID4VCI 1.0, 11.1)."""

from typing import Literal

from openid4vc.errors import InvalidNotificationRequest
from openid4vc.messages import Message, PrintableText, ShortText, parse_message


class NotificationRequest(Message):
    """One event; its description is printable ASCII, so that a log line stays one line."""

    notification_id: ShortText
    event: Literal["credential_accepted", "credential_failure", "credential_deleted"]
    event_description: PrintableText | None = None

    @classmethod
    def parse(cls, body: bytes) -> "NotificationRequest":
        """Read the request body; InvalidNotificationRequest."""
        return parse_message(cls, body, refusal=InvalidNotificationRequest)
