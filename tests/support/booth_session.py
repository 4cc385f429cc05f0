"""A booth's whole session on a panel of one's own: weston and the booth's window as their units start them
(packaging/), and a hand that touches the glass.

    with standing(booth_file, (1080, 1920)) as session:
        session.touch("Βοήθεια")
        session.wait("Κλείσιμο")

What stands where is asked of the window over AT-SPI; every touch goes through the compositor.
"""

import json
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import units
from panel import Panel, light

_LOOK = Path(__file__).with_name("touch_look.py")
_PATIENCE_SECONDS = 30
# The window ignores a way on just after it has come, so that nobody hits what was not there yet.
AFTER_CHANGE_SECONDS = 0.8
_MOST_PAGES = 12
_BETWEEN_LOOKS_SECONDS = 0.1
# What is in the name of the button that shows what stands further down.
DOWNWARD = ("πιο κάτω", "επόμενη σελίδα", "δείτε τη συνέχεια")
# The nested compositor's screen is a window of ours; `--debug` lets weston-debug tell what lies on it.
_NESTED = ("--backend=wayland-backend.so", "--fullscreen", "--debug")
_VIEW = re.compile(r"View \d+ \(role (\S+), PID (\d+),.*\n\s+position: \((-?\d+), (-?\d+)\) -> \((-?\d+), (-?\d+)\)")


@dataclass(frozen=True)
class Thing:
    """What shows at `place` (x, y, width, height)."""

    role: str
    name: str
    place: tuple[int, int, int, int]
    press: bool

    @property
    def centre(self) -> tuple[float, float]:
        x, y, wide, high = self.place
        return x + wide / 2, y + high / 2


def overlap(one: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> bool:
    (x, y, wide, high), (left, top, broad, tall) = one, other
    return x < left + broad and left < x + wide and y < top + tall and top < y + high


def beneath(one: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> bool:
    (x, y, wide, _high), (left, top, broad, tall) = one, other
    return x < left + broad and left < x + wide and y >= top + tall


def leads_down(thing: Thing) -> bool:
    return any(word in thing.name.casefold() for word in DOWNWARD)


@dataclass(frozen=True)
class View:
    """A surface that the compositor shows: whose, and from where to where."""

    role: str
    process: int
    place: tuple[int, int, int, int]


class Session:
    def __init__(
        self, panel: Panel, compositor: "subprocess.Popen[bytes]", window: "subprocess.Popen[str]", runtime: Path
    ) -> None:
        self.panel, self.compositor, self._window, self._runtime = panel, compositor, window, runtime
        self.folder = runtime / "work"  # where the compositor would leave what it writes

    def see(self) -> list[Thing]:
        """What shows now, once it stands still."""
        assert self._window.stdin and self._window.stdout
        print(file=self._window.stdin, flush=True)
        for line in self._window.stdout:
            if line.startswith("seen "):
                return [
                    Thing(one["role"], one["name"], tuple(one["place"]), one["press"])
                    for one in json.loads(line.removeprefix("seen "))
                ]
        raise AssertionError("the booth's window, or whoever looks at it, is gone")

    def look_for(self, begins: str) -> Thing:
        """What shows and has a name that begins so, when it has come."""
        found: list[Thing] = []

        def there() -> bool:
            found.extend(thing for thing in self.see() if thing.name.startswith(begins))
            return bool(found)

        self._until(there, begins)
        return found[0]

    def wait(self, *begins: str, seconds: float = _PATIENCE_SECONDS) -> str:
        """Until something shows whose name begins with one of these; which of them."""
        found: list[str] = []

        def there() -> bool:
            names = [thing.name for thing in self.see()]
            found.extend(one for one in begins if any(name.startswith(one) for name in names))
            return bool(found)

        self._until(there, f"one of {begins}", seconds)
        time.sleep(AFTER_CHANGE_SECONDS)
        return found[0]

    def touch(self, begins: str) -> None:
        """A finger on the first button whose name begins so; after going down the page, where it stands further down or
        opens only when all of the page was seen."""
        for _page in range(_MOST_PAGES):
            here: list[Thing] = []

            def there(here: list[Thing] = here) -> bool:
                buttons = [thing for thing in self.see() if thing.press]
                down = [thing for thing in buttons if leads_down(thing) and self._on_glass(thing)]
                free = [thing for thing in buttons if self._free(thing, buttons, down)]
                here.extend(thing for thing in free if thing.name.startswith(begins))
                here.extend(down)
                return bool(here)

            self._until(there, f"the button {begins!r}")
            self.panel.touch(*here[0].centre)
            if here[0].name.startswith(begins):
                return
            time.sleep(AFTER_CHANGE_SECONDS)
        raise AssertionError(f"no page shows {begins!r}")

    def touch_all(self, names: Iterable[str]) -> None:
        """A finger on the buttons of these names, one after the other, all of which stand there: keys of a pad."""
        pad = {thing.name: thing.centre for thing in self.see() if thing.press}
        for name in names:
            self.panel.touch(*pad[name])

    def views(self) -> list[View]:
        """All that the compositor shows but for its own black behind it."""
        told = subprocess.run(
            ["weston-debug", "scene-graph"],
            env={"XDG_RUNTIME_DIR": str(self._runtime), "WAYLAND_DISPLAY": "booth", "PATH": "/usr/bin:/bin"},
            capture_output=True, text=True, timeout=20, check=True,
        ).stdout  # fmt: skip
        assert "Weston scene graph" in told, told
        views = [View(role, int(process), tuple(map(int, place))) for role, process, *place in _VIEW.findall(told)]
        return [view for view in views if view.process]

    def _on_glass(self, thing: Thing) -> bool:
        x, y, wide, high = thing.place
        return min(x, y) >= 0 and x + wide <= self.panel.size[0] and y + high <= self.panel.size[1]

    def _free(self, thing: Thing, buttons: list[Thing], down: list[Thing]) -> bool:
        """All of it is on the glass, under no other button, and not beneath one that leads down: what a page cuts off
        is told with all of its place."""
        under = any(overlap(thing.place, other.place) for other in buttons if other is not thing)
        return self._on_glass(thing) and not under and not any(beneath(thing.place, one.place) for one in down)

    def _until(self, there: Callable[[], bool], what: str, seconds: float = _PATIENCE_SECONDS) -> None:
        deadline = time.monotonic() + seconds
        while not there():
            if time.monotonic() > deadline:
                shown = [thing.name for thing in self.see()]
                raise AssertionError(f"waited {seconds} s for {what}, there is {shown}")
            time.sleep(_BETWEEN_LOOKS_SECONDS)


@contextmanager
def standing(booth: Path, size: tuple[int, int], log: Path) -> Iterator[Session]:
    """The session of the booth whose settings file is `booth`. What weston and the window say goes to `log`."""
    runtime = Path(tempfile.mkdtemp(prefix="booth-"))  # short: the name of a socket has 107 bytes
    moved = {
        "/run/municipal-atm-screen": str(runtime),
        "/etc/municipal-atm/weston.ini": str(units.PACKAGING / "weston" / "weston.ini"),
        "/etc/municipal-atm/kiosk.toml": str(booth),
    }
    screen, window = units.unit("kiosk-screen.service", moved), units.unit("kiosk.service", moved)
    (runtime / "work").mkdir()
    looking = ("dbus-run-session", "--", "/usr/bin/python3", str(_LOOK))
    heard = {"QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1"}
    try:
        with (
            log.open("w") as said,
            Panel(runtime, size) as panel,
            units.ready(
                screen,
                runtime,
                *_NESTED,
                env={"WAYLAND_DISPLAY": panel.name},
                cwd=runtime / "work",
                stdout=said,
                stderr=said,
            ) as compositor,
        ):
            light(panel)
            with window.start(
                around=looking, env=heard, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said, text=True
            ) as process:
                try:
                    yield Session(panel, compositor, process, runtime)
                finally:
                    assert process.stdin
                    process.stdin.close()  # which ends the window too, by its proper end
                    units.end(process, told=False)
    finally:
        shutil.rmtree(runtime, ignore_errors=True)
