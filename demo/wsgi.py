"""The hub as a WSGI application."""

import os

from demo.app import create_app
from demo.config import load

app = create_app(load(os.environ))
