"""Every screen with sample data, in each language and size, as PNG files and one contact sheet.

`python -m kiosk.ui.gallery OUT [--only NAME…] [--sizes 1920x1080…] [--schemes N…] [--text-sizes N…]`.
Needs no display. Never: a real resident's data.
"""

import argparse
import html
import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from kiosk.flows.views import View
from kiosk.flows.work import Run, Turn
from kiosk.ui.samples import MUNICIPALITY, NOW, UNIT, samples

SIZES = ("1920x1080", "1366x768", "1280x1024", "1080x1920")
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


def render(out: Path, names: Iterable[str], sizes: Iterable[str], schemes: Iterable[int], texts: Iterable[int]) -> int:
    """Writes the pictures into `out`; the number of them."""
    from kiosk.ui import BoothWindow, Lanes, Stage, StageSettings, application

    app = application()
    wanted = samples()
    names, schemes, texts, count = list(names), list(schemes), list(texts), 0
    for size in sizes:
        lobby = ShowingLobby(next(iter(wanted.values())))
        stage = Stage(lobby, Lanes(), StageSettings(MUNICIPALITY, UNIT, demo=True), lambda: NOW)
        wide, high = (int(part) for part in size.split("x"))
        window = BoothWindow(stage, size=(wide, high))
        for name in names:
            for language in LANGUAGES:
                for scheme in schemes:
                    for text in texts:
                        lobby.show(wanted[name])
                        stage.beat()
                        stage.setMotion(False)
                        stage.setScheme(scheme)
                        stage.setTextSize(text)
                        if stage.language != language:
                            stage.switchLanguage()
                        for _ in range(6):
                            app.processEvents()
                        looks = f"{'' if not scheme else f'_s{scheme}'}{'' if not text else f'_t{text}'}"
                        window.grab().save(str(out / f"{name}_{size}_{language}{looks}.png"))
                        count += 1
        window.close()
        stage.shutdown()
        print("\n".join(window.complaints), file=sys.stderr, end="")
    return count


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


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="scripts/screens", description="Pictures of every screen.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--only", nargs="+", default=list(samples()), choices=list(samples()))
    parser.add_argument("--sizes", nargs="+", default=list(SIZES))
    parser.add_argument("--schemes", nargs="+", type=int, default=[0], choices=range(4))
    parser.add_argument("--text-sizes", nargs="+", type=int, default=[0], choices=range(4))
    wanted = parser.parse_args(arguments)
    wanted.out.mkdir(parents=True, exist_ok=True)
    headless()
    count = render(wanted.out, wanted.only, wanted.sizes, wanted.schemes, wanted.text_sizes)
    print(f"{count} pictures; contact sheet: {contact_sheet(wanted.out)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
