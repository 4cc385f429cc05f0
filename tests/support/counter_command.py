"""What stands behind `kiosk run`, by the command that it starts, without a window."""

import socket
from pathlib import Path

from kiosk.commands import cli


def behind_the_window(config: Path) -> int:
    """The exit code of the counter of `config`; its window has gone away already, so that it ends by itself."""
    window, line = socket.socketpair()
    window.close()
    return cli.main(["counter", "--config", str(config), "--line", str(line.detach())])
