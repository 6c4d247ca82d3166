"""What the server loads: one application, told by the environment, and the thread that forgets."""

import os

from chassis.config import load_config
from chassis.starting import started
from issuer.app import create_app
from issuer.background import start_sweeping
from issuer.config import Config

app = started(create_app(load_config(Config, os.environ, prefix="ISSUER")))
start_sweeping(app)
