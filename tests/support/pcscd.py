"""The real pcscd with vpcd, a virtual reader, for any test. It stops only what it started, and needs no systemd.

    with running_pcscd() as pcscd:
        vpicc = Vpicc(VirtualCard(image), port=pcscd.port)
        reader = PcscReader(pcscd.reader)

There is one pcscd a machine (its socket has a fixed place), so a lock makes parallel test processes take turns: take it
late, give it back soon. As an ordinary user it is started by `sudo -n`. A pcscd that already runs and has a
"Virtual PCD" is used as it stands, and cannot be restarted.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import fast
from filelock import FileLock
from ports import free_port

from card_reader import list_readers

DRIVER = Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so")
OUR_READER = "Municipal Test PCD"
FOREIGN_READER = "Virtual PCD"  # as Debian's configuration names it
FOREIGN_PORT = 35963

# pcscd runs as root, where we may not signal; so it hangs on a pipe: it ends when we close it, or die in any way.
_KEEPER = """
import subprocess, sys, threading
child = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)
def end():
    child.kill() if sys.stdin.buffer.read() == b"9" else child.terminate()
threading.Thread(target=end, daemon=True).start()
sys.exit(child.wait())
"""


class Pcscd:
    """A pcscd with two virtual slots: a card for the first is a TCP client of `port`, for the second of `port` + 1."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._keeper: subprocess.Popen[bytes] | None = None
        self.port = free_port(2)  # vpcd gives its second slot the next one
        self._name = f"{OUR_READER} {self.port}"  # another user's tests may run one of the same kind just now
        self.reader = f"{self._name} 00 00"
        self.second_reader = f"{self._name} 00 01"

    def start(self) -> None:
        """Start, and wait until both readers are listed. Raises RuntimeError with pcscd's own words."""
        config = self._folder / "readers"
        config.mkdir(exist_ok=True)
        (config / "vpcd").write_text(
            f'FRIENDLYNAME "{self._name}"\nDEVICENAME /dev/null:0x{self.port:X}\n'
            f"LIBPATH {DRIVER}\nCHANNELID 0x{self.port:X}\n"
        )
        log = self._folder / "pcscd.log"
        deadline = time.monotonic() + 60
        while not self._started(config, log):
            if time.monotonic() > deadline:
                raise RuntimeError(f"pcscd did not start: {log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.2)  # another user's tests may still have theirs

    def stop(self) -> None:
        """End it, cards and all, and wait until it has ended."""
        keeper, self._keeper = self._keeper, None
        if keeper is not None and keeper.stdin is not None:
            keeper.stdin.close()
            keeper.wait(60)

    def kill(self) -> None:
        """End it as a crash does (-9), and wait until it has ended."""
        keeper, self._keeper = self._keeper, None
        if keeper is not None and keeper.stdin is not None:
            keeper.stdin.write(b"9")
            keeper.stdin.close()
            keeper.wait(60)

    @property
    def log(self) -> str:
        """What it said since it was last started."""
        return (self._folder / "pcscd.log").read_text(errors="replace")

    def restart(self) -> None:
        self.stop()
        self.start()

    def _started(self, config: Path, log: Path) -> bool:
        with log.open("wb") as out:
            self._keeper = subprocess.Popen(
                [*_as_root(), sys.executable, "-I", "-c", _KEEPER, *_command(), "--config", str(config)],
                stdin=subprocess.PIPE,
                stdout=out,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + 15
        while time.monotonic() < deadline and self._keeper.poll() is None:
            if {self.reader, self.second_reader} <= set(list_readers() or []):
                return True
            time.sleep(0.02)
        self.stop()
        return False


class ForeignPcscd(Pcscd):
    """One that was running already: ours to use, not to stop."""

    def __init__(self) -> None:
        self.port = FOREIGN_PORT
        self.reader = f"{FOREIGN_READER} 00 00"
        self.second_reader = f"{FOREIGN_READER} 00 01"

    def start(self) -> None:
        raise RuntimeError("this test stops and starts pcscd, but one that is not ours is running: stop it first")

    stop = kill = start


@contextlib.contextmanager
def running_pcscd() -> Iterator[Pcscd]:
    """pcscd with vpcd, for this process alone until the block ends. Waits its turn for at most fifteen minutes."""
    fast.starts("pcscd")
    with FileLock(Path(tempfile.gettempdir()) / f"municipal-atm-pcscd-{os.getuid()}.lock", timeout=900):
        running = list_readers()
        if running is not None and any(name.startswith(FOREIGN_READER) for name in running):
            yield ForeignPcscd()
            return
        with tempfile.TemporaryDirectory(prefix="pcscd-") as folder:
            pcscd = Pcscd(Path(folder))
            pcscd.start()
            try:
                yield pcscd
            finally:
                pcscd.stop()


def _command() -> list[str]:
    program = shutil.which("pcscd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if program is None or not DRIVER.exists():
        raise RuntimeError("pcscd and vsmartcard-vpcd are missing: scripts/setup installs them")
    offered = subprocess.run([program, "--help"], capture_output=True, check=False).stdout
    # Newer builds ask polkit about every ordinary user; a container has none to answer.
    return [program, "--foreground", "--info", *(["--disable-polkit"] if b"--disable-polkit" in offered else [])]


def _as_root() -> list[str]:
    return [] if os.getuid() == 0 else ["sudo", "-n"]
