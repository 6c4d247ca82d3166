"""python -m demo: start, stop, reset, doctor, play, and the hub's own serve and migrate."""

import os
import sys

if sys.version_info < (3, 11):  # noqa: UP036 - this line is for the older Python itself
    sys.exit("Eenmalig needs Python 3.11 or newer; this is %s." % sys.version.split()[0])  # noqa: UP031

from demo.command_line import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], environment=os.environ))
