"""What technicians did at booths, as the booths tell it: in the record whoever held the card, and what rings."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from card_office import MARIA, acts, send, technicians

from central.kernel.centre import Centre
from central.kernel.outcome import Done, Refused
from central.matters.technicians.intake import NOT_LET_IN
from central.office.cards import lifecycle
from central.office.cards.lifecycle import Why
from central.store import alarms
from municipality.matters.cards.rules import State
from municipality.matters.technicians.messages import TechnicianAct, Technicians

ELECTOR, TECHNICIAN = "AAK-000001", "AAT-000901"


def done(centre: Centre, booth: Any, card: str = TECHNICIAN, **changes: Any) -> TechnicianAct:
    at = centre.clock().replace(microsecond=0)
    return TechnicianAct(
        **({"card": card, "booth": booth.id, "at": at, "what": "paper.changed", "about": "tray"} | changes)
    )


def test_what_they_do_is_in_the_record(town: Any, centre: Centre) -> None:
    booth = town.booth()
    assert send(centre, booth, done(centre, booth)) == ("accepted", "")
    assert acts(centre, f"{booth.id} tray") == [(f"card:{TECHNICIAN}", "paper.changed")]


def test_and_what_others_claim_is_not(town: Any, centre: Centre) -> None:
    booth, now = town.booth(), centre.clock()
    assert send(centre, booth, done(centre, booth, ELECTOR)) == ("rejected", "not-a-technician")
    stray = done(centre, booth).model_copy(update={"booth": "kamatero-1"})
    assert send(centre, booth, stray) == ("rejected", "body-of-another-booth")
    assert lifecycle.block(centre, TECHNICIAN, who=MARIA) == Done(TECHNICIAN, State.BLOCKED)
    assert send(centre, booth, done(centre, booth, at=now - timedelta(hours=1))) == ("accepted", "")
    after = done(centre, booth, at=centre.clock() + timedelta(seconds=1))
    assert send(centre, booth, after) == ("accepted", ""), "it was done, whoever held the card"
    assert len(acts(centre, f"{booth.id} tray")) == 2
    with centre.store.reading() as tx:
        assert (NOT_LET_IN, TECHNICIAN) in {(one.what, one.detail) for one in alarms.waiting(tx)}


@pytest.mark.parametrize("booths", [(), ("kamatero-1",)])
def test_what_one_off_the_list_did_rings_and_what_they_did_before_does_not(
    town: Any, centre: Centre, booths: tuple[str, ...]
) -> None:
    booth = town.booth()
    lifecycle.list_technician(centre, TECHNICIAN, [booth.id, "kamatero-1"], who=MARIA)
    then = centre.clock().replace(microsecond=0)
    lifecycle.list_technician(centre, TECHNICIAN, booths, off=not booths, who=MARIA)
    for seconds, rings in ((-60, []), (60, [TECHNICIAN])):
        act = done(centre, booth, at=then + timedelta(seconds=seconds))
        assert send(centre, booth, act) == ("accepted", "")
        with centre.store.reading() as tx:
            assert [one.detail for one in alarms.waiting(tx, booth.id) if one.what == NOT_LET_IN] == rings
    lifecycle.list_technician(centre, TECHNICIAN, [], who=MARIA)
    assert technicians(centre).admits(TECHNICIAN, booth.id), "and back on it"


@pytest.mark.parametrize(
    ("key", "alarm"),
    [
        ("printer.uri", "printer-moved"),
        ("printer.fingerprint", "printer-moved"),
        ("centre.url", "centre-moved"),
        ("sound.volume", ""),
    ],
)
@pytest.mark.parametrize("what", ["settings.saved", "settings.undone"])
def test_whoever_moves_the_printer_or_the_line_rings(
    town: Any, centre: Centre, what: str, key: str, alarm: str
) -> None:
    booth = town.booth()
    changed = {"what": what, "about": key, "before": "ipp://a/ipp", "after": "ipp://b/ipp"}
    assert send(centre, booth, done(centre, booth, **changed)) == ("accepted", "")
    assert acts(centre, f"{booth.id} {key}: ipp://a/ipp -> ipp://b/ipp") == [(f"card:{TECHNICIAN}", what)]
    with centre.store.reading() as tx:
        rung = [(one.what, one.detail) for one in alarms.waiting(tx, booth.id)]
    assert rung == ([(alarm, TECHNICIAN)] if alarm else [])


def test_the_record_of_a_booth_of_before_is_read_and_rings(town: Any, centre: Centre) -> None:
    booth = town.booth()
    now = done(centre, booth, what="settings.saved", about="printer.uri")
    text = now.text().replace('"after":"",', "").replace('"before":"",', "")
    assert "before" not in text and TechnicianAct.read(text) == now
    assert send(centre, booth, now) == ("accepted", "")
    assert acts(centre, f"{booth.id} printer.uri") == [(f"card:{TECHNICIAN}", "settings.saved")]
    with centre.store.reading() as tx:
        assert [one.what for one in alarms.waiting(tx, booth.id)] == ["printer-moved"]


def test_the_list_of_them_is_signed_and_follows(centre: Centre) -> None:
    assert technicians(centre) == Technicians(cards=(TECHNICIAN,))
    assert isinstance(lifecycle.list_technician(centre, TECHNICIAN, ["anargyri-1"], who=MARIA), Done)
    assert technicians(centre).admits(TECHNICIAN, "anargyri-1")
    assert not technicians(centre).admits(TECHNICIAN, "kamatero-1")
    assert lifecycle.list_technician(centre, ELECTOR, [], who=MARIA) == Refused(Why.NOT_A_TECHNICIANS)
    assert isinstance(lifecycle.list_technician(centre, TECHNICIAN, [], off=True, who=MARIA), Done)
    assert technicians(centre) == Technicians(cards=())
    lifecycle.list_technician(centre, TECHNICIAN, [], who=MARIA)
    lifecycle.block(centre, TECHNICIAN, who=MARIA)
    assert technicians(centre) == Technicians(cards=()), "a blocked one is off the list"
