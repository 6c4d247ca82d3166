"""What the command line does, beside serving: the ledger, evidence, and forgetting."""

from collections.abc import Callable, Mapping
from typing import IO

from chassis.clock import clock_for
from chassis.config import ConfigError
from chassis.database import Database
from chassis.secret_file import read_secret
from consent.lint import lint_request
from consent.named_check import NamedCheck, all_passed
from verifier.app import create_app
from verifier.command_line import Asked
from verifier.config import Config
from verifier.domain.mandate import MandateId
from verifier.domain.organisation import parse_town
from verifier.files import data_file, read_evidence_trust, read_purposes
from verifier.ports import Ports
from verifier.store.door import Store
from verifier.store.ledger import Ledger
from verifier.usecases.deliver_notices import deliver_notices
from verifier.usecases.judge_bundle import judge_file

Out = IO[bytes]


def verify_ledger(asked: Asked, out: Out) -> int:
    """Every break by the number of its line; 1 where there is any. It needs the database and nothing else."""
    if not asked.database:
        raise ConfigError("say which database: --database, or VERIFIER_DATABASE_URL")
    verdict = Ledger(Database(asked.database)).verify()
    for found in verdict.broken:
        say(out, f"line {found.seq}: {found.kind}: {found.what}")
    say(out, f"{verdict.count} lines, {'all as written' if verdict.intact else 'NOT as written'}")
    return 0 if verdict.intact else 1


def show_ledger(asked: Asked, config: Config, out: Out) -> int:
    """The lines of one mandate, one JSON object each; ConfigError where there are none."""
    lines = _store(config).ledger.of(asked.mandate)
    if not lines:
        raise ConfigError(f"the ledger has no line about {asked.mandate}")
    for line in lines:
        say(out, line.to_json().decode())
    return 0


def export_evidence(asked: Asked, config: Config, out: Out) -> int:
    """The bytes of the evidence, and a line in the ledger that they left; ConfigError if there are none."""
    evidence = _store(config).register.export_evidence(
        MandateId(asked.mandate), by="operator", now=clock_for(config)()
    )
    if evidence is None:
        raise ConfigError("there is no evidence under this id: never granted, or past its date")
    out.write(evidence)
    return 0


def verify_evidence_file(asked: Asked, out: Out) -> int:
    """Offline: the file, a folder with anchors, and a time; 0 only if every check held."""
    if asked.at is None:
        raise ConfigError("say as of which time")
    checks = judge_file(_read(asked), trust=read_evidence_trust(asked.trust_dir), at=asked.at)
    for check in checks:
        say(out, in_words(check))
    good = all_passed(checks)
    count = f"{len(checks)} check{'' if len(checks) == 1 else 's'}"
    say(out, f"{count}, {'all hold' if good else 'NOT all hold'}, as of {asked.at.isoformat()}")
    return 0 if good else 1


def lint(asked: Asked, out: Out) -> int:
    """Each field with its verdict, rule and line; 1 where one is too much."""
    purpose = read_purposes(parse_town(data_file("organisations.toml"))).get(asked.service)
    if purpose is None:
        raise ConfigError(f"the desk offers no service {asked.service}")
    report = lint_request(_read(asked), purpose)
    for found in report.findings:
        milder = f" Milder: {found.milder.en}" if found.milder else ""
        say(
            out, f"line {found.line}: {found.verdict}: {found.field} ({found.rule}) {found.reason.en}{milder}"
        )
    say(out, "passed" if report.passed else f"NOT passed: {len(report.faults)} at fault")
    return 0 if report.passed else 1


def forget(_: Asked, config: Config, out: Out) -> int:
    """Mark what expired, erase what is past its date."""
    erased = _store(config).retention.erase_past(clock_for(config)())
    say(out, f"{erased} values erased")
    return 0


def deliver(_: Asked, config: Config, out: Out) -> int:
    """Everything that is due, once; 1 while something still waits."""
    ports: Ports = create_app(config).extensions["ports"]
    arrived = deliver_notices(ports=ports)
    waiting = ports.store.outbox.waiting()
    say(out, f"{arrived} delivered, {waiting} waiting")
    return 1 if waiting else 0


def say(out: Out, text: str) -> None:
    """One line."""
    out.write(f"{text}\n".encode())


def in_words(check: NamedCheck) -> str:
    """A check as one line: what held, what did not, and why."""
    return f"{'ok  ' if check.passed else 'FAIL'} {check.name}{': ' if check.detail else ''}{check.detail}"


def _read(asked: Asked) -> bytes:
    try:
        return asked.file.read_bytes()
    except OSError as failed:
        raise ConfigError(f"cannot read {asked.file}: {failed.strerror}") from failed


def _store(config: Config) -> Store:
    return Store.over(Database(config.database_url), secret=read_secret(config.secret_file))


OFFLINE: Mapping[str, Callable[[Asked, Out], int]] = {
    "evidence verify": verify_evidence_file,
    "ledger verify": verify_ledger,
    "lint": lint,
}
WITH_STORE: Mapping[str, Callable[[Asked, Config, Out], int]] = {
    "ledger show": show_ledger,
    "evidence export": export_evidence,
    "deliver": deliver,
    "forget": forget,
    "sweep": forget,
}
