"""Sign in, stay signed in, sign out."""

from dataclasses import dataclass
from hashlib import sha256

from wallet.domain.account import AccountId, KeptSession
from wallet.domain.refusals import SignInFirst
from wallet.domain.sealing import SealBroken, Viewer, seal, session_key, unseal
from wallet.ports import Ports
from wallet.usecases.chance import new_secret
from wallet.usecases.give_pin import give_pin_for_name
from wallet.usecases.read_settings import read_settings


@dataclass(frozen=True, slots=True, repr=False)
class SignedIn:
    """A session that was just opened; the token is told once."""

    account_id: AccountId
    token: str


@dataclass(frozen=True, slots=True, repr=False)
class Citizen:
    """Who uses an open session."""

    viewer: Viewer
    name: str
    session: str


def sign_in(name: str, pin: str, *, ports: Ports) -> SignedIn:
    """Open a new session with name and PIN."""
    signer = give_pin_for_name(name, pin, ports=ports)
    ports.audit("signed_in", account=signer.viewer.account_id)
    return start_session(signer.viewer, ports=ports)


def start_session(viewer: Viewer, *, ports: Ports) -> SignedIn:
    """Keep the view key so that only the new session's token opens it."""
    token = new_secret(ports)
    sealed = seal(
        session_key(token, pepper=ports.pepper),
        viewer.view_key,
        place=_place(viewer.account_id),
        random_bytes=ports.random_bytes,
    )
    session = KeptSession(viewer.account_id, sealed, idle_seconds(viewer, ports))
    ports.stores.sessions.open(token, session, now=ports.clock())
    return SignedIn(viewer.account_id, token)


def idle_seconds(viewer: Viewer, ports: Ports) -> int | None:
    """Return how long this citizen lets a session rest, if that was set."""
    minutes = read_settings(viewer=viewer, ports=ports).idle_minutes
    return minutes and minutes * 60


def time_left(token: str, *, ports: Ports) -> int:
    """Return for how many seconds the session stays open without a click; 0 when it is over."""
    return ports.stores.sessions.seconds_left(token, now=ports.clock()) if token else 0


def resume_session(token: str, *, ports: Ports) -> Citizen:
    """Return who owns this token; SignInFirst when the session is not open any more."""
    session = ports.stores.sessions.use(token, now=ports.clock()) if token else None
    account = ports.stores.accounts.by_id(session.account_id) if session else None
    if session is None or account is None:
        raise SignInFirst
    try:
        key = session_key(token, pepper=ports.pepper)
        view_key = unseal(key, session.sealed_view_key, place=_place(account.id))
    except SealBroken as cause:
        raise SignInFirst from cause
    viewer = Viewer(account.id, view_key, ports.random_bytes)
    name = viewer.unseal(account.sealed_name, kind="name", id=account.id).decode()
    return Citizen(viewer, name, session_mark(token))


def session_mark(token: str) -> str:
    """Return what tells sessions apart and opens none of them: what one session began, no other ends."""
    return sha256(f"session-mark/{token}".encode()).hexdigest()


def sign_out(token: str, *, ports: Ports) -> None:
    """End the session at once."""
    ports.stores.sessions.close(token)


def _place(account_id: AccountId) -> str:
    return f"session/{account_id}"
