"""Hand the citizen the log for another wallet, under a password (EUDI TS10 1.2, 3.18 and 5)."""

from dataclasses import dataclass
from datetime import datetime

from openid4vc.jose import strict_json
from openid4vc.jose.password_jwe import is_long_enough, lock_with_password
from wallet.domain.rights_refusals import PasswordsDiffer, PasswordUnusable
from wallet.ports import Ports
from wallet.usecases.export_everything import export_everything
from wallet.usecases.sign_in import Citizen

SALT_BYTES = 16


@dataclass(frozen=True, slots=True, repr=False)
class Lock:
    """A password, typed twice, since nobody can open the file without it."""

    password: str
    again: str


@dataclass(frozen=True, slots=True, repr=False)
class LockedFile:
    """The compact JWE, and when it was made."""

    compact: str
    made_at: datetime


def lock_export(pin: str, lock: Lock, *, citizen: Citizen, ports: Ports) -> LockedFile:
    """Names and moments, without anything that stands on a card; the password is not kept."""
    if not is_long_enough(lock.password):
        raise PasswordUnusable
    if lock.password != lock.again:
        raise PasswordsDiffer
    document = export_everything(pin, citizen=citizen, ports=ports)
    compact = lock_with_password(
        strict_json.dumps(document["eudi"]),
        lock.password,
        salt=ports.random_bytes(SALT_BYTES),
        cty="application/json",
    )
    return LockedFile(compact, datetime.fromisoformat(document["made_at"]))
