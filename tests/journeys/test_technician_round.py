"""The technician's morning round at the real window, once by keys alone and once by touch alone; and by ear."""

from collections.abc import Callable
from pathlib import Path

import pytest
import small_town as st
import technicians
from hands import AtTheBooth, KeysOnly, booth_of, row, technicians_page
from PySide6.QtCore import Qt

from card_reader import VirtualCard
from kiosk import health, settings, wiring
from sync import outbox

To = Callable[[str], None]

# What is pressed on the way, by the key of the row ("primary" and "back" are the footer's), and the page that comes.
ROUND = (
    ("open:health", "health"),
    ("back", "home"),
    ("open:paper", "paper"),
    ("paper-changed:", "paper"),
    ("primary", "paper"),
    ("back", "home"),
    ("open:queue", "queue"),
    ("back", "home"),
    ("open:services", "services"),
    ("open:service certificates", "service"),
    ("why:certificates", "why"),
    ("off:certificates supplies", "service"),
    ("on:certificates", "service"),
    ("back", "services"),
    ("back", "home"),
    ("open:settings", "settings"),
    ("set:sound.volume", "value"),
    ("value:sound.volume=80", "change"),
    ("primary", "saved"),
    ("back", "settings"),
    ("back", "home"),
    ("rehearse:", "rehearsal"),
    ("back", "home"),
    ("open:booth", "booth"),
    ("clean:", "booth"),
    ("back", "home"),
    ("open:sync", "sync"),
    ("primary", "sync"),
    ("back", "home"),
)
DID = [
    "opened",
    "paper.changed",
    "paper.test_page",
    "service.off",
    "service.on",
    "settings.saved",
    "visit.rehearsed",
    "booth.cleaned",
    "synced",
    "left",
]


def go_round(at: AtTheBooth, to: To, pictures: Path | None = None) -> None:
    at.walker.pictures = pictures
    for key, next_page in ROUND:
        to(row(key))
        at.walker.wait(lambda wanted=next_page: technicians_page(at.walker) == wanted, f"{next_page} after {key}")
        at.walker.settle()
        at.walker.picture(next_page)


def told(town, home: Path) -> list[str]:
    """What the town hall reads of it: the names of deeds, each proved by the technician's card, and that they left."""
    with wiring.open_booth(settings.load(home / "kiosk.toml")) as booth, booth.store.reading() as connection:
        envelopes = outbox.pending(connection, 100)
    return [one.split()[0] for one in technicians.told(town, envelopes)]


@pytest.mark.timeout(300)
def test_a_round_by_keys_alone(town, home: Path) -> None:
    with booth_of(home, plugged=False) as at:
        hands = KeysOnly(at)
        at.walker.insert(VirtualCard(town.cards[st.TECHNICIAN]))
        hands.shows("PinEntry")
        at.key(st.PIN)
        at.key(Qt.Key.Key_Return)
        hands.shows("List")
        go_round(at, hands.to)
        at.walker.remove()
        at.walker.wait(lambda: not technicians_page(at.walker), "the pages to close")
    assert told(town, home) == DID
    assert settings.load(home / "kiosk.toml").sound.volume == 80


def come_in(at: AtTheBooth, card: VirtualCard) -> None:
    """With card and PIN to the first page, by touch."""
    at.walker.insert(card)
    at.walker.wait(lambda: at.walker.shows == "PinEntry", "the PIN")
    at.walker.settle()
    at.walker.type_pin(st.PIN)
    at.walker.wait(lambda: technicians_page(at.walker) == "home", "the first page")
    at.walker.settle()


@pytest.mark.timeout(300)
def test_a_round_by_touch_alone(town, home: Path, tmp_path: Path) -> None:
    with booth_of(home, plugged=False) as at:
        come_in(at, VirtualCard(town.cards[st.TECHNICIAN]))
        go_round(at, at.walker.touch, tmp_path / "pictures")
        at.walker.remove()
        at.walker.wait(lambda: not technicians_page(at.walker), "the pages to close")
    assert told(town, home) == DID
    assert len(list((tmp_path / "pictures").glob("*.png"))) == len(ROUND)


@pytest.mark.timeout(300)
def test_what_is_wrong_is_said_and_a_number_leads_on(town, home: Path) -> None:
    with booth_of(home, plugged=True) as at:
        at.walker.insert(VirtualCard(town.cards[st.TECHNICIAN]))
        at.walker.wait(lambda: at.walker.shows == "PinEntry", "the PIN")
        at.walker.settle()
        at.key(st.PIN)
        at.key(Qt.Key.Key_Return)
        at.walker.wait(lambda: technicians_page(at.walker) == "home", "the first page")
        at.walker.settle()
        said = " ".join(at.walker.screen.voice.said or [])
        assert "Κατάσταση μηχανήματος" in said and "πατήστε 3" in said
        at.walker.screen.voice.said = []
        at.key("3")
        at.walker.wait(lambda: technicians_page(at.walker) == "health", "the page of health")
        at.walker.settle()
        assert "Γραμμή με τον Δήμο: Προσοχή. Ο διακομιστής του Δήμου δεν απαντά" in " ".join(
            at.walker.screen.voice.said
        )


@pytest.mark.timeout(300)
def test_the_glass_is_tried_in_every_corner_and_keys_skip_what_does_not_answer(town, home: Path) -> None:
    with booth_of(home, plugged=False) as at:
        come_in(at, VirtualCard(town.cards[st.TECHNICIAN]))
        for door, page in (("open:devices", "devices"), ("open:device screen", "device")):
            at.walker.touch(row(door))
            at.walker.wait(lambda page=page: technicians_page(at.walker) == page, page)
            at.walker.settle()
        for skipped in (0, 2):
            at.walker.settle()
            at.walker.touch("row_touch:")
            for mark in range(1, 6):
                at.walker.wait(lambda mark=mark: mark_shown(at) == mark, f"mark {mark}")
                at.walker.settle()
                if mark > 5 - skipped:
                    KeysOnly(at).to("primary")
                else:
                    at.walker.touch("touch_mark")
            at.walker.wait(lambda: technicians_page(at.walker) == "device", "what the test found")
        at.walker.remove()
        at.walker.wait(lambda: not technicians_page(at.walker), "the pages to close")
    assert told(town, home) == ["opened", "screen.tried", "screen.tried", "left"]
    with wiring.open_booth(settings.load(home / "kiosk.toml")) as booth:
        assert health.check_screen(booth).values["count"] == 2


def mark_shown(at: AtTheBooth) -> int:
    key = str(at.walker.screen.stage.property("view").get("key", ""))
    return int(key.split()[1]) if key.startswith("TouchMark ") else 0
