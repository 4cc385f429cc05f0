"""The whole visit on the real screens, the card behind the real pcscd and vpcd: sign in, vote, certificate, leave.
And a card that is pulled while it signs."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import small_town as st
import technicians
from hands import row, technicians_page
from pcscd import running_pcscd

from card_reader import Empty, PcscReader, Reader, VirtualCard, VirtualReader, Vpicc
from kiosk import settings, wiring
from kiosk.demo.patience import pause
from kiosk.demo.walk import Slot, Walker, whole_visit
from kiosk.kernel.booth import Booth
from kiosk.technician import power
from kiosk.ui.window.local_counter import on_screen
from municipality.failures import BoothCode
from municipality.matters.votes.failures import VoteCode
from sync import outbox


class VpcdSlot:
    """A hand that puts virtual cards into vpcd's reader."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.inside: Vpicc | None = None

    def insert(self, card: VirtualCard) -> None:
        self.inside = Vpicc(card, port=self.port)
        self.inside.insert()

    def remove(self) -> None:
        if self.inside is not None:
            self.inside.remove()
            self.inside = None


@pytest.mark.timeout(300, func_only=True)
def test_a_whole_visit_over_pcscd(town, home: Path, tmp_path: Path) -> None:
    loaded = settings.load(home / "kiosk.toml")
    with running_pcscd() as pcscd:
        bench = wiring.Bench(reader=PcscReader(pcscd.reader))
        slot = VpcdSlot(pcscd.port)
        with wiring.open_booth(loaded, bench=bench) as booth, on_screen(booth, size=(1920, 1080)) as screen:
            walker = Walker(screen, slot, tmp_path / "screens")
            try:
                taken = whole_visit(walker, VirtualCard(town.cards[st.ANNA]), st.PIN, town.election.election)
            finally:
                slot.remove()
            assert screen.window.complaints == []
            with booth.store.reading() as connection:
                letters = outbox.pending(connection, 10)
    assert sorted(one.kind for one in letters) == ["certificates.paper", "votes.ballot"]
    assert [technicians.proof_of(town, one, town.cards[st.ANNA]).person for one in letters] == ["R000001"] * 2
    assert len(taken.tracker) > 20 and taken.number.startswith("ΔΟΚ1/")
    assert len(list((home / "papers").glob("*.pdf"))) == 1


class PulledWhileItSigns(VirtualCard):
    """Leaves its reader while it works on the next signature, once it is `armed`."""

    armed = False

    def transmit(self, apdu: bytes | bytearray) -> bytes:
        if self.armed and apdu[1] == 0x87:
            self.armed = False
            self.slot.remove()
        return super().transmit(apdu)


@contextmanager
def slot_of(kind: str) -> Iterator[tuple[Reader, Slot]]:
    if kind == "virtual":
        reader = VirtualReader(late_seconds=0.4)
        yield reader, reader
        return
    with running_pcscd() as pcscd:
        slot = VpcdSlot(pcscd.port)
        yield PcscReader(pcscd.reader), slot
        slot.remove()


@pytest.mark.timeout(300, func_only=True)
@pytest.mark.parametrize("kind", ["virtual", "pcscd"])
def test_a_card_pulled_while_it_signs_reads_what_came_of_it(town, home: Path, kind: str) -> None:
    """Its line breaks first, and the reader tells Empty up to 0.4 s later."""
    loaded = settings.load(home / "kiosk.toml")
    with (
        slot_of(kind) as (reader, slot),
        wiring.open_booth(loaded, bench=wiring.Bench(reader=reader)) as booth,
        on_screen(booth, size=(1280, 1024)) as screen,
    ):
        walker, told, card = Walker(screen, slot), [], PulledWhileItSigns(town.cards[st.ANNA])
        card.slot = slot
        watch = reader.watch(told.append)
        walker.insert(card)
        walker.expect("PinEntry", "pin")
        walker.type_pin(st.PIN)
        walker.expect("Menu", "menu")
        to_review(walker, town.election.election)
        card.armed = True
        walker.touch("primary")
        walker.wait(lambda: walker.shows == "Problem", "the outcome")
        walker.wait(lambda: told[-1] == Empty(), "the reader's word")
        pause(300)
        assert (walker.shows, walker.view("code")) == ("Problem", VoteCode.VOTE_NOT_CAST)
        watch.stop()


# A deed on each lane: the store's, the printer's, the card's.
LANES = (
    ("open:booth", "booth"),
    ("clean:", "booth"),
    ("back", "home"),
    ("open:paper", "paper"),
    ("primary", "paper"),
    ("back", "home"),
    ("rehearse:", "rehearsal"),
)


@pytest.mark.timeout(300, func_only=True)
@pytest.mark.parametrize("kind", ["virtual", "pcscd"])
def test_a_technicians_card_proves_a_deed_on_every_lane(town, home: Path, kind: str) -> None:
    """Each lane is another thread, and all of them ask the one card."""
    loaded = settings.load(home / "kiosk.toml")
    with (
        slot_of(kind) as (reader, slot),
        wiring.open_booth(loaded, bench=wiring.Bench(reader=reader)) as booth,
        on_screen(booth, size=(1280, 1024)) as screen,
    ):
        walker = Walker(screen, slot)
        come_in(walker, VirtualCard(town.cards[st.TECHNICIAN]))
        for key, page in LANES:
            press(walker, key, page)
        walker.remove()
        walker.wait(lambda: not technicians_page(walker), "the pages to close")
        walker.wait(lambda: deeds(town, booth)[-1] == "left", "their going to be told")
        assert deeds(town, booth) == ["opened", "booth.cleaned", "paper.test_page", "visit.rehearsed", "left"]
        assert screen.window.complaints == []


@pytest.mark.timeout(300, func_only=True)
@pytest.mark.parametrize("kind", ["virtual", "pcscd"])
def test_a_technicians_card_pulled_while_it_signs_a_deed_does_nothing(town, home: Path, kind: str) -> None:
    loaded = settings.load(home / "kiosk.toml")
    with (
        slot_of(kind) as (reader, slot),
        wiring.open_booth(loaded, bench=wiring.Bench(reader=reader)) as booth,
        on_screen(booth, size=(1280, 1024)) as screen,
    ):
        walker, card = Walker(screen, slot), PulledWhileItSigns(town.cards[st.TECHNICIAN])
        card.slot = slot
        come_in(walker, card)
        press(walker, "open:booth", "booth")
        card.armed = True
        walker.touch("row_out:")
        walker.wait(lambda: walker.shows == "Problem", "the outcome")
        assert walker.view("code") == BoothCode.CARD_GONE
        walker.wait(lambda: deeds(town, booth)[-1] == "left", "their going to be told")
        assert deeds(town, booth) == ["opened", "left"] and power.out_of_service(booth) is None


def come_in(walker: Walker, card: VirtualCard) -> None:
    walker.insert(card)
    walker.expect("PinEntry", "pin")
    walker.type_pin(st.PIN)
    walker.wait(lambda: technicians_page(walker) == "home", "the first page")
    walker.settle()


def press(walker: Walker, key: str, page: str) -> None:
    """Touches the row or the footer's button, and waits until its work is done."""
    seen: list[str] = []

    def look() -> None:
        seen.append(technicians_page(walker))

    stage = walker.screen.stage
    stage.viewChanged.connect(look)  # before the touch: the work may be over in a blink
    try:
        walker.touch(row(key))
        walker.wait(lambda: seen[-1:] == [page], f"{page} after {key}")
    finally:
        stage.viewChanged.disconnect(look)
    walker.settle()


def deeds(town, booth: Booth) -> list[str]:
    with booth.store.reading() as connection:
        return [one.split()[0] for one in technicians.told(town, outbox.pending(connection, 20))]


def to_review(walker: Walker, election: str) -> None:
    walker.touch("tile_participation")
    walker.expect("List", "participation")
    walker.touch(f"row_votes:{election}")
    walker.expect("Choice", "ballot")
    while walker.shows == "Choice":
        walker.touch("answer_1")
        walker.touch("primary")
        walker.settle()
