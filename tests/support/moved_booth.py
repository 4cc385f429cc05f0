"""The two processes of `kiosk run`, with a reader that is moved through a pipe: `python moved_booth.py FOLDER`, and
`moved_counter.Hand(FOLDER)` at the other end."""

import sys
from pathlib import Path

from moved_counter import command

from kiosk.counter import first_picture
from kiosk.ui.window.two_processes import run_in_two_processes

if __name__ == "__main__":
    home = Path(sys.argv[1])
    sys.exit(run_in_two_processes(command(home), first_picture.place(home / "kiosk.toml")))
