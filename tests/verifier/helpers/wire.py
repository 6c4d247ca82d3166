"""The network of a test: status lists of three issuers, and the verifier itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import Flask

from chassis.outbound import Answer, PeerUnreachable
from openid4vc.status.status_list import StatusList
from openid4vc.status.token import sign_status_list_token
from tests.verifier.helpers.pki import ISSUER, NOON, Pki


@dataclass
class TestWire:
    """Counts what is asked, and can be cut."""

    __test__ = False

    pki: Pki
    app: Flask | None = None
    now: datetime = NOON
    status: dict[str, dict[int, int]] = field(default_factory=dict)
    cut: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    signer: dict[str, str] = field(default_factory=dict)
    authority_says: Answer | None = None

    def get(self, url: str, *, accept: str = "*/*", **_: Any) -> Answer:
        self.asked.append(url)
        tenant = urlsplit(url).path.split("/")[1]
        if "status" in self.cut or not url.startswith(ISSUER):
            raise PeerUnreachable(urlsplit(url).netloc)
        token = self.token(tenant)
        return Answer(200, "application/statuslist+jwt", {}, token.encode())

    def token(self, tenant: str) -> str:
        """The list that this issuer publishes now, signed by itself unless a test says otherwise."""
        statuses = StatusList.empty(2, 1024)
        for idx, value in self.status.get(tenant, {}).items():
            statuses.set(idx, value)
        by = self.pki.issuers[self.signer.get(tenant, tenant)]
        return sign_status_list_token(
            statuses,
            uri=f"{ISSUER}/{tenant}/statuslists/1",
            key=by.key,
            chain=by.chain,
            iat=self.now,
            exp=self.now + timedelta(days=1),
            ttl=900,
        )

    def post_json(self, url: str, obj: Any, *, headers: Mapping[str, str] | None = None, **_: Any) -> Answer:
        self.asked.append(url)
        if "authority" in self.cut:
            raise PeerUnreachable(urlsplit(url).netloc)
        if self.authority_says is not None:
            return self.authority_says
        assert self.app is not None
        said = self.app.test_client().post(urlsplit(url).path, json=obj, headers=dict(headers or {}))
        return Answer(said.status_code, said.content_type or "", dict(said.headers), said.data)
