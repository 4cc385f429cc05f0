"""A booth whose disk is filled by somebody else while a resident's act is under way. Run by test_expiry, with the
booth's folder as the only thing on a small disk.

Takes one JSON line on standard input: {"home", "card", "election"}. Prints one: what the resident read each time, and
what the booth held before and after.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import small_town as st
from lobby_house import Desk, House, face, house_of

from card_reader import CardImage, VirtualReader
from kiosk import settings, wiring
from kiosk.counter.presenting.presenters import present
from kiosk.desk.actions import Choose, Next, OpenCategory
from kiosk.desk.pages import Work
from kiosk.kernel import expiry
from kiosk.kernel.booth import Booth
from kiosk.store import StoreFull, facts
from municipality.matter import Category
from municipality.matters.votes.messages import Election
from sync import outbox


class _Filling(list[Work]):
    """Fills the disk at the first word of what the booth is doing: after it was asked whether there is room."""

    def __init__(self, booth: Booth, ballast: Path) -> None:
        super().__init__()
        self._booth, self._ballast = booth, ballast

    def append(self, word: Work) -> None:
        super().append(word)
        if len(self) == 1:
            _fill(self._booth, self._ballast)


def _fill(booth: Booth, ballast: Path) -> None:
    booth.store.fold()  # or there might be room in the write-ahead log
    with suppress(OSError), ballast.open("wb", buffering=0) as file:
        while file.write(bytes(65536)):
            pass


@contextmanager
def _full(house: House, ballast: Path) -> Iterator[None]:
    house.progress = _Filling(house.desk.booth, ballast)
    try:
        yield
    finally:
        house.progress = []
        ballast.unlink(missing_ok=True)


def _vote(house: House) -> None:
    house.to_review()
    house.act(Next())


def _paper(house: House) -> None:
    house.act(OpenCategory(Category.DOCUMENTS))
    house.act(Choose("certificates:family_status"))
    house.act(Next())


def _held(booth: Booth) -> list[int]:
    with booth.store.reading() as connection:
        counts = outbox.counts(connection)
        numbers = connection.exec_driver_sql("SELECT count(*) FROM certificates").scalar_one()
    return [counts.waiting_ballots, counts.waiting_acts, int(numbers)]


def _tried(house: House, ballast: Path, begin: Callable[[House], None]) -> dict[str, Any]:
    """One act without room, and the same again with room."""
    booth, said = house.desk.booth, {}
    house.sign_in()
    with _full(house, ballast):
        begin(house)
        shown = [present(house.view, language) for language in ("el", "en")]
        said["read"] = [[one["code"], one["title"], one["text"]] for one in shown]
        said["no new act"] = expiry.no_new_act(booth, expiry.Service("votes"))
        said["held"] = _held(booth)
        with booth.store.reading() as connection:
            said["committed"] = facts.get(connection, "committed")
    house.pull()
    house.sign_in()
    begin(house)
    said["then"] = face(house.view)
    said["held then"] = _held(booth)
    house.pull()
    return said


def _stored(booth: Booth, fact: str) -> bool:
    try:
        with booth.store.writing() as connection:
            facts.put(connection, "committed", fact)
    except StoreFull:
        return False
    return True


def main() -> None:
    order = json.loads(sys.stdin.readline())
    home, reader = Path(order["home"]), VirtualReader()
    election, card = Election.read(order["election"]), CardImage.from_json(order["card"])
    town: Any = SimpleNamespace(cards={st.ANNA: card}, election=election)
    with (
        wiring.open_booth(settings.load(home / "kiosk.toml"), bench=wiring.Bench(reader=reader)) as booth,
        house_of(Desk(town, booth, reader, home)) as house,
    ):
        assert _stored(booth, "safe")
        said = {"vote": _tried(house, home / "ballast", _vote), "paper": _tried(house, home / "ballast", _paper)}
        _fill(booth, home / "ballast")
        said["fact"] = {"stored": _stored(booth, "x" * 8_000_000)}
    print(json.dumps(said))


if __name__ == "__main__":
    main()
