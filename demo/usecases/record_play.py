"""Keep a finished play."""

from chassis.refusals import DomainRefusal
from demo.domain.play import Play, PlayReport
from demo.ports import Ports


class UnknownScenario(DomainRefusal):
    """There is no scenario, or no person in it, by that name."""

    code = "unknown_scenario"
    status = 404


def record_play(report: PlayReport, *, ports: Ports) -> Play:
    """Keep a play of a scenario and persona that exist; raises UnknownScenario for others."""
    scenario = ports.library.scenarios.get(report.scenario)
    if scenario is None or report.persona not in scenario.personas:
        raise UnknownScenario(title="No such scenario or persona", hint="See /api/v1/scenarios/averaging.")
    finished = report.finished(at=ports.clock())
    ports.plays.record(finished)
    return finished
