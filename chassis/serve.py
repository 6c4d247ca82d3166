"""Run a service under granian: threads for slow peers, a bounded queue, and an orderly end."""

from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import Server

from chassis.config import ServiceConfig
from chassis.database import Database

HEADER_MILLISECONDS = 5000
MAX_HEADER_BYTES = 96 * 1024
STOP_SECONDS = 10
CONNECTIONS = 1024
THREADS_FOR_SLOW_CLIENTS = 512


def serve(target: str, config: ServiceConfig) -> None:
    """Serve `package.wsgi:app` until SIGTERM or SIGINT; requests under way get ten seconds to finish.

    Raises DatabaseRefused before it listens when the database is absent, damaged or may forget.
    """
    database = Database(config.database_url)
    database.require_sound()
    database.dispose()
    new_server(target, config).serve()


def new_server(target: str, config: ServiceConfig) -> Any:
    """Return the configured server; each worker process imports the target itself.

    A thread is only a place to wait for a slow body; how many requests work at once is set by
    config.threads (chassis.slots). The server counts idle connections too, so it must allow many.
    """
    return Server(
        target,
        address=config.bind_host,
        port=config.bind_port,
        interface=Interfaces.WSGI,
        workers=config.workers,
        blocking_threads=THREADS_FOR_SLOW_CLIENTS,
        backlog=CONNECTIONS,
        backpressure=CONNECTIONS,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(
            header_read_timeout=HEADER_MILLISECONDS, max_buffer_size=MAX_HEADER_BYTES
        ),
        ssl_cert=config.tls_chain_file,
        ssl_key=config.tls_key_file,
        websockets=False,
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_SECONDS,
    )
