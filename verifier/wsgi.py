"""What the server loads: one application, told by the environment, and the thread that tells others."""

import os

from chassis.config import load_config
from chassis.starting import started
from verifier.app import create_app
from verifier.background import start_deliveries
from verifier.config import Config

app = started(create_app(load_config(Config, os.environ, prefix="VERIFIER")))
start_deliveries(app)
