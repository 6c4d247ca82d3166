"""Status lists that are forged, stale, bombs or not there (THREATS C7)."""

import time
import zlib
from base64 import urlsafe_b64encode
from concurrent.futures import ThreadPoolExecutor

import pytest

from chassis.outbound import Answer
from openid4vc.jose.keys import SigningKey
from openid4vc.jose.x5c import encode_x5c
from tests.verifier.helpers.pki import ISSUER, Party
from tests.verifier.helpers.plain import DAY, NOW, Question, jws, merged

URI = f"{ISSUER}/municipality/statuslists/1"
TYPE = "application/statuslist+jwt"


def lst(data, *, compress=zlib.compress):
    return urlsafe_b64encode(compress(data)).rstrip(b"=").decode()


def serve(desk, monkeypatch, *, content_type=TYPE, status=200, **changed):
    """Let the issuer publish this list instead."""
    by: Party = changed.pop("by", desk.pki.issuers["municipality"])
    header = {"alg": "ES256", "typ": "statuslist+jwt", "x5c": encode_x5c(by.chain)}
    claims = {
        "sub": URI,
        "iat": NOW,
        "exp": NOW + DAY,
        "ttl": 900,
        "status_list": {"bits": 2, "lst": lst(bytes(256))} | changed.pop("inside", {}),
    }
    token = changed.pop("token", None) or jws(
        merged(header, changed.pop("header", None)),
        merged(claims, changed.pop("claims", None)),
        changed.pop("sign", by.key.sign),
    )
    answer = Answer(status, content_type, {}, token.encode())

    def get(url, **_):
        desk.wire.asked.append(url)
        return answer

    monkeypatch.setattr(desk.wire, "get", get)


def refuses(question, forge):
    return question.refuses(question.present(forge.card(), forge.holder))


def test_an_honest_list_is_accepted(desk, question, forge, monkeypatch):
    serve(desk, monkeypatch)

    assert question.answer(question.present(forge.card(), forge.holder)).status_code == 200


@pytest.mark.threat("275")
@pytest.mark.parametrize(
    "changed",
    [
        {"sign": lambda _: bytes(64)},
        {"header": {"alg": "none"}, "sign": lambda _: b""},
        {"header": {"typ": "JWT"}},
        {"header": {"typ": None}},
        {"header": {"x5c": None}},
        {"token": "nonsense"},
    ],
    ids=["signature", "none", "typ", "no typ", "no chain", "nonsense"],
)
def test_a_forged_list_is_refused(desk, question, forge, monkeypatch, changed):
    serve(desk, monkeypatch, **changed)

    refuses(question, forge)
    assert question.result().json["state"] == "requested"


@pytest.mark.threat("275")
def test_a_list_whose_chain_leads_nowhere_is_refused(desk, question, forge, pki, monkeypatch):
    serve(desk, monkeypatch, by=pki.foreign_ca.party("x", "NTRNL-00000003", f"{ISSUER}/municipality"))

    assert refuses(question, forge) == "x5c_path"


@pytest.mark.threat("276")
def test_a_list_signed_by_a_key_that_it_brings_along_is_refused(desk, question, forge, monkeypatch):
    intruder = SigningKey.generate()
    serve(desk, monkeypatch, header={"jwk": intruder.public.jwk()}, sign=intruder.sign)

    refuses(question, forge)


@pytest.mark.threat("276")
def test_a_list_signed_by_another_issuer_is_refused(desk, question, forge, pki, monkeypatch):
    serve(desk, monkeypatch, by=pki.issuers["bank"])

    assert refuses(question, forge) == "status_signer"


@pytest.mark.threat("278")
@pytest.mark.parametrize(
    "sub",
    [URI.upper(), f"{URI}/", f"{URI}#x", URI.replace(":8001", ":8001/"), "https://localhost:443/x", None, 5],
)
def test_the_list_of_another_address_is_refused(desk, question, forge, monkeypatch, sub):
    serve(desk, monkeypatch, claims={"sub": sub})

    assert refuses(question, forge) == "status_subject"


@pytest.mark.threat("279")
@pytest.mark.parametrize("claims", [{"exp": NOW - 1}, {"exp": NOW}, {"iat": NOW + 61}, {"iat": None}])
def test_a_list_outside_its_time_is_refused(desk, question, forge, monkeypatch, claims):
    serve(desk, monkeypatch, claims=claims)

    refuses(question, forge)


@pytest.mark.threat("279")
@pytest.mark.parametrize("ttl", [0, -1, 10**12])
def test_an_absurd_time_to_live_makes_no_storm_and_no_eternity(desk, forge, monkeypatch, ttl):
    serve(desk, monkeypatch, claims={"ttl": ttl, "exp": NOW + 30 * DAY})
    for _ in range(5):
        question = Question.asked(desk)
        assert question.answer(question.present(forge.card(), forge.holder)).status_code == 200

    assert len(desk.wire.asked) == 1
    desk.advance(days=1, seconds=1)
    question = Question.asked(desk)
    question.answer(question.present(forge.card(), forge.holder, claims={"iat": NOW + DAY + 1}))
    assert len(desk.wire.asked) == 2


@pytest.mark.threat("281")
@pytest.mark.parametrize(
    "inside",
    [
        {"bits": 0},
        {"bits": 3},
        {"bits": 16},
        {"bits": "1"},
        {"bits": True},
        {"lst": lst(bytes(256), compress=lambda data: zlib.compress(data)[2:-4])},
        {"lst": lst(bytes(256), compress=lambda data: b"\x1f\x8b" + zlib.compress(data))},
        {"lst": lst(bytes(256))[:-4]},
        {"lst": lst(bytes(256), compress=lambda data: zlib.compress(data) + b"text")},
        {"lst": lst(bytes(256)) + "="},
        {"lst": ""},
        {"lst": 5},
    ],
    ids=repr,
)
def test_a_list_of_another_shape_is_refused(desk, question, forge, monkeypatch, inside):
    serve(desk, monkeypatch, inside=inside)

    refuses(question, forge)


@pytest.mark.threat("282")
def test_a_bomb_is_refused_quickly(desk, question, forge, monkeypatch):
    bomb = zlib.compressobj(9)
    packed = b"".join(bomb.compress(bytes(1 << 20)) for _ in range(512)) + bomb.flush()
    serve(desk, monkeypatch, inside={"lst": urlsafe_b64encode(packed).rstrip(b"=").decode()})
    started = time.monotonic()

    refuses(question, forge)

    assert time.monotonic() - started < 10


@pytest.mark.threat("283")
@pytest.mark.parametrize("value", [1, 2, 3, 15])
def test_only_zero_is_valid(desk, question, forge, monkeypatch, value):
    data = bytearray(256)
    data[0] = value << 4
    serve(desk, monkeypatch, inside={"bits": 4, "lst": lst(bytes(data))})

    assert refuses(question, forge).startswith("status_")


@pytest.mark.threat("284")
@pytest.mark.parametrize(
    ("bits", "encoded", "idx", "valid"),
    [(1, "eNrbuRgAAhcBXQ", 1, True), (1, "eNrbuRgAAhcBXQ", 0, False), (2, "eNo76fITAAPfAgc", 2, True)],
)
def test_bits_are_read_in_the_order_of_the_standard(
    desk, question, forge, monkeypatch, bits, encoded, idx, valid
):
    serve(desk, monkeypatch, inside={"bits": bits, "lst": encoded})
    card = forge.card(claims={"status": {"status_list": {"idx": idx, "uri": URI}}})

    said = question.answer(question.present(card, forge.holder))

    assert said.status_code == (200 if valid else 400)


@pytest.mark.threat("286")
@pytest.mark.parametrize(
    "served",
    [{"status": 500}, {"status": 404}, {"status": 302}, {"content_type": "text/html"}, {"content_type": ""}],
    ids=repr,
)
def test_a_list_that_is_not_served_refuses_and_another_try_is_possible(
    desk, question, forge, monkeypatch, served
):
    presentation = question.present(forge.card(), forge.holder)
    with monkeypatch.context() as broken:
        serve(desk, broken, **served)
        assert question.refuses(presentation) == "status_unavailable"

    assert question.answer(presentation).status_code == 200


@pytest.mark.threat("286")
def test_a_host_that_is_down_refuses_and_nothing_is_consumed(desk, question, forge):
    desk.wire.cut.add("status")

    assert refuses(question, forge) == "status_unavailable"


@pytest.mark.threat("287")
@pytest.mark.parametrize(
    "status",
    [
        {},
        {"status_list": {"idx": 1, "uri": URI}, "other": {}},
        {"status_list": {"idx": "1", "uri": URI}},
        {"status_list": {"idx": -1, "uri": URI}},
        {"status_list": {"idx": True, "uri": URI}},
        {"status_list": {"uri": URI}},
        {"status_list": {"idx": 10**6, "uri": URI}},
        {"identifier_list": {}},
        "text",
    ],
    ids=repr,
)
def test_a_status_of_another_shape_is_refused(question, forge, status):
    question.refuses(question.present(forge.card(claims={"status": status}), forge.holder))


@pytest.mark.threat("288")
@pytest.mark.parametrize("sign", [lambda _: bytes(64), SigningKey.generate().sign])
def test_no_list_is_fetched_for_a_card_that_nobody_signed(desk, question, forge, sign):
    elsewhere = {"status_list": {"idx": 1, "uri": "http://localhost:9999/list"}}

    question.refuses(question.present(forge.card(claims={"status": elsewhere}, sign=sign), forge.holder))
    assert desk.wire.asked == []


@pytest.mark.threat("288")
@pytest.mark.parametrize(
    "uri", ["http://localhost:9999/list", "file:///etc/passwd", "http://localhost:8001@evil.example/", "x"]
)
def test_no_list_is_fetched_elsewhere_than_at_the_issuer(desk, question, forge, uri):
    card = forge.card(claims={"status": {"status_list": {"idx": 1, "uri": uri}}})

    assert question.refuses(question.present(card, forge.holder)) == "status_host"
    assert desk.wire.asked == []


@pytest.mark.threat("289")
def test_an_act_uses_a_status_no_older_than_its_time_to_live(desk):
    opened = desk.granted()
    desk.wire.status["municipality"] = {1: 1}
    desk.advance(seconds=900)

    said = desk.use(opened)

    assert (said.status_code, said.json["code"]) == (400, "evidence_rejected")
    assert desk.state(opened) == "granted"


@pytest.mark.threat("290")
def test_a_list_is_asked_once_per_time_to_live_however_many_ask(desk, forge):
    for _ in range(40):
        question = Question.asked(desk)
        iat = {"iat": int(desk.clock.now.timestamp())}
        assert question.answer(question.present(forge.card(), forge.holder, claims=iat)).status_code == 200
        desk.advance(minutes=1)

    assert len(desk.wire.asked) == 3


@pytest.mark.threat("290")
def test_many_who_ask_at_once_fetch_one_list(desk, forge):
    questions = [Question.asked(desk) for _ in range(8)]
    presentations = [question.present(forge.card(), forge.holder) for question in questions]
    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(lambda one: one[0].answer(one[1]), zip(questions, presentations, strict=True)))

    assert {one.status_code for one in said} == {200}
    assert len(desk.wire.asked) == 1
