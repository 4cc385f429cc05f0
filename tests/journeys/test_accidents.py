"""Bad days on the real screen: no card service, no reader, foreign card, empty booth, a resident who walks away."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import small_town as st
from pcscd import running_pcscd

from card_reader import PcscReader, VirtualCard, VirtualReader, Vpicc
from kiosk import settings, wiring
from kiosk.demo.walk import Walker
from kiosk.identity.signing_in import Session
from kiosk.ui.window.local_counter import on_screen
from municipality.failures import BoothCode, Code
from municipality.messages import Dossier
from municipality.register import FAILURES
from municipality.residents import Person


@contextmanager
def booth_on_screen(home: Path, reader) -> Iterator[Walker]:
    loaded = settings.load(home / "kiosk.toml")
    with (
        wiring.open_booth(loaded, bench=wiring.Bench(reader=reader)) as booth,
        on_screen(booth, size=(1280, 1024)) as screen,
    ):
        yield Walker(screen, reader)
        assert screen.window.complaints == []


def shows(walker: Walker, screen: str, code: Code) -> None:
    """The screen of that failure, with its code and its Greek words, and in English after a touch."""
    from assets import texts

    walker.wait(lambda: walker.shows == screen and walker.view("code") == code, f"{screen} {code}")
    for language in ("el", "en"):
        words = texts.catalogue(language)
        assert walker.view("title") == words.gettext(FAILURES[code].title)
        assert words.gettext(FAILURES[code].sentence) in walker.view("text")
        assert code in walker.view("codeLine")
        walker.settle()
        walker.touch("language")
        walker.settle()


@pytest.mark.timeout(300, func_only=True)
def test_no_service_no_reader_and_a_foreign_card(town, home: Path) -> None:
    with running_pcscd() as pcscd:
        pcscd.stop()
        with booth_on_screen(home, PcscReader(pcscd.reader)) as walker:
            shows(walker, "Closed", BoothCode.READER_NO_SERVICE)
            pcscd.start()
            walker.wait(lambda: walker.shows == "Attract", "the booth to open by itself")
            card = Vpicc(VirtualCard(town.foreign), port=pcscd.port)
            card.insert()
            shows(walker, "Problem", BoothCode.CARD_NOT_OURS)
            card.remove()
            walker.wait(lambda: walker.shows == "Attract", "the attract screen")
        with booth_on_screen(home, PcscReader("A reader that is not here")) as walker:
            shows(walker, "Closed", BoothCode.READER_MISSING)


def test_an_empty_booth_without_a_centre_says_so_and_opens_when_its_data_have_come(town, tmp_path: Path) -> None:
    import shutil

    from sync import inbox

    home = Path(shutil.copytree(town.home, tmp_path / "empty"))
    with booth_on_screen(home, VirtualReader()) as walker:
        shows(walker, "Closed", BoothCode.BOOTH_EMPTY)
        walker.insert(VirtualCard(town.cards[st.ANNA]))
        shows(walker, "Problem", BoothCode.BOOTH_EMPTY)
        walker.remove()
        with (
            wiring.open_booth(settings.load(home / "kiosk.toml")) as daemon,
            daemon.store.writing() as connection,
        ):
            for item in town.items:
                inbox.store_item(connection, item)
        walker.wait(lambda: walker.shows == "Attract", "the booth to open by itself")


def residents(others: list[object]) -> list[object]:
    """What this process knows of residents, but for `others`."""
    known = {id(thing) for thing in others}
    found = (thing for thing in gc.get_objects() if isinstance(thing, Session | Dossier | Person))
    return [thing for thing in found if id(thing) not in known]


@pytest.mark.parametrize("where", ["menu", "ballot", "certificate"])
def test_after_the_card_is_pulled_nothing_of_the_resident_is_in_memory(town, home: Path, where: str) -> None:
    gc.collect()
    others = residents([])  # of earlier tests in this process; kept, so that none of this visit gets its place
    with booth_on_screen(home, VirtualReader()) as walker:
        walker.insert(VirtualCard(town.cards[st.ANNA]))
        walker.expect("PinEntry", "pin")
        walker.type_pin(st.PIN)
        walker.expect("Menu", "menu")
        if where == "ballot":
            walker.touch("tile_participation")
            walker.expect("List", "participation")
            walker.touch(f"row_votes:{town.election.election}")
            walker.expect("Choice", "ballot")
            walker.touch("answer_1")
        elif where == "certificate":
            walker.touch("tile_documents")
            walker.expect("List", "documents")
            walker.touch("row_certificates:family_status")
            walker.expect("Review", "certificate")
        present = {type(thing) for thing in residents(others)}
        assert present >= {Session, Dossier}  # the search finds them while the card is in
        walker.remove()
        walker.wait(lambda: walker.shows == "Problem", "the end of the visit")
        walker.wait(lambda: walker.screen.stage._counter._run is None, "the end of what was still at work")
        walker.settle()
        gc.collect()
        assert [type(thing).__name__ for thing in residents(others)] == []
        assert st.SURNAME not in str(walker.screen.stage.property("view"))


def test_whoever_walks_away_is_warned_and_then_the_screen_is_cleared(town, home: Path) -> None:
    with booth_on_screen(home, VirtualReader()) as walker:
        walker.insert(VirtualCard(town.cards[st.ANNA]))
        walker.expect("PinEntry", "pin")
        walker.type_pin(st.PIN)
        walker.expect("Menu", "menu")
        stage = walker.screen.stage
        stage._touched_at = stage._monotonic() - 101  # a hundred seconds ago
        stage.beat()
        assert 0 < int(stage.property("idleLeft")) <= 20
        stage._touched_at -= 30
        stage.beat()
        walker.wait(lambda: walker.shows == "TakeCard", "the end of the visit")
        walker.remove()
        walker.wait(lambda: walker.shows == "Attract", "the attract screen")
