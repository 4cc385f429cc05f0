"""A booth that is stolen or cracked makes no resident's act: not over the line, not on a stick, not out of quarantine.

Its thief has the booth's key, its whole outbox, and every word that a card has signed there. What they lack is a card
with its PIN.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import seeded_town
import sqlalchemy as sa
from seeded_town import Doing
from staff_desk import at_desk, employ

from central.kernel import intake
from central.kernel.centre import Centre
from central.kernel.proofs import USED_AFTER_BLOCK
from central.kernel.serving import stick as centre_stick
from central.office import quarantine
from central.store import alarms
from central.store.office import registry
from kiosk import settings, wiring
from kiosk.matters import MATTERS
from kiosk.syncing import rounds as syncing
from municipality.matters.technicians.messages import TechnicianAct
from municipality.messages import Message
from municipality.proof import Proof
from municipality.register import ACTS
from sync import Client, Envelope, outbox

pytestmark = pytest.mark.attack

OTHER_ID = "019ca8cb-bf38-70e0-abd9-8fab95ed0169"
Forge = Callable[["Thief", Doing], Envelope]


class Thief:
    """Who holds the first booth's key; `doing` is an act that its card's holder did there once."""

    def __init__(self, town: Any, centre: Centre) -> None:
        self.town, self.centre, self.booth = town, centre, town.booth()
        self.elector = town.card("elector")
        # To the hour: a ballot and a paper may then be the same instant.
        self.now = centre.clock().replace(minute=0, second=0, microsecond=0)

    def paper(self) -> Doing:
        prefix = self.town.summary["booths"][0]["number_prefix"]
        number = f"{prefix}/2026/000001"
        return seeded_town.certificate(self.booth.id, number, "7F3K-92QD-1M8X-0A4T", self.elector, self.now)

    def ballot(self) -> Doing:
        marked = seeded_town.mark(self.centre, self.town.election, self.elector, 0, None)
        return seeded_town.cast(self.town.election, self.booth.id, self.elector, marked, self.now)

    def deed(self) -> Doing:
        return Doing(TechnicianAct(what="paper.changed"), self.booth.id, self.now, self.town.card("technician"))

    def send(self, doing: Doing, **changes: Any) -> Envelope:
        return self.booth.act(doing, ballot=doing.act.kind == "votes.ballot", **changes)

    def revoke(self, doing: Doing, at: Any) -> None:
        with self.centre.store.writing() as tx:
            registry.revoke(tx, str(doing.card.number), at)  # type: ignore[union-attr]


def said(**bent: str) -> Forge:
    """The card's genuine word, but on something else."""
    return lambda thief, doing: thief.send(replace(doing, said=bent))


def word(**bent: str) -> Forge:
    """A word that is claimed to be another's."""
    return lambda thief, doing: thief.send(replace(doing, word=bent))


def _no_card(thief: Thief, doing: Doing) -> Envelope:
    return thief.send(replace(doing, card=None))


def _in_another_envelope(thief: Thief, doing: Doing) -> Envelope:
    """What a card signed once, byte for byte, under a number of the thief's."""
    return thief.send(doing, body=thief.send(doing).body)


def _at_another_booth(thief: Thief, doing: Doing) -> Envelope:
    """Said at the second booth, sent by the first."""
    return thief.send(replace(doing, said={"booth": thief.town.booth(1).id}))


def _sealed_for_another_booth(thief: Thief, doing: Doing) -> Envelope:
    return thief.send(replace(doing, booth=thief.town.booth(1).id))


def _an_hour_earlier(thief: Thief, doing: Doing) -> Envelope:
    return thief.send(replace(doing, said={"at": thief.now - timedelta(hours=1)}))


def _with_another_card(thief: Thief, doing: Doing) -> Envelope:
    """The second elector signs, and the first is named."""
    other = thief.town.card("elector", 1)
    mine = {"card": str(doing.card.number), "person": seeded_town.person_of(doing.card)}  # type: ignore[union-attr,arg-type]
    return thief.send(replace(doing, card=other, word=mine))


def _for_another_person(thief: Thief, doing: Doing) -> Envelope:
    """The holder's own card, which signs that it speaks for somebody else."""
    return thief.send(replace(doing, said={"person": "R000002"}, word={"person": "R000002"}))


def _foreign_card(thief: Thief, doing: Doing) -> Envelope:
    return thief.send(replace(doing, card=thief.town.card("foreign")))


def _revoked(thief: Thief, doing: Doing) -> Envelope:
    thief.revoke(doing, doing.at)
    return thief.send(doing)


FORGERIES: dict[str, tuple[Forge, str]] = {
    "the booth's key alone": (_no_card, "no-card-proof"),
    "another act": (said(act=OTHER_ID), "bad-card-signature"),
    "the same word in another envelope": (_in_another_envelope, "bad-card-signature"),
    "another kind of act": (said(kind="cards.block"), "bad-card-signature"),
    "another town": (said(municipality="lykokremmos"), "bad-card-signature"),
    "another booth": (_at_another_booth, "bad-card-signature"),
    "another booth's seal": (_sealed_for_another_booth, "body-of-another-booth"),
    "another hour": (_an_hour_earlier, "bad-card-signature"),
    "another body": (said(body="0" * 64), "bad-card-signature"),
    "another person, unsigned": (word(person="R000002"), "bad-card-signature"),
    "another person": (_for_another_person, "another-person"),
    "another card": (_with_another_card, "unknown-card"),
    "another certificate": (word(certificate="abc"), "unknown-card"),
    "a card that is not there": (word(card="KD-999999"), "unknown-card"),
    "a card of another town": (_foreign_card, "unknown-card"),
    "no signature": (word(signature="AAAAAAAA"), "bad-card-signature"),
    "a card blocked at that very second": (_revoked, "card-revoked"),
}
KINDS = {"paper": Thief.paper, "ballot": Thief.ballot, "deed": Thief.deed}
EXPECTED = {name: reason for name, (_, reason) in FORGERIES.items()}


@pytest.fixture
def thief(town: Any, centre: Centre) -> Thief:
    return Thief(town, centre)


def counted(centre: Centre) -> dict[str, int]:
    """Rows of every table in which an act of a resident, or of a technician, would stand."""
    tables = ("certificates", "votes_ballots", "votes_links")
    with centre.store.engine.connect() as connection:
        found = {one: int(connection.execute(sa.text(f"SELECT count(*) FROM {one}")).scalar_one()) for one in tables}
        deeds = sa.text("SELECT count(*) FROM audit WHERE who LIKE 'card:%'")
        return {**found, "deeds": int(connection.execute(deeds).scalar_one())}


def reasons(centre: Centre) -> dict[str, str]:
    with centre.store.engine.connect() as connection:
        rows = connection.execute(sa.text("SELECT envelope, reason FROM envelopes WHERE outcome = 'rejected'"))
        return {str(row[0]): str(row[1]) for row in rows}


def test_every_kind_that_somebody_does_wants_a_card() -> None:
    """What the booth says alone is on this list, and nothing else ever is without somebody adding it here."""
    alone = {kind for kind, (_, act) in ACTS.items() if act.proof is Proof.BOOTH}
    assert alone == {"certificates.void", "cards.block", "technicians.left", "votes.closing"}
    assert {act.proof for _, act in ACTS.values()} == {Proof.BOOTH, Proof.CARD}
    forms: list[type[Message]] = [act.form for _, act in ACTS.values()]
    # Whose it is, where and when stand beside every act and are proved: a second word on it could differ.
    for form in forms:
        assert not {"booth", "at", "person"} & set(form.model_fields), form
    assert {one.matter.noun for one in MATTERS} == {kind.partition(".")[0] for kind in ACTS}


@pytest.mark.parametrize("kind", KINDS)
def test_over_the_line(thief: Thief, centre: Centre, served: str, kind: str) -> None:
    doing = KINDS[kind](thief)
    before = counted(centre)
    forged = {name: forge(thief, doing) for name, (forge, _) in FORGERIES.items() if forge is not _revoked}
    client = Client(served, thief.booth.id, thief.booth.key, centre_keys={"centre": thief.booth.centre_signing})
    answers = {one.id: (one.outcome, one.reason) for one in client.push(list(forged.values()))}
    told = {name: answers[envelope.id] for name, envelope in forged.items()}
    assert told == {name: ("rejected", EXPECTED[name]) for name in forged}
    late = _revoked(thief, doing)
    (answer,) = client.push([late])
    client.close()
    assert (answer.outcome, answer.reason) == ("rejected", "card-revoked")
    assert counted(centre) == before
    assert Counter(reasons(centre).values()) == Counter(EXPECTED.values())


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_act_with_its_cards_word_counts_once(thief: Thief, centre: Centre, kind: str) -> None:
    doing = KINDS[kind](thief)
    before = counted(centre)
    good = thief.send(doing)
    assert intake.take(centre, thief.booth.id, good).outcome == "accepted"
    after = counted(centre)
    assert after != before
    assert intake.take(centre, thief.booth.id, good).outcome == "duplicate"
    # One second before: the card was still good when it was done.
    thief.revoke(doing, doing.at + timedelta(seconds=1))
    assert intake.take(centre, thief.booth.id, good).outcome == "duplicate"
    again = _in_another_envelope(thief, doing)
    assert intake.take(centre, thief.booth.id, again).reason == "bad-card-signature"
    sealed_anew = thief.send(doing, id=good.id)
    assert intake.take(centre, thief.booth.id, sealed_anew).reason == "conflict"
    assert counted(centre) == after


def test_a_card_that_was_blocked_a_second_later_still_counts(thief: Thief, centre: Centre) -> None:
    doing = thief.paper()
    thief.revoke(doing, doing.at + timedelta(seconds=1))
    assert intake.take(centre, thief.booth.id, thief.send(doing)).outcome == "accepted"


@pytest.fixture
def its_booth(thief: Thief) -> Iterator[Any]:
    file = thief.town.folder / "booths" / thief.booth.id / "kiosk.toml"
    with wiring.open_booth(settings.load(file, centre_url="http://127.0.0.1:9")) as booth:
        yield booth


def _queue(booth: Any, acts: list[Envelope], ballots: list[Envelope]) -> None:
    with booth.store.writing() as connection:
        for envelope in (*acts, *ballots):
            outbox.put(connection, envelope)


def test_on_a_stick(thief: Thief, centre: Centre, its_booth: Any, tmp_path: Path) -> None:
    before = counted(centre)
    names: dict[str, str] = {}
    acts: list[Envelope] = []
    for forge, reason in FORGERIES.values():
        # A chain, as the booth's own program would have made it: nothing else is wrong with any of them.
        made = forge(thief, thief.paper())
        previous = acts[-1].digest() if acts else ""
        acts.append(thief.send(thief.paper(), id=made.id, body=made.body, previous=previous))
        names[made.id] = reason
    ballots = [_no_card(thief, thief.ballot())]
    names[ballots[0].id] = "no-card-proof"
    _queue(its_booth, acts, ballots)
    stick = tmp_path / "stick"
    stick.mkdir()
    syncing.by_stick(its_booth, stick)
    (taken,) = centre_stick.answer_all(centre, stick)
    assert isinstance(taken, centre_stick.Taken) and taken.outcomes == {"rejected": len(names)}
    # Blocked before the letter was read: what else is wrong is still what is said.
    assert reasons(centre) == names
    assert counted(centre) == before
    report = syncing.by_stick(its_booth, stick)
    assert report.rejected == len(names)
    with its_booth.store.reading() as connection:
        assert {one.id: one.reason for one in outbox.problems(connection)} == names


def test_out_of_quarantine(thief: Thief, centre: Centre) -> None:
    """Two persons let a stolen booth's letters out: what no card has signed is refused then as on any other day."""
    before = counted(centre)
    forged = {name: forge(thief, thief.paper()) for name, (forge, _) in FORGERIES.items()}
    with centre.store.writing() as tx:
        tx.connection.execute(
            sa.text("UPDATE booths SET state = 'quarantined' WHERE booth = :b"), {"b": thief.booth.id}
        )
    answers = quarantine.take_batch(centre, thief.booth.id, list(forged.values()))
    assert {one.outcome for one in answers} == {"accepted"}, "a thief is told nothing"
    assert counted(centre) == before
    first = quarantine.decide(centre, thief.booth.id, "released", seeded_town.TECHNICIAN)
    second = quarantine.decide(centre, thief.booth.id, "released", seeded_town.REGISTRAR)
    assert first == quarantine.Proposed(len(forged))
    assert second == quarantine.Decided(dict(Counter(EXPECTED.values())))
    assert counted(centre) == before
    assert reasons(centre) == {envelope.id: EXPECTED[name] for name, envelope in forged.items()}


def test_each_refusal_stands_in_the_console_with_its_reason_in_words(
    thief: Thief, centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    employ(centre, monkeypatch)
    forged = {name: forge(thief, thief.paper()) for name, (forge, _) in FORGERIES.items()}
    intake.take_batch(centre, thief.booth.id, list(forged.values()))
    words = {
        "no-card-proof": "Δεν το έχει υπογράψει καμία κάρτα",
        "bad-card-signature": "Η υπογραφή της κάρτας δεν ισχύει",
        "body-of-another-booth": "Το περιεχόμενό του γράφει άλλο μηχάνημα",
        "another-person": "Η κάρτα δεν είναι του προσώπου που γράφει",
        "unknown-card": "Κάρτα που δεν γνωρίζει ο Δήμος",
        "card-revoked": "Η κάρτα ήταν κλειδωμένη",
    }
    assert set(words) == set(EXPECTED.values())
    desk = at_desk(centre, "tina")
    for name, envelope in forged.items():
        page = desk.get(f"/letters?envelope={envelope.id}").text
        assert words[EXPECTED[name]] in page and "thief" not in page, name
    with centre.store.reading() as tx:
        rung = [(one.what, one.booth, one.detail) for one in alarms.waiting(tx, thief.booth.id)]
    revoked = forged["a card blocked at that very second"].id
    assert (USED_AFTER_BLOCK, thief.booth.id, revoked) in rung
    assert [one for one in rung if one[0] == USED_AFTER_BLOCK] == [(USED_AFTER_BLOCK, thief.booth.id, revoked)]
