"""What the server loads: the build that BENCH_KIND names."""

import os

from bench.http.answer_app import build_app
from chassis.config import load_config
from verifier.config import Config

app = build_app(os.environ["BENCH_KIND"], load_config(Config, os.environ, prefix="VERIFIER"))
