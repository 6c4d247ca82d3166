"""The hub's pages: what this is, the scenario, help, and the limits."""

from flask import Blueprint, render_template

from chassis.app import ports as current_ports
from chassis.ui.filters import language
from demo.ports import Ports
from demo.usecases.find_scenario import find_scenario
from demo.web import flow_picture

pages = Blueprint("pages", __name__)
LATELY = 5


def ports() -> Ports:
    """Return this app's ports, typed."""
    found: Ports = current_ports()
    return found


@pages.get("/")
def home() -> str:
    """What this is, for whom, and where to begin."""
    library = ports().library
    return render_template(
        "home.html",
        scenarios=library.scenarios.values(),
        personas=library.personas,
        plays=ports().plays.lately(LATELY),
        services=("issuer", "wallet", "verifier"),
    )


@pages.get("/scenarios/<scenario_id>")
def scenario(scenario_id: str) -> str:
    """The question first, then the steps, the people, the data and the limits."""
    found = find_scenario(scenario_id, ports=ports())
    return render_template(
        "scenario.html",
        scenario=found,
        people=[ports().library.personas[name] for name in found.personas],
        marks=flow_picture.marks(found.steps, language()),
        picture=flow_picture,
    )


@pages.get("/help")
def help_page() -> str:
    """Answers to what people ask, one heading a role."""
    return render_template("help.html")


@pages.get("/about")
def about() -> str:
    """What this is not."""
    return render_template("about.html")


@pages.app_context_processor
def words() -> dict[str, object]:
    """Give templates `tr(text)` for texts of data files and `url_of(role)` for the services."""
    return {"tr": lambda text: text.in_language(language()), "url_of": ports().config.url_of}
