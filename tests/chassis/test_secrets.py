"""The secret of a service, and tokens."""

import stat
import threading
from pathlib import Path

import pytest

from chassis.config import ConfigError
from chassis.secret_file import derive, read_secret
from chassis.tokens import new_token, same_token, token_hash


def test_the_secret_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "new" / "secret"

    secret = read_secret(path)

    assert read_secret(path) == secret and len(secret) == 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [found.name for found in path.parent.iterdir()] == ["secret"]


@pytest.mark.threat("368")
def test_workers_that_start_at_once_agree_on_one_secret(tmp_path: Path) -> None:
    found: list[bytes] = []
    start = threading.Barrier(8)

    def read() -> None:
        start.wait()
        found.append(read_secret(tmp_path / "secret"))

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 8 and len(set(found)) == 1


@pytest.mark.threat("352")
@pytest.mark.parametrize("content", [b"", b"short", bytes(32), b"a" * 64])
def test_a_short_or_trivial_secret_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "secret"
    path.touch(mode=0o600)
    path.write_bytes(content)

    with pytest.raises(ConfigError, match="random bytes"):
        read_secret(path)


@pytest.mark.threat("350")
@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660])
def test_a_secret_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "secret"
    read_secret(path)
    path.chmod(mode)

    with pytest.raises(ConfigError, match="chmod 600"):
        read_secret(path)


def test_each_purpose_has_a_key_of_its_own() -> None:
    secret = bytes(range(32))

    assert derive(secret, "session/wallet") == derive(secret, "session/wallet")
    assert derive(secret, "session/wallet") != derive(secret, "session/issuer")
    assert len(derive(secret, "x")) == 32


def test_tokens_are_long_and_different() -> None:
    tokens = {new_token() for _ in range(100)}

    assert len(tokens) == 100 and all(len(token) == 43 for token in tokens)
    assert len(token_hash("x")) == 64


@pytest.mark.parametrize(
    ("given", "expected", "same"), [("a", "a", True), ("a", "b", False), ("", "", False), ("é", "é", True)]
)
def test_comparing_tokens(given: str, expected: str, same: bool) -> None:
    assert same_token(given, expected) is same


def test_no_token_looks_like_an_option_of_a_command(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter(["-option", "--", "a-mandate"])
    monkeypatch.setattr("secrets.token_urlsafe", lambda _: next(drawn))

    token = new_token(16)

    assert token == "a-mandate"
