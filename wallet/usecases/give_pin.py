"""Give the PIN: the only way to what an account holds, and every try counts."""

from wallet.domain.account import Account, NameKey, name_key
from wallet.domain.refusals import AccountLocked, SignInFirst, WrongPin
from wallet.domain.sealing import SealBroken, Signer, Viewer, pin_key, signer_for, unseal
from wallet.ports import Ports


def give_pin_for_name(name: str, pin: str, *, ports: Ports) -> Signer:
    """Open the account of a name; WrongPin for an unknown name too, after the same work."""
    key = name_key(name, pepper=ports.pepper)
    _spend_try(key, ports)
    return _try(key, ports.stores.accounts.by_name(key), pin, ports)


def give_pin(viewer: Viewer, pin: str, *, ports: Ports) -> Signer:
    """Open the account of a session once more, for one act."""
    account = ports.stores.accounts.by_id(viewer.account_id)
    if account is None:
        raise SignInFirst
    _spend_try(account.name_key, ports)
    return _try(account.name_key, account, pin, ports)


def data_key_place(account: str) -> str:
    """Return where a wrapped data key stands."""
    return f"data-key/{account}"


def _spend_try(key: NameKey, ports: Ports) -> None:
    now = ports.clock()
    locked_until = ports.stores.accounts.spend_try(key, now=now)
    if locked_until is not None:
        ports.audit("account_locked", name_hash=key[:12])
        raise AccountLocked(wait=max(1, round((locked_until - now).total_seconds())))


def _try(key: NameKey, account: Account | None, pin: str, ports: Ports) -> Signer:
    salt = account.salt if account else ports.pepper[:16]
    stretched = pin_key(pin, salt=salt, pepper=ports.pepper, cost=ports.pin_cost)
    if account is None:
        raise WrongPin
    try:
        data_key = unseal(stretched, account.wrapped_data_key, place=data_key_place(account.id))
    except SealBroken as cause:
        ports.audit("wrong_pin", account=account.id)
        raise WrongPin from cause
    ports.stores.accounts.forget_tries(key)
    return signer_for(account.id, data_key, random_bytes=ports.random_bytes)
