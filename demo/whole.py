"""Whether a folder still holds all that its first start made, and what it lacks beside a new one."""

from __future__ import annotations

from pathlib import Path

from demo.town import SERVICES, TENANTS, Town
from demo.trouble import Trouble

SIGNERS = (
    *(Path("issuer") / tenant for tenant in TENANTS),
    Path("verifier/desk"),
    Path("verifier/authority"),
    Path("hub/register"),
    Path("hub/trust-list"),
    Path("wallet/provider"),
)
LISTS = (
    "issuers.json",
    "access-anchors.pem",
    "registration-anchors.pem",
    "wallet-provider-anchors.pem",
    "trust-list-signer.pem",
)
ANEW = "Put it back, or run 'make reset' to make everything anew."


def require_whole(town: Town) -> None:
    """Trouble that names the first file that is gone; a new folder lacks nothing yet."""
    if town.remembered() is None:
        return
    for path in _made_at_the_first_start(town):
        if not path.exists():
            raise Trouble(f"{path} is gone, or {town.var} is of an earlier version. {ANEW}")
    for service in SERVICES:
        secret, database = town.secret(service.name), town.var / f"{service.name}.db"
        if database.exists() and not secret.exists():
            raise Trouble(f"{secret} is gone; without it nobody can open what is in {database}. {ANEW}")


def _made_at_the_first_start(town: Town) -> list[Path]:
    keys = [town.keys / signer / file for signer in SIGNERS for file in ("key.pem", "chain.pem")]
    return keys + [town.own_trust / name for name in LISTS]


def what_it_lacks(town: Town) -> str:
    """What goes on without; empty for a folder of this version."""
    if (town.keys / "verifier" / "receipts" / "key.pem").exists():
        return ""
    return (
        f"{town.var} is of an earlier version: the desk gives no receipts of mandates as cards. "
        "'make reset' makes everything anew."
    )
