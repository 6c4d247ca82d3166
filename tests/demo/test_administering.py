"""`python -m demo run SERVICE …`: an operator's command with this town's settings, and its own status."""

import pytest

from demo.command_line import main


@pytest.fixture
def run(tmp_path):
    def run(*words):
        return main(
            ["--var", str(tmp_path), "run", *words], environment={"VERIFIER_DATABASE_URL": "of a shell"}
        )

    return run


def test_the_ledger_of_this_town_is_audited(run, tmp_path, capfd):
    assert main(["--var", str(tmp_path), "prepare"], environment={}) == 0
    assert run("verifier", "migrate") == 0

    assert run("verifier", "ledger", "verify") == 0
    assert capfd.readouterr().out.endswith("0 lines, all as written\n")


def test_what_the_command_says_no_to_is_no_here_too(run, capfd):
    assert run("verifier", "ledger", "verify") == 1
    assert "run the migrate command first" in capfd.readouterr().err


def test_without_a_command_the_service_says_what_it_can_do(run, capfd):
    assert run("verifier") == 0
    assert "ledger" in capfd.readouterr().out


def test_only_services_of_the_town_are_run(run, capfd):
    with pytest.raises(SystemExit):
        run("stranger", "serve")
