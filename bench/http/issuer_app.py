"""What the server loads: the issuer as it is, with the floor beside it."""

import os

from bench.http.empty import with_empty_endpoint
from chassis.config import load_config
from chassis.starting import started
from issuer.app import create_app
from issuer.config import Config

app = started(with_empty_endpoint(create_app(load_config(Config, os.environ, prefix="ISSUER"))))
