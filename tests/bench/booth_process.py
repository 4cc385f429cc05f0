"""The real booth on a screen, with a reader in memory that is moved from standard input. Run by the bench.

Lines in: insert, remove, look, quit. A `look` is answered with one JSON line: the screen's name and where its things
stand. Cards and the town come from the folder that the bench made.
"""

import json
import sys
import threading
from pathlib import Path

from PySide6.QtCore import QObject, QPointF, Signal

from card_reader import CardImage, VirtualCard, VirtualReader
from kiosk import settings, wiring
from kiosk.ui.run import Screen, on_screen


class Orders(QObject):
    """Standard input, line by line, on the window's thread."""

    came = Signal(str)

    def listen(self) -> None:
        threading.Thread(target=lambda: [self.came.emit(line.strip()) for line in sys.stdin], daemon=True).start()


def main(home: Path) -> None:
    reader = VirtualReader()
    card = VirtualCard(CardImage.from_json((home / "card.json").read_text(encoding="utf-8")))
    with (
        wiring.open_booth(settings.load(home / "kiosk.toml"), bench=wiring.Bench(reader=reader)) as booth,
        on_screen(booth, size=(1920, 1080), fullscreen=True) as screen,
    ):
        orders = Orders()
        orders.came.connect(lambda order: obey(order, screen, reader, card))
        orders.listen()
        screen.app.exec()


def obey(order: str, screen: Screen, reader: VirtualReader, card: VirtualCard) -> None:
    match order:
        case "insert":
            reader.insert(card)
        case "remove":
            reader.remove()
        case "look":
            items = screen.window._walker.pressables()
            places = {
                item.objectName(): [
                    item.mapToScene(QPointF(item.width() / 2, item.height() / 2)).toPoint().toTuple(),
                    [round(item.width()), round(item.height())],
                ]
                for item in items
            }
            print(json.dumps({"shows": screen.stage.property("screen"), "items": places}), flush=True)
        case "quit":
            screen.app.quit()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
