"""A server starts without looking for garbage, and looks for it afterwards."""

import subprocess
import sys

CODE = """
import gc
import chassis.starting
assert not gc.isenabled()
assert chassis.starting.started("app") == "app"
assert gc.isenabled() and gc.get_freeze_count() > 1000
"""


def test_the_search_for_garbage_begins_when_the_application_is_whole() -> None:
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
