"""A visit as a short film: `python -m kiosk.demo.film OUT` (a .webp or .gif file, or a folder that gets visit.webp).

Works on a town hall of its own that is thrown away. Never: a real resident, a display, more than its one file.
"""

import os
import sys
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

if TYPE_CHECKING:
    from PySide6.QtCore import QPoint
    from PySide6.QtGui import QImage

SCREEN = (1920, 1080)
FRAME = (960, 540)
_LOOK_MS, _TOUCH_MS, _LAST_MS = 1300, 320, 2600
_FINGER, _RIM = (255, 221, 0, 200), (15, 34, 64, 255)


@dataclass(frozen=True)
class Frame:
    """One picture and how long it stays, in milliseconds."""

    picture: Image.Image
    milliseconds: int


@dataclass
class Camera:
    """What a visit looks like: a still of each screen, and the finger before each touch."""

    frames: list[Frame] = field(default_factory=list)

    def still(self, seen: "QImage") -> None:
        self.frames.append(Frame(_picture(seen), _LOOK_MS))

    def touch(self, seen: "QImage", place: "QPoint") -> None:
        picture = _picture(seen)
        x, y, radius = place.x() * FRAME[0] / seen.width(), place.y() * FRAME[1] / seen.height(), 14
        ImageDraw.Draw(picture, "RGBA").ellipse(
            (x - radius, y - radius, x + radius, y + radius), fill=_FINGER, outline=_RIM, width=3
        )
        self.frames.append(Frame(picture, _TOUCH_MS))

    def save(self, file: Path) -> None:
        """Writes a .webp or .gif that begins again at its end. Raises ValueError for another kind of file."""
        kind = file.suffix.lower()
        if kind not in (".webp", ".gif"):
            raise ValueError(f"{file.name}: a film is a .webp or a .gif")
        pictures = [frame.picture for frame in self.frames]
        lasting = [frame.milliseconds for frame in self.frames[:-1]] + [_LAST_MS]
        options = {"quality": 70, "method": 4} if kind == ".webp" else {"optimize": True}
        pictures[0].save(file, save_all=True, append_images=pictures[1:], duration=lasting, loop=0, **options)


def _picture(seen: "QImage") -> Image.Image:
    from PySide6.QtGui import QImage

    flat = seen.convertToFormat(QImage.Format.Format_RGB888)
    size = (flat.width(), flat.height())
    whole = Image.frombuffer("RGB", size, bytes(flat.constBits()), "raw", "RGB", flat.bytesPerLine(), 1)
    return whole.resize(FRAME, Image.Resampling.LANCZOS)


def film(out: Path) -> Path:
    """Records a whole visit on a new town hall; gives the file."""
    from card_reader import VirtualCard, VirtualReader
    from kiosk import settings, wiring
    from kiosk.demo.town import Town, run_tool
    from kiosk.demo.walk import Walker, whole_visit
    from kiosk.ui.window.local_counter import on_screen

    camera = Camera()

    class Filmed(Walker):
        def press(self, place: "QPoint") -> None:
            camera.touch(self.screen.window.grab(), place)
            super().press(place)

        def picture(self, name: str) -> None:
            camera.still(self.screen.window.grab())

    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="municipal-atm-film-") as folder:
        town = Town(Path(folder) / "town")
        town.seed()
        election = town.open_vote(datetime.now(UTC))
        file = town.booth_file(town.booths[0])
        card = next(card for card in town.cards() if card.kind == "elector")
        with town.centre() as url:
            run_tool("kiosk", "sync", "--once", "--config", str(file), "--centre", url, "--json")
            reader = VirtualReader()
            opened = wiring.open_booth(settings.load(file, centre_url=url), bench=wiring.Bench(reader=reader))
            with opened as booth:
                wiring.settle_after_start(booth)
                with on_screen(booth, size=SCREEN, fullscreen=False) as screen:
                    whole_visit(Filmed(screen, reader), VirtualCard(card.image), card.pin, election["election"])
    camera.save(out)
    return out


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print("usage: python -m kiosk.demo.film OUT", file=sys.stderr)
        return os.EX_USAGE
    out = Path(arguments[0])
    out = out if out.suffix else out / "visit.webp"
    if out.suffix.lower() not in (".webp", ".gif"):
        print(f"{out}: a film is a .webp or a .gif", file=sys.stderr)
        return os.EX_USAGE
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ.setdefault("QT_QUICK_BACKEND", "software")
    made = film(out)
    print(f"{made}: {made.stat().st_size // 1024} KB")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
