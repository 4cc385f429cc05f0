"""A real Chromium, headless, driven over a pair of pipes (DevTools protocol, no port, no package). Loopback only."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import select
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
AXE = ROOT / ".tools" / "npm" / "node_modules" / "axe-core" / "axe.min.js"
_SECONDS = 60.0  # the machine is busy with other tests
# --host-resolver-rules: a page that asked anybody but this machine would fail.
_SWITCHES = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-extensions", "--disable-sync", "--no-first-run", "--hide-scrollbars", "--remote-debugging-pipe",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "--disable-dev-shm-usage", "about:blank",
)  # fmt: skip


class Chromium:
    """One browser and one page in it."""

    def __init__(self, program: str, home: str) -> None:
        reads, self._out = os.pipe()
        self._in, writes = os.pipe()
        null = os.open(os.devnull, os.O_RDWR)
        # Numbers above all of ours first, so that none is overwritten before it is given and 3 and 4 are free.
        one, other = (max(reads, writes, null, 4) + step for step in (1, 2))
        quiet = [(os.POSIX_SPAWN_DUP2, null, 1), (os.POSIX_SPAWN_DUP2, null, 2)]
        high = [(os.POSIX_SPAWN_DUP2, reads, one), (os.POSIX_SPAWN_DUP2, writes, other)]
        given = [(os.POSIX_SPAWN_DUP2, one, 3), (os.POSIX_SPAWN_DUP2, other, 4)]
        shut = [(os.POSIX_SPAWN_CLOSE, one), (os.POSIX_SPAWN_CLOSE, other)]
        self.pid = os.posix_spawn(
            program,
            [program, f"--user-data-dir={home}", *_SWITCHES],
            dict(os.environ, HOME=home),
            file_actions=[*quiet, *high, *given, *shut],
            setpgroup=0,
        )
        for one in (reads, writes, null):
            os.close(one)
        self._buffer = b""
        self._last = 0
        self._events: list[dict[str, Any]] = []
        target = self.call("Target.createTarget", {"url": "about:blank"}, whole=True)["targetId"]
        attached = self.call("Target.attachToTarget", {"targetId": target, "flatten": True}, whole=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")

    def call(self, method: str, parameters: dict[str, Any] | None = None, *, whole: bool = False) -> dict[str, Any]:
        """One command of the protocol, and its answer. `whole`: to the browser, not to the page."""
        self._last += 1
        message: dict[str, Any] = {"id": self._last, "method": method, "params": parameters or {}}
        if not whole:
            message["sessionId"] = self._session
        self._pour(json.dumps(message).encode() + b"\0")
        deadline = time.monotonic() + _SECONDS
        while True:
            answer = self._read(deadline)
            if answer.get("id") == self._last:
                assert "error" not in answer, answer["error"]
                result: dict[str, Any] = answer["result"]
                return result
            self._events.append(answer)

    def _pour(self, content: bytes) -> None:
        view = memoryview(content)
        while view:
            view = view[os.write(self._out, view[:65536]) :]

    def _read(self, deadline: float) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._in], [], [], max(0.0, deadline - time.monotonic()))
            assert ready, "Chromium does not answer"
            piece = os.read(self._in, 1 << 20)
            assert piece, "Chromium has ended"
            self._buffer += piece
        first, _, self._buffer = self._buffer.partition(b"\0")
        found: dict[str, Any] = json.loads(first)
        return found

    def _wait(self, method: str) -> dict[str, Any]:
        deadline = time.monotonic() + _SECONDS
        while True:
            for event in self._events:
                if event.get("method") == method:
                    self._events.remove(event)
                    return event
            self._events.append(self._read(deadline))

    def go(self, url: str) -> None:
        """Load a page and wait until it is there."""
        self._events.clear()
        self.call("Page.navigate", {"url": url})
        self._wait("Page.loadEventFired")

    def loaded(self) -> None:
        """Wait for the page that a click or a key led to."""
        self._wait("Page.loadEventFired")

    def run(self, expression: str) -> Any:
        """The value of a JavaScript expression in the page; a promise is waited for."""
        answer = self.call("Runtime.evaluate", {"expression": expression, "awaitPromise": True, "returnByValue": True})
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def click(self, selector: str) -> None:
        """Press what `selector` finds, and wait for the page that follows."""
        self._events.clear()
        self.run(f"document.querySelector({json.dumps(selector)}).click()")
        self.loaded()

    def fill(self, selector: str, value: str) -> None:
        self.run(f"document.querySelector({json.dumps(selector)}).value = {json.dumps(value)}")

    def key(self, name: str) -> None:
        """Press and release a key, such as "Tab" or "Enter"."""
        code = {"Tab": 9, "Enter": 13}[name]
        text = {"text": "\r"} if name == "Enter" else {}
        for kind in ("keyDown", "keyUp"):
            event = {"type": kind, "key": name, "code": name, "windowsVirtualKeyCode": code}
            self.call("Input.dispatchKeyEvent", event | (text if kind == "keyDown" else {}))

    def size(self, width: int, height: int, *, dark: bool = False) -> None:
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.call("Emulation.setDeviceMetricsOverride", metrics)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", {"features": [scheme]})

    def scripts(self, on: bool) -> None:
        """Whether pages may run scripts of their own."""
        self.call("Emulation.setScriptExecutionDisabled", {"value": not on})

    def picture(self, file: Path, *, whole: bool = True) -> None:
        """The page as it looks, as PNG; `whole`: to its very end."""
        answer = self.call("Page.captureScreenshot", {"format": "png", "captureBeyondViewport": whole})
        file.write_bytes(base64.b64decode(answer["data"]))

    def axe(self) -> list[str]:
        """What axe-core finds wrong: rule, and where. Best practices as well as WCAG 2.2 A and AA."""
        self.run(AXE.read_text(encoding="utf-8") + "; 1")
        places = "v.nodes.slice(0, 3).map(n => n.target.join(' ') + ' ' + n.html.slice(0, 160)).join(' | ')"
        wrong = f"r => r.violations.map(v => v.id + ': ' + {places})"
        found = self.run(f"axe.run(document, {{resultTypes: ['violations']}}).then({wrong})")
        return [str(one) for one in found]

    def complaints(self) -> list[str]:
        """What the browser itself wrote in its console since the last page began: refused styles, missing files."""
        self.run("1")
        texts = [one["params"]["entry"]["text"] for one in self._events if one.get("method") == "Log.entryAdded"]
        return [text for text in texts if "favicon" not in text]

    def end(self) -> None:
        for one in (self._out, self._in):
            os.close(one)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


@contextlib.contextmanager
def chromium() -> Iterator[Chromium]:
    """A browser of one's own, with an empty profile that goes with it."""
    program = shutil.which("chromium")
    if program is None:
        raise RuntimeError("chromium is not installed: scripts/system-packages names it")
    with tempfile.TemporaryDirectory(prefix="chromium-", ignore_cleanup_errors=True) as home:
        browser = Chromium(program, home)
        try:
            yield browser
        finally:
            browser.end()
