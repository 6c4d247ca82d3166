"""What the door to the network takes for an answer, and how long it waits."""

import ssl
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chassis.outbound import (
    Outbound,
    PeerFailed,
    PeerTooLarge,
    PeerUnreachable,
)
from chassis.slots import Overloaded, Slots
from tests.chassis.frame import config_in
from tests.chassis.outbound_door import door, local
from tests.chassis.peer import OK, drip, peer, tls_files


def test_the_next_address_is_tried_when_one_does_not_answer(tmp_path: Path) -> None:
    with peer() as found:
        origin = f"http://peer.test:{found.port}"

        assert door(tmp_path, ["::1", "127.0.0.1"], http_origins=(origin,)).get(origin).status == 200


@pytest.mark.threat("163")
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(tmp_path: Path, status: int) -> None:
    with peer() as inside:
        location = b"http://peer.test:%d/" % inside.port
        redirect = b"HTTP/1.1 %d X\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n" % (status, location)
        with peer(redirect) as found:
            outbound, origin = local(tmp_path, found.port)

            answer = outbound.get(origin)

    assert answer.status == status and answer.header("location") == location.decode()
    assert (found.knocks, inside.knocks) == (1, 0)


@pytest.mark.threat("167")
def test_no_proxy_and_no_netrc_of_the_environment_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".netrc").write_text("machine peer.test login a password b")
    with peer() as proxy, peer() as found:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        monkeypatch.setenv("HOME", str(tmp_path))
        outbound, origin = local(tmp_path, found.port)

        outbound.get(origin)

    assert (proxy.knocks, found.knocks) == (0, 1)
    assert b"Authorization" not in found.requests[0] and b"Cookie" not in found.requests[0]


@pytest.mark.threat("168")
@pytest.mark.parametrize("coding", ["gzip", "br", "zstd", "deflate"])
def test_a_compressed_answer_is_not_unpacked(tmp_path: Path, coding: str) -> None:
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\nContent-Length: 4\r\n\r\nbomb".encode()
    with peer(head) as found, pytest.raises(PeerUnreachable):
        outbound, origin = local(tmp_path, found.port)
        outbound.get(origin)


@pytest.mark.threat("168")
@pytest.mark.parametrize(
    "behave",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n" + b"a" * 1001,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"100\r\n" + b"a" * 256 + b"\r\n" * 1,
        drip(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", (b"100\r\n" + b"a" * 256 + b"\r\n") * 5
        ),
    ],
)
def test_an_answer_over_the_limit_is_cut_off(tmp_path: Path, behave: Any) -> None:
    with peer(behave) as found, pytest.raises((PeerTooLarge, PeerUnreachable)):
        outbound, origin = local(tmp_path, found.port)
        outbound.get(origin, max_bytes=1000)


@pytest.mark.threat("098")
@pytest.mark.threat("168")
@pytest.mark.parametrize(
    "behave",
    [
        drip(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"),
        drip(b"HTTP/1.1 200 OK\r\nX: ", b"y"),
        drip(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", b"a"),
        drip(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n"),
        lambda sock: time.sleep(3),
    ],
)
def test_a_peer_that_dawdles_is_cut_off(tmp_path: Path, behave: Callable[..., None]) -> None:
    with peer(behave) as found:
        outbound, origin = local(tmp_path, found.port)
        before = time.monotonic()
        with pytest.raises(PeerUnreachable) as failed:
            outbound.get(origin)

    assert time.monotonic() - before < 5
    assert failed.value.reason == "too slow" or "got more than" in failed.value.reason


@pytest.mark.parametrize(
    "behave",
    [
        b"",
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort",
        b"HTTP/1.1 abc\r\n\r\n",
    ],
)
def test_an_answer_that_is_no_http_is_no_answer(tmp_path: Path, behave: bytes) -> None:
    with peer(behave) as found, pytest.raises(PeerUnreachable):
        outbound, origin = local(tmp_path, found.port)
        outbound.get(origin)


def https(folder: Path, port: int, ca: Path | None) -> Outbound:
    routes = {"https://peer.example": f"https://127.0.0.1:{port}"}
    return door(folder, routes=routes, ca_file=ca)


@pytest.mark.threat("169")
def test_a_good_certificate_of_a_named_authority_is_accepted(tmp_path: Path) -> None:
    files = tls_files(tmp_path, name="peer.example")
    with peer(tls=files.context) as found:
        assert https(tmp_path, found.port, files.ca).get("https://peer.example/").body == b"ok"


@pytest.mark.threat("169")
@pytest.mark.parametrize(
    "flaw", [{"name": "other.example"}, {"days": -1}, {"self_signed": True}, {"name": "127.0.0.1"}]
)
def test_a_bad_certificate_is_refused(tmp_path: Path, flaw: dict[str, Any]) -> None:
    files = tls_files(tmp_path, **({"name": "peer.example"} | flaw))
    with peer(tls=files.context) as found, pytest.raises(PeerUnreachable):
        https(tmp_path, found.port, files.ca).get("https://peer.example/")

    assert found.requests == []


@pytest.mark.threat("169")
@pytest.mark.filterwarnings("ignore:ssl.TLSVersion")
def test_an_unknown_authority_and_old_tls_are_refused(tmp_path: Path) -> None:
    files = tls_files(tmp_path, name="peer.example")
    with peer(tls=files.context) as found:
        with pytest.raises(PeerUnreachable):
            https(tmp_path, found.port, None).get("https://peer.example/")
        files.context.minimum_version = ssl.TLSVersion.TLSv1
        files.context.maximum_version = ssl.TLSVersion.TLSv1_1
        with pytest.raises(PeerUnreachable):
            https(tmp_path, found.port, files.ca).get("https://peer.example/")


@pytest.mark.threat("170")
def test_every_failure_reads_the_same(tmp_path: Path) -> None:
    texts: set[str] = set()
    with peer(b"nonsense\r\n\r\n") as found:
        outbound, origin = local(tmp_path, found.port)
        for url in (origin, "http://other.test/", "https://10.0.0.1/", "file:///x", "https://peer.test:22/"):
            with pytest.raises(PeerFailed) as failed:
                outbound.get(url)
            texts.add(str(failed.value))

    assert texts == {"the other party could not be reached"}


@pytest.mark.threat("377")
def test_a_name_without_address_is_unreachable(tmp_path: Path) -> None:
    with pytest.raises(PeerUnreachable):
        Outbound(config_in(tmp_path)).get("https://no-such-name.invalid/")


@pytest.mark.threat("371")
def test_waiting_for_a_peer_gives_the_place_to_another_request(tmp_path: Path) -> None:
    slots, order = Slots(1, queue_seconds=2), []

    def slow(sock: Any) -> None:
        time.sleep(0.3)
        sock.sendall(OK)

    with peer(slow) as found:
        outbound, origin = local(tmp_path, found.port)

        def waits() -> None:
            with slots.held():
                outbound.get(origin)
                order.append("waited")

        waiting = threading.Thread(target=waits)
        waiting.start()
        time.sleep(0.1)
        with slots.held():
            order.append("worked")
        waiting.join()

    assert order == ["worked", "waited"]


@pytest.mark.threat("372")
def test_without_a_free_place_a_request_is_refused_in_time() -> None:
    slots, refused = Slots(1, queue_seconds=0.05), []

    def second() -> None:
        try:
            with slots.held():
                pass
        except Overloaded:
            refused.append(True)

    with slots.held(), slots.held():
        other = threading.Thread(target=second)
        other.start()
        other.join()

    assert refused == [True]
