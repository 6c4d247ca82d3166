"""`python -m soak [--short] [--only NAME]`: keep every promise of reliability under strain, and count."""

import argparse
import sys

from soak.board import run_all

if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m soak", description=__doc__)
    parser.add_argument("row", nargs="?", help="one row by its name, as with --only")
    parser.add_argument("--only", help="one row by its name")
    parser.add_argument("--short", action="store_true", help="a minute's worth of it, remembered nowhere")
    parser.add_argument("--again", action="store_true", help="forget what earlier runs counted")
    chosen = parser.parse_args()
    sys.exit(run_all(chosen.only or chosen.row, short=chosen.short, again=chosen.again))
