"""Open an account: a name, a PIN, and a data key that only this PIN opens."""

from wallet.domain.account import Account, AccountId, name_key, require_pin, tidy_name
from wallet.domain.refusals import NameTaken
from wallet.domain.sealing import pin_key, seal, signer_for
from wallet.ports import Ports
from wallet.usecases.chance import new_id
from wallet.usecases.give_pin import data_key_place
from wallet.usecases.sign_in import SignedIn, start_session


def open_account(name: str, pin: str, *, ports: Ports) -> SignedIn:
    """Make the account and sign its owner in."""
    tidy, checked_pin = tidy_name(name), require_pin(pin)
    id = AccountId(new_id(ports))
    data_key, salt = ports.random_bytes(32), ports.random_bytes(16)
    stretched = pin_key(checked_pin, salt=salt, pepper=ports.pepper, cost=ports.pin_cost)
    signer = signer_for(id, data_key, random_bytes=ports.random_bytes)
    account = Account(
        id=id,
        name_key=name_key(tidy, pepper=ports.pepper),
        salt=salt,
        wrapped_data_key=seal(stretched, data_key, place=data_key_place(id), random_bytes=ports.random_bytes),
        sealed_name=signer.viewer.seal(tidy.encode(), kind="name", id=id),
        created_at=ports.clock(),
    )
    if not ports.stores.accounts.open(account):
        raise NameTaken
    ports.audit("account_opened", account=id)
    return start_session(signer.viewer, ports=ports)
