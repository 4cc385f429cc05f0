"""The real booth on a screen, in two processes, with a reader in memory that is moved from standard input. For the
bench.

Lines in: insert, remove, look, quit. A `look` is answered with one JSON line: the screen's name and where its things
stand. Cards and the town come from the folder that the bench made.
"""

import json
import sys
import threading
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QPointF, Signal

sys.path.append(str(Path(__file__).parent.parent / "support"))

from moved_counter import Hand, command

from kiosk.counter import first_picture
from kiosk.ui.window.screen import Screen
from kiosk.ui.window.two_processes import run_in_two_processes


class Orders(QObject):
    """Standard input, line by line, on the window's thread."""

    came = Signal(str)

    def listen(self) -> None:
        threading.Thread(target=lambda: [self.came.emit(line.strip()) for line in sys.stdin], daemon=True).start()


def main(home: Path) -> int:
    hand, orders = Hand(home), Orders()

    def stands(screen: Screen) -> None:
        orders.came.connect(partial(obey, screen, hand))
        orders.listen()

    return run_in_two_processes(command(home), first_picture.place(home / "kiosk.toml"), stands)


def obey(screen: Screen, hand: Hand, order: str) -> None:
    match order:
        case "insert":
            hand.insert()
        case "remove":
            hand.remove()
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
    sys.exit(main(Path(sys.argv[1])))
