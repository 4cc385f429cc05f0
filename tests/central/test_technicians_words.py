"""From a technician's press at a real booth to the town hall's record, and back: struck off, the pages close."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from card_office import MARIA, held
from cryptography.hazmat.primitives.asymmetric import ec
from lobby_house import House

from card_reader import Pin, VirtualCard, VirtualReader
from central.kernel.centre import Centre
from central.office.cards import lifecycle
from central.store import audit
from kiosk import health, settings, wiring
from kiosk.desk.actions import Choose, EnterPin
from kiosk.desk.pages import Problem
from kiosk.desk.technician.views import TechnicianPage
from kiosk.kernel.booth import Booth
from kiosk.syncing import rounds as syncing
from kiosk.technician import Did
from municipality.failures import BoothCode
from municipality.matters.technicians.failures import TechnicianCode
from municipality.staff import Role

TECHNICIAN = "AAT-000901"


def round_of(booth: Booth) -> None:
    line = booth.dial()
    try:
        report = syncing.sync_once(booth, line, lambda *_: None)
    finally:
        line.close()
    assert report.ok, [(stage.name, stage.problem) for stage in report.stages]


@pytest.fixture
def open_house(town: Any) -> Iterator[Callable[[str], House]]:
    """The booth anargyri-1 with a reader in memory and the demo technician's card at hand, after its first round."""
    made: list[tuple[House, Any]] = []

    def start(url: str) -> House:
        reader = VirtualReader()
        loaded = settings.load(town.folder / "booths" / "anargyri-1" / "kiosk.toml", centre_url=url)
        opened = wiring.open_booth(loaded, bench=wiring.Bench(reader=reader))
        booth = opened.__enter__()
        round_of(booth)
        technicians = {TECHNICIAN: VirtualCard(town.card("technician"))}
        house = House(SimpleNamespace(town=town, booth=booth, reader=reader, cards=technicians))
        made.append((house, opened))
        return house

    yield start
    for house, opened in made:
        house.watch.stop()
        opened.__exit__(None, None, None)


def enter(house: House, town: Any) -> object:
    house.insert(TECHNICIAN)
    (pin,) = (card["pin"] for card in town.summary["cards"] if card["kind"] == "technician")
    return house.act(EnterPin(Pin(pin)))


def recorded(centre: Centre) -> list[tuple[str, str, str, str]]:
    """All that was done at booths."""
    with centre.store.reading() as tx:
        assert audit.broken_at(tx) is None
        rows = [one for one in reversed(audit.newest(tx, 200)) if one.who.startswith(("card:", "booth:"))]
        return [(one.who, one.role, one.what, one.about) for one in rows]


def test_every_act_stands_in_the_record_with_the_card_that_did_it(
    town: Any, centre: Centre, served: str, open_house: Callable[[str], House]
) -> None:
    """But for the last one: that they left is the booth's word, because their card is out by then."""
    house = open_house(served)
    assert isinstance(enter(house, town), TechnicianPage)
    for key in ("clean:", "off:votes repair", "on:votes", "out:", "in:"):
        house.act(Choose(key))
    page = house.act(Choose("sync:"))
    assert isinstance(page, TechnicianPage) and page.title.id == "The round is whole"
    house.pull()
    round_of(house.desk.booth)
    did = [
        (Did.OPENED, ""), (Did.CLEANED, ""), (Did.SERVICE_OFF, "votes repair"), (Did.SERVICE_ON, "votes"),
        (Did.OUT_OF_SERVICE, ""), (Did.IN_SERVICE, ""), (Did.SYNCED, ""),
    ]  # fmt: skip
    by_card = [
        (f"card:{TECHNICIAN}", Role.TECHNICIAN.value, what.value, f"anargyri-1 {about}".strip()) for what, about in did
    ]
    assert recorded(centre) == [*by_card, ("booth:anargyri-1", "", Did.LEFT.value, f"anargyri-1 {TECHNICIAN}")]


def test_a_technician_who_is_struck_off_loses_the_pages_in_the_round_that_says_so(
    town: Any, centre: Centre, served: str, open_house: Callable[[str], House]
) -> None:
    house = open_house(served)
    assert isinstance(enter(house, town), TechnicianPage)
    assert isinstance(lifecycle.list_technician(centre, TECHNICIAN, [], off=True, who=MARIA), lifecycle.Done)
    assert house.act(Choose("sync:")) == Problem(TechnicianCode.NOT_A_TECHNICIAN)
    house.pull()
    assert enter(house, town) == Problem(TechnicianCode.NOT_A_TECHNICIAN)


def test_a_card_that_the_office_blocks_asks_for_no_pin_after_the_round(
    town: Any, centre: Centre, served: str, open_house: Callable[[str], House]
) -> None:
    house = open_house(served)
    assert held(centre, TECHNICIAN).card == TECHNICIAN
    assert isinstance(lifecycle.block(centre, TECHNICIAN, who=MARIA), lifecycle.Done)
    round_of(house.desk.booth)
    assert house.insert(TECHNICIAN) in (Problem(BoothCode.CARD_REVOKED), Problem(BoothCode.CARD_SUSPENDED))


def test_an_address_that_leads_to_another_town_hall_is_red_and_takes_nothing(
    town: Any, served: str, open_house: Callable[[str], House]
) -> None:
    """Whoever answers there cannot sign as the town hall whose key lies in the booth."""
    booth = open_house(served).desk.booth
    stranger = ec.generate_private_key(ec.SECP256R1()).public_key()
    elsewhere = replace(booth, anchors=replace(booth.anchors, centre_signing=stranger))
    object.__setattr__(elsewhere, "dial", lambda: wiring.make_client(elsewhere))
    assert health.check_centre_of(elsewhere).name == "centre.stranger"
    line = elsewhere.dial()
    try:
        report = syncing.sync_once(elsewhere, line, lambda *_: None)
    finally:
        line.close()
    assert not report.ok and report.sent == report.pulled == 0
