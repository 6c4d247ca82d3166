"""Whom the door to the network calls, and whom it never calls."""

from pathlib import Path

import pytest

from chassis.outbound import (
    Answer,
    Outbound,
    PeerRefused,
)
from tests.chassis.frame import config_in
from tests.chassis.outbound_door import door, lines, local
from tests.chassis.peer import peer


def test_a_listed_origin_is_called_at_its_address_under_its_own_name(tmp_path: Path) -> None:
    with peer() as found:
        outbound, origin = local(tmp_path, found.port)

        answer = outbound.get(f"{origin}/a%20b?c=d", accept="application/json")

    assert answer == Answer(200, "text/plain", answer.headers, b"ok")
    head = found.requests[0].lower()
    assert head.startswith(b"get /a%20b?c=d http/1.1\r\n")
    assert b"host: peer.test:%d\r\n" % found.port in head
    assert b"accept: application/json" in head and b"accept-encoding: identity" in head


def test_forms_json_and_bytes_are_posted(tmp_path: Path) -> None:
    with peer() as found:
        outbound, origin = local(tmp_path, found.port)
        outbound.post_form(origin, {"a": "é &", "b": ""})
        outbound.post_json(origin, {"a": "é"}, headers={"Authorization": "Bearer x"})
        outbound.post(origin, b"e30", content_type="application/jwt")

    form, json, raw = (request.split(b"\r\n\r\n") for request in found.requests)
    assert b"application/x-www-form-urlencoded" in form[0] and form[1] == b"a=%C3%A9+%26&b="
    assert b"application/json" in json[0] and json[1] == '{"a":"é"}'.encode() and b"Bearer x" in json[0]
    assert b"application/jwt" in raw[0] and raw[1] == b"e30"


def test_json_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError):
        door(tmp_path).post_json("https://peer.example/", {"a": float("nan")})


@pytest.mark.threat("160")
@pytest.mark.parametrize("address", lines("addresses_inside"))
def test_no_address_inside_is_called_for_a_name(tmp_path: Path, address: str) -> None:
    with pytest.raises(PeerRefused):
        door(tmp_path, [address]).get("https://peer.example/")


@pytest.mark.threat("160")
@pytest.mark.parametrize("address", lines("addresses_inside"))
def test_no_address_inside_is_called_when_written_out(tmp_path: Path, address: str) -> None:
    host = f"[{address}]" if ":" in address else address

    with pytest.raises(PeerRefused):
        door(tmp_path).get(f"https://{host}/")


@pytest.mark.threat("160")
def test_one_bad_address_among_good_ones_refuses_the_name(tmp_path: Path) -> None:
    with pytest.raises(PeerRefused):
        door(tmp_path, ["93.184.215.14", "127.0.0.1"]).get("https://peer.example/")


@pytest.mark.threat("161")
@pytest.mark.parametrize("host", lines("hosts"))
def test_odd_spellings_open_no_connection(tmp_path: Path, host: str) -> None:
    with peer() as found:
        outbound = door(tmp_path, http_origins=(f"http://peer.test:{found.port}",), peer_ports=(found.port,))
        for scheme in ("http", "https"):
            with pytest.raises(PeerRefused):
                outbound.get(f"{scheme}://{host}:{found.port}/")

    assert found.knocks == 0


@pytest.mark.threat("164")
@pytest.mark.parametrize(
    "url",
    [
        *lines("urls"),
        "",
        " https://peer.test/",
        "https://peer.test/ ",
        "https://peer.test/a b",
        "https://peer.test/\r\nX: y",
        "https://peer.test/\t",
        "https://peer.test/\x00",
        "https://peer.test/" + "a" * 9000,
    ],
)
def test_what_is_no_plain_https_url_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(PeerRefused):
        door(tmp_path, ["93.184.215.14"]).get(url)


@pytest.mark.threat("165")
@pytest.mark.parametrize("port", [22, 25, 80, 5432, 6379, 8443])
def test_a_port_that_is_not_in_the_list_is_refused(tmp_path: Path, port: int) -> None:
    with pytest.raises(PeerRefused, match="could not be reached") as refused:
        door(tmp_path, ["93.184.215.14"]).get(f"https://peer.example:{port}/")

    assert "port" in refused.value.reason


@pytest.mark.threat("164")
def test_plain_http_is_for_the_exact_listed_origin_only(tmp_path: Path) -> None:
    with peer() as found:
        outbound, origin = local(tmp_path, found.port)
        for url in ("http://peer.test/", "http://other.test/", f"http://other.test:{found.port}/"):
            with pytest.raises(PeerRefused):
                outbound.get(url)

        assert outbound.get(origin).status == 200
    assert found.knocks == 1


@pytest.mark.threat("160")
@pytest.mark.parametrize("address", ["93.184.215.14", "169.254.169.254", "fe80::1", "2a00::1"])
def test_a_listed_plain_origin_must_be_near_and_never_link_local(tmp_path: Path, address: str) -> None:
    with pytest.raises(PeerRefused):
        door(tmp_path, [address], http_origins=("http://peer.test",)).get("http://peer.test/")


@pytest.mark.threat("376")
def test_outside_the_demo_even_our_own_address_is_not_local(tmp_path: Path) -> None:
    settings = {
        "demo": False,
        "public_url": "https://wallet.example",
        "peer_origins": ("https://peer.example",),
    }

    with pytest.raises(PeerRefused):
        door(tmp_path, **settings).get("https://wallet.example/")
    with pytest.raises(PeerRefused):
        door(tmp_path, **settings).get("https://peer.example/")


def test_a_route_leads_elsewhere_and_keeps_the_name(tmp_path: Path) -> None:
    with peer() as found:
        routes = {"http://localhost:8003": f"http://127.0.0.1:{found.port}"}
        outbound = door(tmp_path, http_origins=("http://localhost:8003",), routes=routes)

        assert outbound.get("http://localhost:8003/x").body == b"ok"

    assert b"Host: localhost:8003" in found.requests[0]


@pytest.mark.threat("160")
@pytest.mark.parametrize("address", lines("addresses_never"))
def test_a_route_never_leads_to_a_link_local_address(tmp_path: Path, address: str) -> None:
    routes = {"https://peer.example": "https://inside.test"}

    with pytest.raises(PeerRefused):
        door(tmp_path, [address], routes=routes).get("https://peer.example/")


@pytest.mark.threat("160")
def test_a_name_is_resolved_once_and_that_address_is_called(tmp_path: Path) -> None:
    answers = [["127.0.0.1"], ["127.0.0.2"]]
    asked: list[str] = []

    def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return answers[len(asked) - 1]

    with peer() as found:
        origin = f"http://peer.test:{found.port}"
        Outbound(config_in(tmp_path, http_origins=(origin,)), resolve=rebinding).get(origin)

    assert asked == ["peer.test"] and found.knocks == 1
