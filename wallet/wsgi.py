"""What the server loads: one application, told by the environment."""

import os

from chassis.config import load_config
from chassis.starting import started
from wallet.app import create_app
from wallet.config import Config

app = started(create_app(load_config(Config, os.environ, prefix="WALLET")))
