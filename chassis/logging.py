"""One JSON object a line on stderr, and nothing personal in it."""

import logging
import sys
from collections.abc import Sequence
from typing import Any

import structlog
from structlog.stdlib import ProcessorFormatter
from structlog.types import EventDict, Processor, WrappedLogger

from chassis.redaction import redact_fields

QUIET = ("urllib3", "sqlalchemy", "alembic", "werkzeug", "flask_wtf", "_granian", "granian.access")


class StderrHandler(logging.Handler):
    """Writes to whatever stderr is at that moment."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line; a full disk or a closed pipe must not stop a request."""
        try:
            sys.stderr.write(self.format(record) + "\n")
            sys.stderr.flush()
        except (OSError, ValueError):
            self.handleError(record)


def configure_logging(level: str = "INFO", *, role: str = "") -> None:
    """Send our own lines and those of every library through one redactor to stderr."""
    shared = _shared(role)
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = StderrHandler()
    handler.setFormatter(json_formatter(shared))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def ensure_logging(level: str, *, role: str) -> None:
    """Configure logging unless somebody has: without it nothing would be redacted."""
    if not structlog.is_configured():
        configure_logging(level, role=role)


def json_formatter(shared: Sequence[Processor]) -> logging.Formatter:
    """Return the formatter whose last step before JSON is the redactor."""
    return ProcessorFormatter(
        foreign_pre_chain=list(shared),
        processors=[
            ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            _redact,
            structlog.processors.JSONRenderer(default=repr),
        ],
    )


def _shared(role: str) -> list[Processor]:
    def name_role(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
        return {"role": role, **event} if role else event

    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        structlog.processors.StackInfoRenderer(),
        name_role,
    ]


def _redact(_: WrappedLogger, __: str, event: EventDict) -> dict[str, Any]:
    return redact_fields(event)
