"""An act of any matter, from a resident's card at a real booth to the end of its period at a real centre."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import leaks
import sqlalchemy as sa

from card_reader import Pin, VirtualCard, VirtualReader
from central.clock import SetClock
from central.kernel.centre import Centre
from central.store.tables import metadata
from kiosk import settings, wiring
from kiosk.identity import signing_in
from kiosk.identity.signing_in import AskPin, Session
from kiosk.kernel.booth import Booth
from kiosk.syncing import rounds
from sync import Envelope, outbox


@dataclass(frozen=True)
class AtBooth:
    """A booth of the seeded town, after its first round, and what one does there."""

    town: Any
    booth: Booth
    reader: VirtualReader

    @property
    def home(self) -> Path:
        return self.booth.settings.store.file.parents[1]

    def sign_in(self, kind: str = "elector") -> Session:
        """With the card of the first resident of this kind, and its PIN."""
        self.reader.insert(VirtualCard(self.town.card(kind)))
        asked = signing_in.begin(self.booth)
        assert isinstance(asked, AskPin), asked
        pin = next(card["pin"] for card in self.town.summary["cards"] if card["kind"] == kind)
        session = signing_in.unlock(self.booth, asked, Pin(pin))
        assert isinstance(session, Session), session
        return session

    def waiting(self) -> list[Envelope]:
        with self.booth.store.reading() as connection:
            return outbox.pending(connection, 10)

    def round(self) -> Any:
        """A round with the town hall, all of whose stages went well."""
        line = self.booth.dial()
        try:
            report = rounds.sync_once(self.booth, line, lambda *_: None)
        finally:
            line.close()
        assert report.ok, [(stage.name, stage.problem) for stage in report.stages]
        return report

    def places(self, word: str) -> set[str]:
        """Where a word stands at the booth: columns of its database, opened; its files, and their names."""
        key = self.booth.settings.store.key_file.read_text().strip()
        stored = leaks.found(leaks.columns(self.booth.settings.store.file, key), [word])
        return {*stored, *leaks.found(leaks.files(self.home), [word])}


@contextmanager
def at_booth(town: Any, url: str) -> Iterator[AtBooth]:
    reader = VirtualReader()
    file = town.folder / "booths" / town.summary["booths"][0]["id"] / "kiosk.toml"
    with wiring.open_booth(settings.load(file, centre_url=url), bench=wiring.Bench(reader=reader)) as booth:
        opened = AtBooth(town, booth, reader)
        opened.round()
        yield opened


def at(centre: Centre, moment: datetime) -> Centre:
    """The same centre, whose clock stands at `moment`."""
    return replace(centre, clock=SetClock(lambda: moment))


def held(centre: Centre, word: str) -> set[str]:
    """Where a word stands in the centre's database: every column of every table."""
    found = set()
    with centre.store.reading() as tx:
        for table in metadata.sorted_tables:
            for row in tx.connection.execute(sa.select(table)).mappings():
                found |= {f"{table.name}.{name}" for name, value in row.items() if word in str(value)}
    return found
