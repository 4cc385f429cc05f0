"""Screens with sample data, in each language, size and scheme, as PNG files and one contact sheet.

`python -m kiosk.ui.gallery OUT [--only NAME…] [--sizes 1920x1080…] [--schemes N…] [--text-sizes N…] [--low-reach]`
draws the residents' screens, `python -m kiosk.demo.screens` with the same words the technician's pages too; with
--gallery the controls of the kit instead. Needs no display. Never: a real resident's data.
"""

import argparse
import html
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.desk.views import View
from kiosk.desk.work import Run, Turn
from kiosk.ui.gallery.samples import NOW, sample_settings, samples
from kiosk.ui.stage.appearance import SCHEMES, TEXT_SIZES

if TYPE_CHECKING:
    from kiosk.ui.stage.stage import WindowStage

SIZES = ("1920x1080", "1366x768", "1280x1024", "1080x1920")
BOTH_WAYS = ("1920x1080", "1080x1920")
LANGUAGES = ("el", "en")


@dataclass
class ShowingLobby:
    """A lobby that shows what it is told to and remembers what it was asked: for the gallery and for tests."""

    view: View
    asked: list[Any] = field(default_factory=list)
    answers: dict[type, View] = field(default_factory=dict)
    run: Run | None = None

    def show(self, view: View) -> None:
        self.view = view

    def reader(self, state: Any) -> Turn:
        return self._turn(state)

    def act(self, action: Any) -> Turn:
        return self._turn(action)

    def finished(self, run: Run, result: object) -> Turn:
        return self._turn((run, result))

    def tick(self, now: datetime) -> Turn:
        return Turn(self.view)

    def _turn(self, asked: Any) -> Turn:
        self.asked.append(asked)
        self.view = self.answers.get(type(asked), self.view)
        run, self.run = self.run, None
        return Turn(self.view, run)


def headless() -> None:
    """No display and the software renderer, unless the environment says otherwise. Call it before Qt is loaded."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ.setdefault("QT_QUICK_BACKEND", "software")


@dataclass(frozen=True)
class Wanted:
    """What is to be drawn: views by name, and the looks of each as (size, scheme, text size)."""

    views: Mapping[str, View]
    looks: tuple[tuple[str, int, int], ...]
    low_reach: bool = False


def looks(sizes: list[str] | None, schemes: list[int] | None, texts: list[int]) -> tuple[tuple[str, int, int], ...]:
    """What was asked for; without a word, light in every size and the other schemes lying and standing."""
    pairs = [(size, scheme) for size in sizes or SIZES for scheme in schemes or range(len(SCHEMES))]
    if not sizes and not schemes:
        pairs = [(size, scheme) for size, scheme in pairs if scheme == 0 or size in BOTH_WAYS]
    return tuple((size, scheme, text) for size, scheme in pairs for text in texts)


def render(out: Path, wanted: Wanted) -> int:
    """Writes the pictures into `out`; the number of them."""
    from kiosk.ui import BoothWindow

    count = 0
    for size in dict.fromkeys(size for size, _scheme, _text in wanted.looks):
        lobby, stage = showing_stage()
        window = BoothWindow(stage, size=_numbers(size))
        for name, view in wanted.views.items():
            for language in LANGUAGES:
                for scheme, text in ((scheme, text) for each, scheme, text in wanted.looks if each == size):
                    lobby.show(view)
                    _dress(stage, language, scheme, text, low_reach=wanted.low_reach)
                    window.grab()  # rows and columns place their children when a frame is drawn
                    _settle()
                    form = "_low" if wanted.low_reach else ""
                    window.grab().save(str(out / f"{name}_{size}_{language}_s{scheme}_t{text}{form}.png"))
                    count += 1
        window.close()
        stage.shutdown()
        print("\n".join(window.complaints), file=sys.stderr, end="")
    return count


def showing_stage() -> "tuple[ShowingLobby, WindowStage]":
    """A stage that shows what its lobby is told to; shut it down."""
    from kiosk.ui import WindowStage, application
    from kiosk.ui.window.local_counter import LocalCounter

    application()
    lobby = ShowingLobby(next(iter(samples().values())))
    return lobby, WindowStage(LocalCounter(lobby, LANGUAGES, lambda: NOW), sample_settings(LANGUAGES))


def _dress(stage: "WindowStage", language: str, scheme: int, text: int, *, low_reach: bool) -> None:
    stage.beat()
    # A picture must not depend on the moment when it was taken.
    stage.setMotion(False)
    stage.setScheme(scheme)
    stage.setTextSize(text)
    stage.setLowReach(low_reach)
    stage.setLanguage(language)
    _settle()


def _settle() -> None:
    from PySide6.QtCore import QCoreApplication

    for _ in range(3):
        QCoreApplication.processEvents()


def _numbers(size: str) -> tuple[int, int]:
    wide, high = size.split("x")
    return int(wide), int(high)


def contact_sheet(out: Path) -> Path:
    """One HTML page with every picture."""
    figures = "\n".join(
        f'<figure><a href="{html.escape(p.name)}"><img loading="lazy" src="{html.escape(p.name)}" alt=""></a>'
        f"<figcaption>{html.escape(p.stem)}</figcaption></figure>"
        for p in sorted(out.glob("*.png"))
    )
    sheet = out / "index.html"
    sheet.write_text(
        "<!doctype html><meta charset=utf-8><title>Screens</title><style>body{font:14px sans-serif;display:grid;"
        "grid-template-columns:repeat(auto-fill,minmax(420px,1fr));gap:16px}figure{margin:0}img{width:100%;"
        f"border:1px solid #ccc}}</style>\n{figures}\n",
        encoding="utf-8",
    )
    return sheet


def _draw(asked: argparse.Namespace, shown: Mapping[str, View]) -> int:
    texts: list[int] = asked.text_sizes
    wanted = Wanted(
        {name: shown[name] for name in asked.only}, looks(asked.sizes, asked.schemes, texts), asked.low_reach
    )
    if not asked.gallery:
        return render(asked.out, wanted)
    from kiosk.ui.gallery.kit import render_kit

    _lobby, stage = showing_stage()
    stage.setMotion(False)
    sizes = [_numbers(size) for size in asked.sizes or BOTH_WAYS]
    count = render_kit(stage, asked.out, sizes, [(s, t) for s in asked.schemes or range(len(SCHEMES)) for t in texts])
    stage.shutdown()
    return count


def main(arguments: list[str], shown: Mapping[str, View]) -> int:
    """Draws of `shown` what the command line names, or all of it."""
    parser = argparse.ArgumentParser(prog="scripts/screens", description="Pictures of every screen.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--gallery", action="store_true", help="the controls of the kit in every state instead")
    parser.add_argument("--only", nargs="+", default=list(shown), choices=list(shown))
    parser.add_argument("--sizes", nargs="+")
    parser.add_argument("--schemes", nargs="+", type=int, choices=range(len(SCHEMES)))
    parser.add_argument("--text-sizes", nargs="+", type=int, default=[0], choices=range(TEXT_SIZES))
    parser.add_argument("--low-reach", action="store_true", help="with every action in the lower half")
    asked = parser.parse_args(arguments)
    asked.out.mkdir(parents=True, exist_ok=True)
    headless()
    count = _draw(asked, shown)
    print(f"{count} pictures; contact sheet: {contact_sheet(asked.out)}")
    return 0
