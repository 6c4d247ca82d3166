"""Look up a scenario."""

from demo.domain.scenario import Scenario
from demo.ports import Ports
from demo.usecases.record_play import UnknownScenario


def find_scenario(wanted: str, *, ports: Ports) -> Scenario:
    """Return the scenario with this id; raises UnknownScenario."""
    scenario = ports.library.scenarios.get(wanted)
    if scenario is None:
        raise UnknownScenario(hint="/")
    return scenario
