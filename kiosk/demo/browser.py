"""The demo in a browser: a screen without a monitor (Xvfb), shown by x11vnc and noVNC on 127.0.0.1 and nowhere else.

Never: another address, a screen without its password, a process that outlives the demo.
"""

import os
import secrets
import select
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

HOST = "127.0.0.1"
PORT = 6080
# The booth's screen and the bench panel beside it.
_WIDTH, _HEIGHT = 1920 + 460, 1080
_START_SECONDS = 20
_PAGES = Path("/usr/share/novnc")
_PARTS = {"Xvfb": "xvfb", "x11vnc": "x11vnc", "websockify": "websockify", "setpriv": "util-linux"}
_COOKIE = b"MIT-MAGIC-COOKIE-1"
_ANY_HOST = 0xFFFF


class NoBrowser(Exception):
    """The demo cannot be shown in a browser; says what is missing or in the way, and what to do."""


@dataclass(frozen=True)
class Shown:
    """A screen to draw on (`environment`, for whoever draws), and the address where a browser sees it."""

    address: str
    environment: dict[str, str]


def missing() -> list[str]:
    """Debian packages that are not here, by their names."""
    names = {package for command, package in _PARTS.items() if shutil.which(command) is None}
    if not (_PAGES / "vnc.html").is_file():
        names.add("novnc")
    return sorted(names)


@contextmanager
def in_browser(port: int = PORT) -> Iterator[Shown]:
    """Starts the three parts and gives the address; ends them afterwards, and they end with us if we are killed.

    `port`: of loopback; 0 takes a free one. Raises NoBrowser.
    """
    lacking = missing()
    if lacking:
        raise NoBrowser(
            f"these packages are missing: {', '.join(lacking)}; run scripts/setup, or as root "
            f"apt-get install --no-install-recommends {' '.join(lacking)}"
        )
    port = _free(port)
    # VNC itself has no port at all: a socket in a folder of ours. The browser's port asks for the password, which is
    # new each time and stands behind the # of the address, so that it is sent to nobody and written into no log.
    password = secrets.token_hex(4)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="municipal-atm-")))
        cookie = folder / "cookie"
        _private(cookie, _authority())
        display = stack.enter_context(_screen(cookie))
        stack.enter_context(_vnc(folder, cookie, display, password))
        stack.enter_context(_web(folder, port))
        options = urlencode({"autoconnect": "1", "resize": "scale", "path": "websockify", "password": password})
        yield Shown(
            f"http://{HOST}:{port}/vnc.html#{options}",
            {"DISPLAY": display, "XAUTHORITY": str(cookie), "QT_QPA_PLATFORM": "xcb"},
        )


def _free(port: int) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise NoBrowser(
                f"port {port} of {HOST} cannot be used ({error.strerror}); give another: --browser PORT"
            ) from None
        return int(probe.getsockname()[1])


def _authority() -> bytes:
    """An Xauthority file with one new cookie for whatever display: only who can read the file may draw or look."""
    fields = (b"", b"", _COOKIE, secrets.token_bytes(16))
    return struct.pack(">H", _ANY_HOST) + b"".join(struct.pack(">H", len(field)) + field for field in fields)


def _private(file: Path, content: bytes) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(content)


@contextmanager
def _screen(cookie: Path) -> Iterator[str]:
    """Xvfb; gives its display (":7")."""
    reading, writing = os.pipe()
    size = f"{_WIDTH}x{_HEIGHT}x24"
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", size, "-nolisten", "tcp", "-auth", str(cookie)]
    with _running(command, keep=(writing,)) as process:
        os.close(writing)
        with os.fdopen(reading) as answer:
            ready, _, _ = select.select([answer], [], [], _START_SECONDS)
            number = answer.readline().strip() if ready else ""
        if not number:
            raise NoBrowser(f"the screen did not start (Xvfb, exit {process.poll()})")
        yield f":{number}"


@contextmanager
def _vnc(folder: Path, cookie: Path, display: str, password: str) -> Iterator[None]:
    secret, meeting = folder / "password", folder / "vnc"
    _private(secret, f"{password}\n".encode())
    where = ["-display", display, "-auth", str(cookie), "-unixsock", str(meeting), "-passwdfile", f"rm:{secret}"]
    closed = ["-rfbport", "0", "-rfbportv6", "0", "-no6", "-noipv6", "-nosel"]
    command = ["x11vnc", *where, *closed, "-forever", "-shared", "-quiet"]
    with _running(command) as process:
        _until(meeting.exists, process, "x11vnc")
        yield


@contextmanager
def _web(folder: Path, port: int) -> Iterator[None]:
    command = ["websockify", "--web", str(_PAGES), f"--unix-target={folder / 'vnc'}", f"{HOST}:{port}"]
    # A signal that websockify may handle is one that it may mishandle: it is killed, with the handlers it forked.
    with _running(command, end=signal.SIGKILL) as process:
        _until(lambda: _answers(port), process, "websockify")
        yield


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0


def _until(there: Callable[[], bool], process: subprocess.Popen[bytes], name: str) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not there():
        if process.poll() is not None or time.monotonic() > deadline:
            raise NoBrowser(f"{name} did not start (exit {process.poll()})")
        time.sleep(0.05)


@contextmanager
def _running(
    command: list[str], *, keep: tuple[int, ...] = (), end: signal.Signals = signal.SIGTERM
) -> Iterator[subprocess.Popen[bytes]]:
    """A part that ends with this block by `end`, and by the kernel's hand if we are killed."""
    guarded = ["setpriv", "--pdeathsig", end.name.removeprefix("SIG"), "--", *command]
    quiet = subprocess.DEVNULL
    # A session of its own: Ctrl-C is for the demo, which then closes its windows while their screen still stands.
    with subprocess.Popen(
        guarded, stdin=quiet, stdout=quiet, stderr=quiet, pass_fds=keep, start_new_session=True
    ) as process:
        try:
            yield process
        finally:
            _end(process, end)


def _end(process: subprocess.Popen[bytes], how: signal.Signals) -> None:
    for each in (how, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, each)
        try:
            process.wait(5)
            return
        except subprocess.TimeoutExpired:
            continue
