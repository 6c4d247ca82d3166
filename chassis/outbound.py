"""The one door to the network: a name is resolved once, every address is judged, and that one is called."""

import functools
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import urllib3
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError

from chassis.config import ServiceConfig
from chassis.deadline import Deadline, hurried
from chassis.door import Door, Passage, Resolver
from chassis.peer_failures import PeerFailed, PeerRefused, PeerTooLarge, PeerUnreachable
from chassis.slots import place_given_up

__all__ = ["Answer", "Outbound", "PeerFailed", "PeerRefused", "PeerTooLarge", "PeerUnreachable"]
MEBIBYTE = 1 << 20
CHUNK = 1 << 16
TIMEOUT = urllib3.Timeout(connect=3.0, read=5.0)
TOTAL_SECONDS = 10.0
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a peer answered, whatever the status; a redirect is an answer like any other."""

    status: int
    content_type: str
    headers: Mapping[str, str]
    body: bytes

    def header(self, name: str) -> str:
        """Return a header by its name in any case; empty when it is absent."""
        return next((value for key, value in self.headers.items() if key.lower() == name.lower()), "")


@dataclass(frozen=True, slots=True)
class Call:
    """One request on its way out."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None = None
    max_bytes: int = MEBIBYTE


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a call may take as a whole; tests shorten it."""

    total_seconds: float = TOTAL_SECONDS
    timeout: urllib3.Timeout = field(default_factory=lambda: TIMEOUT)


class Outbound:
    """Calls other parties; every method raises a PeerFailed or returns an Answer, and follows no redirect."""

    def __init__(
        self, config: ServiceConfig, *, resolve: Resolver | None = None, limits: Limits | None = None
    ) -> None:
        self._door = Door.of(config, resolve=resolve)
        self._limits = limits or Limits()
        self._tls = _tls_context(config.ca_file)

    def get(
        self,
        url: str,
        *,
        accept: str = "*/*",
        headers: Mapping[str, str] | None = None,
        max_bytes: int = MEBIBYTE,
    ) -> Answer:
        """Fetch a document."""
        return self._call(Call("GET", url, {**(headers or {}), "Accept": accept}, None, max_bytes))

    def post_form(
        self,
        url: str,
        fields: Mapping[str, str],
        *,
        accept: str = "*/*",
        headers: Mapping[str, str] | None = None,
        max_bytes: int = MEBIBYTE,
    ) -> Answer:
        """Submit fields the way a form does."""
        sent = {**(headers or {}), "Accept": accept, "Content-Type": FORM}
        return self._call(Call("POST", url, sent, urlencode(fields).encode(), max_bytes))

    def post_json(
        self, url: str, obj: Any, *, headers: Mapping[str, str] | None = None, max_bytes: int = MEBIBYTE
    ) -> Answer:
        """Submit a JSON document."""
        sent = {"Accept": "application/json", **(headers or {}), "Content-Type": "application/json"}
        return self._call(Call("POST", url, sent, json_bytes(obj), max_bytes))

    def post(
        self,
        url: str,
        body: bytes,
        *,
        content_type: str,
        headers: Mapping[str, str] | None = None,
        max_bytes: int = MEBIBYTE,
    ) -> Answer:
        """Submit bytes of any type."""
        sent = {"Accept": "*/*", **(headers or {}), "Content-Type": content_type}
        return self._call(Call("POST", url, sent, body, max_bytes))

    def _call(self, call: Call) -> Answer:
        passage = self._door.passage(call.url)
        with place_given_up(), Deadline(self._limits.total_seconds) as deadline:
            try:
                answer = self._first_that_connects(call, passage, deadline)
            except (HTTPError, OSError, ValueError) as failure:
                reason = "too slow" if deadline.passed else repr(failure)
                raise PeerUnreachable(passage.url.host, reason) from failure
        if deadline.passed:  # a head that is cut off looks like a head that is complete
            raise PeerUnreachable(passage.url.host, "too slow")
        return answer

    def _first_that_connects(self, call: Call, passage: Passage, deadline: Deadline) -> Answer:
        for address in passage.addresses[:-1]:
            try:
                return self._send(call, passage, address, deadline)
            except (NewConnectionError, ConnectTimeoutError):
                continue
        return self._send(call, passage, passage.addresses[-1], deadline)

    def _send(self, call: Call, passage: Passage, address: str, deadline: Deadline) -> Answer:
        with self._pool(passage, address) as pool:
            pool.ConnectionCls = hurried(pool.ConnectionCls, deadline)
            response = pool.urlopen(
                call.method,
                passage.url.target,
                body=call.body,
                headers=_headers(call, passage),
                timeout=self._limits.timeout,
                redirect=False,
                retries=False,
                preload_content=False,
                decode_content=False,
                assert_same_host=False,
            )
            try:
                body = _read(response, call.max_bytes, passage.url.host)
            finally:
                response.close()
            content_type = response.headers.get("Content-Type", "")
            return Answer(response.status, content_type, dict(response.headers), body)

    def _pool(self, passage: Passage, address: str) -> urllib3.HTTPConnectionPool:
        port = passage.connect.port
        if passage.connect.scheme == "http":
            return urllib3.HTTPConnectionPool(address, port, maxsize=1)
        return urllib3.HTTPSConnectionPool(
            address,
            port,
            maxsize=1,
            ssl_context=self._tls,
            cert_reqs="CERT_REQUIRED",
            server_hostname=passage.url.host,
        )


@functools.cache
def _tls_context(ca_file: Path | None) -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if ca_file is not None:
        context.load_verify_locations(cafile=ca_file)
    return context


def json_bytes(obj: Any) -> bytes:
    """Write JSON as short as it gets; NaN and infinity are no JSON."""
    return json.dumps(obj, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def _headers(call: Call, passage: Passage) -> dict[str, str]:
    """Only what we chose: no compression, no cookies, no credentials, no proxy from the environment."""
    fixed = {"Host": passage.url.netloc, "Accept-Encoding": "identity", "User-Agent": "Eenmalig"}
    return {**call.headers, **fixed}


def _read(response: urllib3.BaseHTTPResponse, max_bytes: int, host: str) -> bytes:
    if response.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise PeerUnreachable(host, "the answer is compressed, which we did not ask for")
    announced = response.headers.get("Content-Length", "0")
    if announced.isdigit() and int(announced) > max_bytes:
        raise PeerTooLarge(host, f"announces {announced[:20]} bytes")
    body = bytearray()
    for part in response.stream(CHUNK, decode_content=False):
        body += part
        if len(body) > max_bytes:
            raise PeerTooLarge(host, f"sends more than {max_bytes} bytes")
    return bytes(body)
