"""Step 11: take note of what the wallet did with a credential."""

from chassis.audit import audit
from chassis.tokens import token_hash
from issuer.domain.caller import Presented
from issuer.domain.organisation import Organisation
from issuer.ports import Ports
from issuer.usecases.check_access_token import check_access_token
from openid4vc.errors import InvalidNotificationId
from openid4vc.vci.notification import NotificationRequest


def take_notification(body: bytes, *, presented: Presented, organisation: Organisation, ports: Ports) -> None:
    """Idempotent; nothing is revoked because of it (OpenID4VCI 1.0, 11)."""
    grant = check_access_token(presented, organisation=organisation, ports=ports)
    notification = NotificationRequest.parse(body)
    known = ports.store.issuances.notify(
        token_hash(notification.notification_id),
        notification.event,
        token_id=grant.token_id,
        now=ports.clock(),
    )
    if not known:
        raise InvalidNotificationId("this notification_id is not known here")
    audit("credential_notification", organisation=organisation.path, outcome=notification.event)
