"""A peer on a loopback port that answers with the bytes a test chooses, and counts who knocks."""

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

Behaviour = Callable[[socket.socket], None]
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok"


@dataclass
class Peer:
    """Where it listens, how often it was called and what it was sent."""

    port: int
    knocks: int = 0
    requests: list[bytes] = field(default_factory=list)


@contextlib.contextmanager
def peer(behave: Behaviour | bytes = OK, *, tls: ssl.SSLContext | None = None) -> Iterator[Peer]:
    """Listen until the block ends."""
    listener = socket.create_server(("127.0.0.1", 0))
    found = Peer(listener.getsockname()[1])

    def listen() -> None:
        with contextlib.suppress(OSError):
            while True:
                accepted, _ = listener.accept()
                found.knocks += 1
                threading.Thread(target=answer, args=(accepted,), daemon=True).start()

    def answer(accepted: socket.socket) -> None:
        with contextlib.suppress(OSError), accepted:
            sock = tls.wrap_socket(accepted, server_side=True) if tls else accepted
            found.requests.append(_request(sock))
            if isinstance(behave, bytes):
                sock.sendall(behave)
            else:
                behave(sock)

    threading.Thread(target=listen, daemon=True).start()
    yield found
    listener.close()


def _request(sock: socket.socket) -> bytes:
    got = b""
    while b"\r\n\r\n" not in got:
        part = sock.recv(65536)
        if not part:
            return got
        got += part
    head, _, body = got.partition(b"\r\n\r\n")
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            while len(body) < int(line.split(b":")[1]):
                body += sock.recv(65536)
    return head + b"\r\n\r\n" + body


def drip(first: bytes, then: bytes) -> Behaviour:
    """Send something, then a little more every twentieth of a second, without end."""

    def behave(sock: socket.socket) -> None:
        sock.sendall(first)
        while True:
            sock.sendall(then)
            time.sleep(0.05)

    return behave


@dataclass
class TlsFiles:
    """A certificate authority and a server certificate of its making."""

    ca: Path
    context: ssl.SSLContext


def tls_files(folder: Path, *, name: str, days: int = 30, self_signed: bool = False) -> TlsFiles:
    """Make a root and a server certificate for a name; fewer than zero days is expired."""
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root = _certificate("root", root_key, "root", root_key, days=30, ca=True)
    signed_by = ("leaf", key) if self_signed else ("root", root_key)
    leaf = _certificate("leaf", key, *signed_by, days=days, dns=name)
    ca, chain = folder / "ca.pem", folder / "server.pem"
    ca.write_bytes(root.public_bytes(serialization.Encoding.PEM))
    chain.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + leaf.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    return TlsFiles(ca, context)


def _certificate(
    subject: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: str,
    issuer_key: ec.EllipticCurvePrivateKey,
    *,
    days: int,
    dns: str = "",
    ca: bool = False,
) -> x509.Certificate:
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name.from_rfc4514_string(f"CN={subject}"))
        .issuer_name(x509.Name.from_rfc4514_string(f"CN={issuer}"))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=60))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if dns:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(dns)]), critical=False)
    return builder.sign(issuer_key, hashes.SHA256())
