"""A start without looking for garbage: what is imported and built at the start stays to the end.

Importing this switches the search off, so a server imports it before its own rooms; `started` switches it on
again and takes everything there is by then out of every later search.
"""

import gc
from typing import TypeVar

App = TypeVar("App")
gc.disable()


def started(app: App) -> App:
    """Give the application back once it is whole."""
    gc.freeze()
    gc.enable()
    return app
