"""Reads the scenario and persona files once, at the start; a bad file stops the hub."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from demo.domain.persona import Persona, parse_personas
from demo.domain.scenario import Scenario, ScenarioIncomplete, parse_scenario

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Library:
    """Every scenario and persona by id."""

    scenarios: Mapping[str, Scenario]
    personas: Mapping[str, Persona]


def read_library(folder: Path = DATA) -> Library:
    """Return what the folder holds; a scenario whose people are unknown is refused."""
    personas = parse_personas((folder / "personas.toml").read_bytes())
    found = [parse_scenario(path.read_bytes()) for path in sorted((folder / "scenarios").glob("*.toml"))]
    for scenario in found:
        unknown = set(scenario.personas) - personas.keys()
        if unknown:
            raise ScenarioIncomplete(
                title="Unknown persona", hint=f"{scenario.id}: {', '.join(sorted(unknown))}"
            )
    return Library({scenario.id: scenario for scenario in found}, personas)
