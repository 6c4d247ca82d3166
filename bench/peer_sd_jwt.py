"""The PyPI package sd-jwt beside us, in an environment of its own that the bench makes once."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.measure import Work
from bench.world import AUDIENCE, CLAIMS, NONCE, SHOWN, Held, World

NAME = "sd-jwt"
WANTED = ("sd-jwt==0.10.4", "jwcrypto==1.6.1", "cryptography==50.0.2")
CHILD = Path(__file__).with_name("sd_jwt_child.py")


class NoPeer(Exception):
    """The package is not there and cannot be fetched; its rows are left out, and the table says so."""


@contextmanager
def their_works(world: World, one: Held, *, folder: Path) -> Iterator[list[Work]]:
    """Rows `…/sd-jwt`, timed by the child itself; NoPeer when it cannot be started."""
    python = _environment(folder)
    child = subprocess.Popen(  # noqa: S603 - our own file in our own environment
        [str(python), str(CHILD)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    )
    try:
        yield [
            Work(f"{work}/{NAME}", _Asked(child, work), times=20)
            for work in _answering(child, _setup(world, one))
        ]
    finally:
        if child.stdin is not None:
            child.stdin.close()
        child.terminate()
        child.wait(timeout=10)


class _Asked:
    """A batch that somebody else runs and times."""

    def __init__(self, child: "subprocess.Popen[str]", work: str) -> None:
        self._child = child
        self._work = work

    def __call__(self, times: int) -> int:
        if self._child.stdin is None or self._child.stdout is None:
            raise NoPeer("the child has no pipes")
        self._child.stdin.write(f"{self._work} {times}\n")
        return int(self._child.stdout.readline())


def _answering(child: "subprocess.Popen[str]", setup: dict[str, object]) -> tuple[str, ...]:
    works = ("issue", "present", "verify_known")
    try:
        if child.stdin is not None:
            child.stdin.write(json.dumps(setup) + "\n")
        for work in works:
            _Asked(child, work)(1)
    except (OSError, ValueError) as cause:
        raise NoPeer("sd-jwt does not do the work item") from cause
    return works


def _setup(world: World, one: Held) -> dict[str, object]:
    payload = world.payload(world.issuer, one.holder)
    payload.pop("cnf")
    return {
        "issuer_pem": world.issuer.key.to_pem().decode(),
        "holder_pem": one.holder.to_pem().decode(),
        "claims": payload,
        "disclosable": list(CLAIMS),
        "shown": [path[0] for path in SHOWN],
        "audience": AUDIENCE,
        "nonce": NONCE,
    }


def _environment(folder: Path) -> Path:
    python = folder / "bin" / "python"
    try:
        if not (folder / "complete").exists():
            subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)  # noqa: S603
            install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *WANTED]
            subprocess.run(install, check=True, capture_output=True)  # noqa: S603
            (folder / "complete").touch()
    except (OSError, subprocess.CalledProcessError) as cause:
        raise NoPeer(f"{WANTED[0]} could not be installed into {folder}") from cause
    return python
