"""What a stranger learns about us from a call (OpenID4VP 1.0, 15.8)."""

from pathlib import Path

import pytest

from tests.chassis.outbound_door import local
from tests.chassis.peer import peer


@pytest.mark.threat("145")
def test_a_call_carries_no_cookie_no_name_of_anybody_and_no_version(tmp_path: Path) -> None:
    setting = b"HTTP/1.1 200 OK\r\nSet-Cookie: follow=me\r\nContent-Length: 0\r\n\r\n"
    with peer(setting) as found:
        outbound, origin = local(tmp_path, found.port)
        outbound.get(origin, accept="application/json")
        outbound.post_form(origin, {"vp_token": "x"}, accept="application/json")

    heads = [request.partition(b"\r\n\r\n")[0].split(b"\r\n")[1:] for request in found.requests]
    names = [{line.partition(b":")[0].lower() for line in head} for head in heads]
    allowed = {b"host", b"accept", b"accept-encoding", b"user-agent"}
    assert [one - allowed for one in names] == [set(), {b"content-type", b"content-length"}]
    assert all(b"User-Agent: Eenmalig" in head for head in heads)
