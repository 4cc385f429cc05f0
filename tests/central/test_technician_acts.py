"""What technicians did at booths, as the booths tell it: in the record whoever held the card, and what rings."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from card_office import MARIA, acts, send, technicians
from seeded_town import Doing
from staff_desk import at_desk, employ

from central.kernel import intake
from central.kernel.centre import Centre
from central.kernel.outcome import Done, Refused
from central.kernel.proofs import USED_AFTER_BLOCK
from central.matters.technicians.intake import NOT_LET_IN
from central.office import letters
from central.office.accounts.staff import Officer
from central.office.cards import lifecycle
from central.office.cards.lifecycle import Why
from central.store import alarms, audit
from central.store.line import envelopes
from municipality.matters.cards.rules import State
from municipality.matters.technicians.messages import LeftAct, TechnicianAct, Technicians
from municipality.matters.technicians.rules import Did
from municipality.staff import Role

ELECTOR, TECHNICIAN = "AAK-000001", "AAT-000901"
REGISTRAR = Officer(MARIA, frozenset({Role.REGISTRAR}), "el", True, "")


def done(town: Any, centre: Centre, at: datetime | None = None, **changes: str) -> Doing:
    """What a technician did at the first booth, now."""
    act = TechnicianAct(**({"what": "paper.changed", "about": "tray"} | changes))
    return Doing(act, town.booth().id, (at or centre.clock()).replace(microsecond=0), town.card("technician"))


def left(town: Any, centre: Centre, card: str = TECHNICIAN) -> Doing:
    return Doing(LeftAct(card=card), town.booth().id, centre.clock().replace(microsecond=0))


def test_what_they_do_is_in_the_record(town: Any, centre: Centre) -> None:
    booth = town.booth()
    assert send(centre, booth, done(town, centre)) == ("accepted", "")
    assert acts(centre, f"{booth.id} tray") == [(f"card:{TECHNICIAN}", "paper.changed")]


def test_and_what_others_claim_is_not(town: Any, centre: Centre) -> None:
    booth = town.booth()
    assert send(centre, booth, replace(done(town, centre), card=town.card("elector"))) == (
        "rejected",
        "not-a-technician",
    )
    stray = replace(done(town, centre), booth="kamatero-1")
    assert send(centre, booth, stray) == ("rejected", "body-of-another-booth")
    assert send(centre, booth, replace(done(town, centre), card=None)) == ("rejected", "no-card-proof")
    assert acts(centre, f"{booth.id} tray") == [] == acts(centre, "kamatero-1 tray")


def test_what_a_stolen_card_did_rings_and_stands_in_the_record_once_an_officer_has_weighed_it(
    town: Any, centre: Centre
) -> None:
    """What it did before the block stands there at once."""
    booth, now = town.booth(), centre.clock()
    assert lifecycle.block(centre, TECHNICIAN, who=MARIA) == Done(TECHNICIAN, State.BLOCKED)
    assert send(centre, booth, done(town, centre, now - timedelta(hours=1))) == ("accepted", "")
    after = booth.act(done(town, centre, centre.clock() + timedelta(seconds=1)))
    assert intake.take(centre, booth.id, after).reason == "card-revoked"
    assert len(acts(centre, f"{booth.id} tray")) == 1
    assert rung(centre) == [(USED_AFTER_BLOCK, after.id)]
    assert letters.take(centre, REGISTRAR, after.id) == Done()
    assert acts(centre, f"{booth.id} tray") == [(f"card:{TECHNICIAN}", "paper.changed")] * 2
    assert rung(centre) == [(USED_AFTER_BLOCK, after.id), (NOT_LET_IN, TECHNICIAN)]


def rung(centre: Centre) -> list[tuple[str, str]]:
    """But for forks: each act here begins a chain of its own."""
    with centre.store.reading() as tx:
        return [(one.what, one.detail) for one in alarms.waiting(tx) if one.what != "chain-forked"]


@pytest.mark.parametrize("booths", [(), ("kamatero-1",)])
def test_what_one_off_the_list_did_rings_and_what_they_did_before_does_not(
    town: Any, centre: Centre, booths: tuple[str, ...]
) -> None:
    booth = town.booth()
    lifecycle.list_technician(centre, TECHNICIAN, [booth.id, "kamatero-1"], who=MARIA)
    then = centre.clock().replace(microsecond=0)
    lifecycle.list_technician(centre, TECHNICIAN, booths, off=not booths, who=MARIA)
    for seconds, rings in ((-60, []), (60, [TECHNICIAN])):
        act = done(town, centre, then + timedelta(seconds=seconds))
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
    assert send(centre, booth, done(town, centre, **changed)) == ("accepted", "")
    assert acts(centre, f"{booth.id} {key}: ipp://a/ipp -> ipp://b/ipp") == [(f"card:{TECHNICIAN}", what)]
    with centre.store.reading() as tx:
        rung = [(one.what, one.detail) for one in alarms.waiting(tx, booth.id)]
    assert rung == ([(alarm, TECHNICIAN)] if alarm else [])


def test_whoever_types_officials_rings(town: Any, centre: Centre) -> None:
    booth = town.booth()
    typed = {"what": "officials.typed", "about": "", "before": "", "after": "AAAA-BBBB"}
    assert send(centre, booth, done(town, centre, **typed)) == ("accepted", "")
    with centre.store.reading() as tx:
        assert [(one.what, one.detail) for one in alarms.waiting(tx, booth.id)] == [("officials-typed", TECHNICIAN)]


def test_the_record_of_a_booth_of_before_is_read_and_rings(town: Any, centre: Centre) -> None:
    booth = town.booth()
    now = done(town, centre, what="settings.saved", about="printer.uri")
    text = now.act.text().replace('"after":"",', "").replace('"before":"",', "")
    assert "before" not in text and TechnicianAct.read(text) == now.act
    assert send(centre, booth, now) == ("accepted", "")
    assert acts(centre, f"{booth.id} printer.uri") == [(f"card:{TECHNICIAN}", "settings.saved")]
    with centre.store.reading() as tx:
        assert [one.what for one in alarms.waiting(tx, booth.id)] == ["printer-moved"]


def test_that_they_left_is_in_the_record_on_the_booths_word(town: Any, centre: Centre) -> None:
    """Their card is out by then; nobody's proves it, so the line is the booth's and nothing follows from it."""
    booth, leaving = town.booth(), left(town, centre)
    assert send(centre, booth, leaving) == ("accepted", "")
    with centre.store.reading() as tx:
        line = audit.newest(tx, 1)[0]
    assert (line.who, line.role, line.what, line.about, line.at) == (
        f"booth:{booth.id}",
        "",
        Did.LEFT,
        f"{booth.id} {TECHNICIAN}",
        leaving.at,
    )
    for nobodys in (ELECTOR, "AAT-999999"):
        assert send(centre, booth, left(town, centre, nobodys)) == ("accepted", "")
    assert rung(centre) == []


def test_the_console_tells_who_left_where(town: Any, centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    employ(centre, monkeypatch)
    booth = town.booth()
    assert send(centre, booth, left(town, centre)) == ("accepted", "")
    page = at_desk(centre, "anna").get("/record").text
    assert f"Μηχάνημα {booth.id}" in page and f"{booth.id} {TECHNICIAN}" in page and "έφυγε" in page
    assert "Αποχώρηση τεχνικού" in at_desk(centre, "tina").get("/intake").text


@pytest.mark.parametrize(
    "act",
    [
        TechnicianAct(what="paper.changed", about="tr\0ay"),
        TechnicianAct(what="settings.saved", before="\0"),
        TechnicianAct(what="settings.saved", after="ipp://\0"),
        LeftAct(card="AAT\0"),
    ],
    ids=["about", "before", "after", "left"],
)
def test_what_holds_a_nul_is_not_readable_on_either_database(
    town: Any, either: Centre, act: TechnicianAct | LeftAct
) -> None:
    """PostgreSQL has no text with one in it: both say so in the same word, and keep the letter."""
    booth = town.booth()
    card = None if isinstance(act, LeftAct) else town.card("technician")
    letter = booth.act(Doing(act, booth.id, either.clock().replace(microsecond=0), card))
    answers = intake.take_batch(either, booth.id, [letter, booth.act(left(town, either))])
    assert [(one.outcome, one.reason) for one in answers] == [("rejected", "unreadable-body"), ("accepted", "")]
    with either.store.reading() as tx:
        kept = envelopes.find(tx, letter.id)
    assert kept is not None and kept.reason == "unreadable-body"


def test_what_only_looks_like_a_nul_is_readable(town: Any, centre: Centre) -> None:
    r"""Six characters that somebody typed: \u0000."""
    booth = town.booth()
    assert send(centre, booth, done(town, centre, about=r"a \u0000 b")) == ("accepted", "")
    assert acts(centre, rf"{booth.id} a \u0000 b") == [(f"card:{TECHNICIAN}", "paper.changed")]


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
