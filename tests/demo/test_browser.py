"""The demo in a browser: on 127.0.0.1 and nowhere else, behind its password, and gone when the demo goes."""

import base64
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from urllib.request import urlopen

import pytest
from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from waiting import running, until

from kiosk.demo import browser
from kiosk.demo.browser import NoBrowser, Shown, in_browser

LISTENING, LOOPBACK = "0A", "0100007F"
HOLDER = "import time\nfrom kiosk.demo.browser import in_browser\nwith in_browser(0) as shown:\n" \
         "    print(shown.address, *shown.environment.values(), flush=True)\n    time.sleep(100)\n"  # fmt: skip


def descendants(pid: int) -> set[int]:
    """A process that ends meanwhile (one that served a viewer just now) has none."""
    found: set[int] = set()
    with suppress(FileNotFoundError, ProcessLookupError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in map(int, (task / "children").read_text().split()):
                found |= {child} | descendants(child)
    return found


def listeners(pids: set[int]) -> list[tuple[str, int]]:
    """Addresses (as the kernel writes them) and ports on which any of `pids` listens, IPv4 and IPv6."""
    inodes = set()
    for held in (held for pid in pids for held in held_by(pid)):
        with suppress(OSError):
            inodes |= set(re.findall(r"socket:\[(\d+)\]", str(held.readlink())))
    found = []
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            parts = line.split()
            if parts[3] == LISTENING and parts[9] in inodes:
                address, port = parts[1].split(":")
                found.append((address, int(port, 16)))
    return found


def held_by(pid: int) -> list[Path]:
    """Its open files; none of a process that has ended."""
    with suppress(FileNotFoundError, ProcessLookupError):
        return list(Path(f"/proc/{pid}/fd").iterdir())
    return []


def parts_of(shown: Shown) -> set[int]:
    """The processes below this one that show `shown`, with those that they started themselves."""
    folder = str(Path(shown.environment["XAUTHORITY"]).parent)
    parts = {pid for pid in descendants(os.getpid()) if folder in command_line(pid)}
    return parts.union(*(descendants(pid) for pid in parts))


def command_line(pid: int) -> str:
    with suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/cmdline").read_text()
    return ""


@contextmanager
def ended(process: subprocess.Popen[str]) -> Iterator[subprocess.Popen[str]]:
    """`process`, which does not outlive the test whatever happens in it."""
    with process:
        try:
            yield process
        finally:
            process.kill()


def port_of(shown: Shown) -> int:
    return int(urlsplit(shown.address).port or 0)


def password_of(shown: Shown) -> str:
    return parse_qs(urlsplit(shown.address).fragment)["password"][0]


class Viewer:
    """What noVNC does, as far as the greeting: a websocket, RFB 3.8, VNC's own password."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall(
            f"GET /websockify HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: binary\r\n\r\n".encode()
        )
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += self.exactly(1)
        self.status, self.kept = head.split(b"\r\n")[0], b""

    def __enter__(self) -> "Viewer":
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def exactly(self, count: int) -> bytes:
        got = b""
        while len(got) < count:
            more = self.socket.recv(count - len(got))
            assert more, "the line was closed"
            got += more
        return got

    def read(self, count: int) -> bytes:
        while len(self.kept) < count:
            kind, size = self.exactly(2)
            assert kind & 0x0F == 2, "a binary frame"
            if size == 126:
                (size,) = struct.unpack(">H", self.exactly(2))
            elif size == 127:
                (size,) = struct.unpack(">Q", self.exactly(8))
            self.kept += self.exactly(size)
        answer, self.kept = self.kept[:count], self.kept[count:]
        return answer

    def send(self, content: bytes) -> None:
        assert len(content) < 126
        self.socket.sendall(bytes([0x82, 0x80 | len(content), 0, 0, 0, 0]) + content)

    def greet(self) -> list[int]:
        """Agrees on RFB 3.8; the kinds of locks offered (1 is none, 2 is a password)."""
        assert self.read(12) == b"RFB 003.008\n"
        self.send(b"RFB 003.008\n")
        return list(self.read(self.read(1)[0]))

    def unlock(self, password: str) -> bool:
        self.send(b"\x02")
        turned = bytes(int(f"{byte:08b}"[::-1], 2) for byte in password.encode().ljust(8, b"\0"))
        cipher = Cipher(TripleDES(turned * 3), modes.ECB()).encryptor()  # VNC's own, with one DES key
        self.send(cipher.update(self.read(16)))
        return self.read(4) == b"\0\0\0\0"

    def size(self) -> tuple[int, int]:
        self.send(b"\x01")
        width, height = struct.unpack(">HH", self.read(4))
        return width, height


@pytest.fixture(scope="module")
def shown() -> Iterator[Shown]:
    with in_browser(0) as there:
        yield there


def test_the_page_answers(shown: Shown) -> None:
    with urlopen(shown.address.split("#")[0], timeout=60) as answer:
        assert answer.status == 200 and b"noVNC" in answer.read()


def test_the_line_behind_the_page_shows_the_whole_screen(shown: Shown) -> None:
    with Viewer(port_of(shown)) as viewer:
        assert viewer.status == b"HTTP/1.1 101 Switching Protocols"
        assert viewer.greet() == [2], "a password and nothing less"
        assert viewer.unlock(password_of(shown))
        assert viewer.size() == (1920 + 460, 1080)


def test_another_password_opens_nothing(shown: Shown) -> None:
    with Viewer(port_of(shown)) as viewer:
        viewer.greet()
        assert not viewer.unlock("password")


def test_the_password_is_in_no_command_line_and_no_request(shown: Shown) -> None:
    assert "password=" not in shown.address.split("#")[0]
    assert parts_of(shown)
    for pid in descendants(os.getpid()):
        assert password_of(shown) not in command_line(pid)
    folder = Path(shown.environment["XAUTHORITY"]).parent
    assert folder.stat().st_mode & 0o777 == 0o700
    assert not (folder / "password").exists(), "the server read it and took it away"


def test_it_listens_on_loopback_only_and_on_one_port(shown: Shown) -> None:
    # Not everything below this process: another test's printer or centre may stand there too.
    assert listeners(parts_of(shown)) == [(LOOPBACK, port_of(shown))]
    assert shown.address.startswith("http://127.0.0.1:")


def test_only_who_has_the_cookie_draws_on_the_screen(shown: Shown) -> None:
    look = [sys.executable, "-c", "from PySide6.QtGui import QGuiApplication as A; print(A([]).primaryScreen().size())"]
    there = {**os.environ, **shown.environment}
    assert b"2380, 1080" in subprocess.run(look, env=there, capture_output=True, check=True).stdout
    blind = {**there, "XAUTHORITY": "/dev/null"}
    assert subprocess.run(look, env=blind, capture_output=True, check=False).returncode != 0


def test_everything_ends_with_the_block() -> None:
    with in_browser(0) as there:
        mine = parts_of(there)
        folder = Path(there.environment["XAUTHORITY"]).parent
        assert len(mine) >= 2 and folder.is_dir()
    until(lambda: not any(running(pid) for pid in mine))
    assert not folder.exists()
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port_of(there))) != 0


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
def test_everything_ends_when_the_demo_is_killed(end: signal.Signals) -> None:
    with ended(subprocess.Popen([sys.executable, "-c", HOLDER], stdout=subprocess.PIPE, text=True)) as holder:
        assert holder.stdout is not None
        address, display, cookie, _ = holder.stdout.readline().split()
        parts = descendants(holder.pid)
        assert len(parts) >= 3 and address.startswith("http://127.0.0.1:")
        meeting = Path(f"/tmp/.X11-unix/X{display[1:]}")
        its = made_at(meeting)
        holder.send_signal(end)
        holder.wait(60)
    until(lambda: not any(running(pid) for pid in parts))
    # Its number is free from then on, and another screen of this machine may have taken it.
    until(lambda: made_at(meeting) != its)
    shutil.rmtree(Path(cookie).parent, ignore_errors=True)  # whoever is killed cannot tidy up


def made_at(socket_file: Path) -> int | None:
    """When it was made, in ns; None where there is none (its inode alone is given out again at once)."""
    with suppress(FileNotFoundError):
        return socket_file.stat().st_ctime_ns
    return None


def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(browser, "_PAGES", tmp_path)
    with (
        pytest.raises(NoBrowser, match="novnc, util-linux, websockify, x11vnc, xvfb; run scripts/setup"),
        in_browser(0),
    ):
        pass


def test_a_port_that_is_taken_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(NoBrowser, match=f"port {port} .* give another"), in_browser(port):
            pass


def test_a_part_that_does_not_start_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    lame = tmp_path / "x11vnc"
    lame.write_text("#!/bin/sh\nexit 3\n")
    lame.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    before = descendants(os.getpid())
    with pytest.raises(NoBrowser, match=r"x11vnc did not start \(exit 3\)"), in_browser(0):
        pass
    assert {pid for pid in descendants(os.getpid()) if running(pid)} <= before


@pytest.mark.timeout(300, func_only=True)
def test_the_whole_demo_in_a_browser(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "kiosk.demo", "--browser", "0", "--state", str(tmp_path / "state")]
    with ended(subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)) as demo:
        assert demo.stdout is not None and demo.stderr is not None
        line = next(line for line in demo.stdout if "browser" in line)
        address = re.search(r"http://\S+", line)
        assert address is not None
        there = Shown(address.group(), {})
        parts = descendants(demo.pid)
        assert {where for where, _ in listeners(parts | {demo.pid})} == {LOOPBACK}
        with Viewer(port_of(there)) as viewer:
            viewer.greet()
            assert viewer.unlock(password_of(there)) and viewer.size() == (2380, 1080)
        demo.send_signal(signal.SIGTERM)
        assert demo.wait(60) == 0
        assert "broke" not in demo.stderr.read(), "Qt left its screen before the screen went"
    until(lambda: not any(running(pid) for pid in parts))
