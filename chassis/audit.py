"""Audit lines: what happened, with names and hashes and never a value."""

import structlog


def audit(event: str, **names: str | int | bool | None) -> None:
    """Write one line of the audit log; the redactor of chassis.logging still looks at every part."""
    structlog.get_logger("audit").info(event, audit=True, **names)
