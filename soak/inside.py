"""The whole verifier inside this process: quick grants, and acts that are verified but not yet written."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from flask import Flask

from chassis.database import Database
from chassis.outbound import Answer, PeerUnreachable
from openid4vc.status.token import STATUS_LIST_MEDIA_TYPE
from soak.citizen import Call, Said
from soak.world import World
from verifier.app import create_app
from verifier.config import Config


class Wire:
    """Calls that stay in this process: status lists, and the desk's own authority."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.app: Flask | None = None

    def get(self, url: str, **_: Any) -> Answer:
        """The status list of a tenant of the town."""
        if not url.startswith(self.world.issuer):
            raise PeerUnreachable(urlsplit(url).netloc)
        token = self.world.status_token(urlsplit(url).path.split("/")[1])
        return Answer(200, STATUS_LIST_MEDIA_TYPE, {}, token.encode())

    def post_json(self, url: str, obj: Any, *, headers: Mapping[str, str] | None = None, **_: Any) -> Answer:
        """The desk's filing, at the authority in this very process."""
        if self.app is None:
            raise PeerUnreachable(urlsplit(url).netloc)
        said = self.app.test_client().post(urlsplit(url).path, json=obj, headers=dict(headers or {}))
        return Answer(said.status_code, said.content_type or "", dict(said.headers), said.data)


class Prepared(BaseException):
    """Thrown instead of the last statement: all is verified, only the verb of the store is left.

    No error handler of the application may take it for a failure, hence the base class.
    """

    def __init__(
        self, verb: Callable[..., Any], arguments: tuple[Any, ...], named: Mapping[str, Any]
    ) -> None:
        super().__init__("prepared")
        self.verb = verb
        self.arguments = arguments
        self.named = dict(named)

    def do(self) -> Any:
        """Now write it."""
        return self.verb(*self.arguments, **self.named)


class _Held:
    """A door of the store whose named verbs are thrown instead of done."""

    def __init__(self, door: Any, verbs: tuple[str, ...]) -> None:
        self._door = door
        self._verbs = verbs

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._door, name)
        if name not in self._verbs:
            return found

        def throw(*arguments: Any, **named: Any) -> Any:
            raise Prepared(found, arguments, named)

        return throw


PATIENCE = 20
DOORS = {"answers": ("grant",), "register": ("spend", "revoke")}


@dataclass
class Inside:
    """One application with the real clock, without sockets."""

    app: Flask

    @property
    def database(self) -> Database:
        """What the application writes to."""
        database: Database = self.app.extensions["ports"].store.register.database
        return database

    def send(self, call: Call) -> Said:
        """One request, answered in this thread; "not now" is asked again, as long as somebody would wait."""
        for _ in range(PATIENCE):
            said = self.app.test_client().open(
                call.path, method=call.method, data=call.body, headers=dict(call.headers)
            )
            if said.status_code != 503:
                break
            time.sleep(0.5)
        return Said(said.status_code, dict(said.headers), said.data)

    @contextmanager
    def without_writing(self) -> Iterator[None]:
        """In this block the deciding verbs throw Prepared."""
        ports = self.app.extensions["ports"]
        doors = {name: _Held(getattr(ports.store, name), verbs) for name, verbs in DOORS.items()}
        self.app.extensions["ports"] = replace(ports, store=replace(ports.store, **doors))
        try:
            yield
        finally:
            self.app.extensions["ports"] = ports

    def close(self) -> None:
        """Let go of the database."""
        self.database.dispose()


def inside(world: World, config: Config) -> Inside:
    """Put the application together around its own wire."""
    wire = Wire(world)
    wire.app = create_app(config, outbound=wire)  # type: ignore[arg-type]  # what Outbound offers
    return Inside(wire.app)
