"""The frame as a server process imports it; its folder comes by environment."""

import os
from pathlib import Path

from flask import Response, request

from chassis.serve import serve
from chassis.sqlite_file import create as migrate_nothing
from tests.chassis.frame import config_in, make_app

folder = Path(os.environ.get("SERVED_FOLDER", "."))
port = int(os.environ.get("SERVED_PORT", "8009"))
config = config_in(folder, public_url=f"http://localhost:{port}", bind_port=port, max_body=65536, threads=2)


def make() -> object:
    """Return the app with one more view, which tells how much of a body arrived."""
    app = make_app(config)

    @app.get("/slow")
    def slow() -> str:
        import time

        time.sleep(1.5)
        return "done"

    @app.before_request
    def count() -> Response | None:
        if request.path == "/protocol/count":
            return Response(str(len(request.get_data())))
        return None

    return app


if __name__ == "__main__":
    migrate_nothing(folder / "frame.db")
    serve("tests.chassis.served:app", config)
else:
    app = make()
