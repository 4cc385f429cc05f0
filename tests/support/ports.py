"""Free ports for servers that bind them later, or again: below those that the kernel hands out.

From 32768 up any program's connection could take one meanwhile. By the system's chance: tests that run side by side may
have the same seed.
"""

import contextlib
import secrets
import socket


def free_port(adjacent: int = 1) -> int:
    """The first of so many adjacent ones on which nobody listens. Raises RuntimeError if there are none."""
    for _ in range(1000):
        first = 10_000 + secrets.randbelow(22_000)
        with contextlib.ExitStack() as probes, contextlib.suppress(OSError):
            for port in range(first, first + adjacent):
                probes.enter_context(socket.socket()).bind(("0.0.0.0", port))
            return first
    raise RuntimeError("no free port")
