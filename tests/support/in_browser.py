"""A centre served from this process for a browser beside it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from central.app import server_config
from central.kernel.centre import Centre


@contextmanager
def served(centre: Centre) -> Iterator[str]:
    """Its address, without a path."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(server_config(centre))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = server.force_exit = True  # the browser keeps its connections
    thread.join(60)
    listening.close()
