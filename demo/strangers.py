"""Whom the services believe: our own lists, and below them the roots that a developer named."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlsplit

from demo.town import Town
from demo.trouble import Trouble
from openid4vc.errors import Malformed
from openid4vc.trust.anchors import ANY_ISSUER, ANY_TYPE, load_anchors

ANCHORS = ("access-anchors.pem", "registration-anchors.pem", "wallet-provider-anchors.pem")


def write_trust(town: Town) -> None:
    """Put the lists that the services read where they look; strangers are added to every role."""
    for origin in town.extra_origins:
        check_origin(origin)
    roots = [_read(path) for path in town.trust_files]
    issuers = json.loads((town.own_trust / "issuers.json").read_text(encoding="utf-8"))
    if roots:
        name = {"nl": "Onbekende", "en": "Stranger"}
        issuers["issuers"].append({"id": ANY_ISSUER, "name": name, "vcts": [ANY_TYPE], "anchors": roots})
    (town.trust / "issuers.json").write_text(json.dumps(issuers, indent=1) + "\n", encoding="utf-8")
    for file in ANCHORS:
        own = (town.own_trust / file).read_text(encoding="ascii")
        (town.trust / file).write_text(own + "".join(roots), encoding="ascii")
    signer = "trust-list-signer.pem"
    (town.trust / signer).write_bytes((town.own_trust / signer).read_bytes())


def check_origin(origin: str) -> None:
    """An address that may be called is scheme and host, with a port where it has one."""
    parts = urlsplit(origin)
    if (
        parts.scheme not in {"http", "https"}
        or not parts.hostname
        or origin != f"{parts.scheme}://{parts.netloc}"
    ):
        raise Trouble(f"{origin} is no origin. ORIGIN is written like http://localhost:9000, without a path.")


def _read(path: Path) -> str:
    try:
        pem = path.read_bytes()
        load_anchors(pem)
        return pem.decode("ascii").strip() + "\n"
    except OSError as failed:
        raise Trouble(
            f"Cannot read {path}: {failed.strerror}. TRUST names files with a root in PEM."
        ) from None
    except (Malformed, UnicodeDecodeError) as failed:
        raise Trouble(
            f"{path} is no certificate authority in PEM ({failed}). Give the root, not a leaf."
        ) from None
