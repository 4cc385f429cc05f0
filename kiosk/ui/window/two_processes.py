"""Starts the counter's process and shows its window: `kiosk run`. Loads Qt only when the counter is on its way.

Never: anything of the booth in this process; it reads no setting and opens no store.
"""

import signal
import socket
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiosk.ui.window.screen import Screen

_PATIENCE_SECONDS = 30
_FAULT = 1
_TOLD_TO_END = (-signal.SIGTERM, -signal.SIGINT)


def run_in_two_processes(
    command: Sequence[str], kept: Path, stands: "Callable[[Screen], None]" = lambda _screen: None
) -> int:
    """`command` and `--line FD` make the counter's process; its exit code is given back. `kept`, `stands`: see
    remote_counter.show and first_picture."""
    ours, theirs = socket.socketpair()
    # It ends with us, by the kernel's hand if we are killed before it has read a word from the line.
    guarded = ["setpriv", "--pdeathsig", "TERM", "--", *command, "--line", str(theirs.fileno())]
    with subprocess.Popen(guarded, pass_fds=(theirs.fileno(),)) as process:
        theirs.close()
        ended = "fault"
        try:
            from kiosk.ui.window.remote_counter import show

            ended = show(ours, kept, stands)
        finally:
            ours.close()
            # One that opens the store ends at once; one that serves lets go of the card and the store first.
            if ended != "counter":
                process.terminate()
            code = _end_of(process)
    return _FAULT if ended == "fault" else code


def _end_of(process: "subprocess.Popen[bytes]") -> int:
    try:
        code = process.wait(_PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        code = process.wait()
    return 0 if code in _TOLD_TO_END else code if code >= 0 else _FAULT
