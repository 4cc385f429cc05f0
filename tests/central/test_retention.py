"""What is kept long enough goes, what makes a second arrival known stays, and the page says what the rules say."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import register
import sqlalchemy as sa
from slow_reader import forged

import central
from central.clock import SetClock
from central.kernel import intake, retention
from central.kernel.centre import Centre
from central.matters.cards.store import drop_cards
from central.matters.certificates import service as certificate_services
from central.matters.certificates import store as certificates
from central.matters.votes import standings
from central.matters.votes.store import ballots, letting_go
from central.matters.votes.store import elections as election_rows
from central.matters.votes.store.tables import ballot_links
from central.office import persons
from central.office.roll import applying
from central.office.roll import records as roll_records
from central.store import Store, audit
from central.store import retention as retention_rows
from central.store.line import envelopes, feed
from central.store.office import roll as roll_rows
from central.store.tables import conflicts, roll_changes
from municipality.matters.cards.keeps import CardThing
from municipality.matters.certificates.keeps import CertificateThing
from municipality.matters.votes.keeps import VoteThing
from municipality.register import RULES, days
from municipality.retention import HouseThing, Thing
from municipality.town.processing import record
from sync import Envelope

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
MakeStore = Callable[[str], Store]


def later(centre: Centre, thing: Thing, *, by: timedelta = timedelta(hours=2)) -> Centre:
    """The same centre when the period of `thing` is just over."""
    now = centre.clock() + timedelta(days=days(thing)) + by
    return replace(centre, clock=SetClock(lambda: now))


def take(centre: Centre, booth: Any, envelope: Envelope) -> tuple[str, str]:
    answer = intake.take(centre, booth.id, envelope)
    return answer.outcome, answer.reason


@pytest.fixture
def paper(town: Any, centre: Centre, hands: ModuleType) -> Any:
    """A certificate's act, taken in, in its envelope."""
    booth = town.booth()
    prefix = town.summary["booths"][0]["number_prefix"]
    code, card = "7F3K-92QD-0M8X-0A4T", town.card("elector")
    act = hands.certificate(booth.id, f"{prefix}/2026/000001", code, card, centre.clock())
    envelope = booth.act(act)
    assert take(centre, booth, envelope) == ("accepted", "")
    return envelope


@pytest.fixture
def vote(town: Any, centre: Centre, hands: ModuleType) -> Any:
    """Two ballots of one card, taken in; the vote's result is published. Their envelopes."""
    booth, card = town.booth(), town.card("elector")
    sent = []
    for answer in (0, 1):
        ballot = hands.mark(centre, town.election, card, answer, None)
        envelope = booth.ballot(hands.cast(town.election, booth.id, card, ballot, centre.clock()))
        assert take(centre, booth, envelope) == ("accepted", "")
        sent.append(envelope)
    with centre.store.writing() as tx:
        election_rows.change(tx, town.election, state="published", published_at=centre.clock())
    return sent


def body_of(centre: Centre, envelope: Envelope) -> bytes:
    with centre.store.reading() as tx:
        kept = envelopes.find(tx, envelope.id)
    assert kept is not None
    return kept.message


def links(centre: Centre) -> int:
    with centre.store.reading() as tx:
        return tx.connection.execute(sa.select(sa.func.count()).select_from(ballot_links)).scalar_one()


def test_nothing_goes_before_its_time(centre: Centre, vote: Any, paper: Any) -> None:
    gone = retention.purge(later(centre, VoteThing.VOTE_LINKS, by=timedelta(hours=-2)))
    del gone[CardThing.CARDS]  # the demo has one that ended long ago
    assert set(gone.values()) == {0}
    assert links(centre) == 2
    assert body_of(centre, vote[0])
    assert body_of(centre, paper)


def test_an_envelope_that_comes_again_after_the_purge_is_a_duplicate(town: Any, centre: Centre, paper: Any) -> None:
    afterwards = later(centre, HouseThing.ENVELOPES)
    assert retention.purge(afterwards)[HouseThing.ENVELOPES] == 1
    assert body_of(centre, paper) == b""
    assert take(afterwards, town.booth(), paper) == ("duplicate", "")
    other = forged(paper, body=paper.body[:-1] + ("A" if paper.body[-1] != "A" else "B"))
    assert take(afterwards, town.booth(), other)[0] == "rejected"
    with centre.store.reading() as tx:
        assert envelopes.count(tx)["conflict"] == 1
    assert retention.purge(afterwards)[HouseThing.ENVELOPES] == 0


def test_after_the_time_for_appeals_nobody_can_tell_whose_a_ballot_was(town: Any, centre: Centre, vote: Any) -> None:
    card = town.card("elector")
    assert ballots_told(centre, card.number, town.election) == 2
    afterwards = later(centre, VoteThing.VOTE_LINKS)
    assert retention.purge(afterwards)[VoteThing.VOTE_LINKS] == 2
    assert links(centre) == 0
    assert [body_of(centre, envelope) for envelope in vote] == [b"", b""]
    assert ballots_told(centre, card.number, town.election) == 0
    with centre.store.reading() as tx:
        assert len(ballots.all_of(tx, town.election)) == 2  # the public record stands
        assert f"{town.election} 2" in [one.about for one in audit.newest(tx, 20) if one.what == "vote.links_destroyed"]
        assert audit.broken_at(tx) is None
    for envelope in vote:
        assert take(afterwards, town.booth(), envelope) == ("duplicate", "")


def ballots_told(centre: Centre, card: str, election: str) -> int:
    held = persons.export(centre, card, who="a", role="registrar")
    assert held is not None
    return int(next(one["ballots_received"] for one in held.content["votes"] if one["election"] == election))


def test_slips_and_credentials_are_withdrawn_from_the_booths(town: Any, centre: Centre, vote: Any) -> None:
    assert retention.purge(later(centre, VoteThing.VOTING_SLIPS))[VoteThing.VOTING_SLIPS] > 1
    with centre.store.reading() as tx:
        items = feed.after(tx, 0, 500)
    assert {item.body for item in items if item.kind in ("votes.slip", "votes.credentials")} == {""}
    assert all(item.body for item in items if item.kind == "votes.notice")


def test_a_vote_that_is_not_over_keeps_its_links(town: Any, centre: Centre, vote: Any) -> None:
    with centre.store.writing() as tx:
        election_rows.change(tx, town.election, state="tallied")
    gone = retention.purge(later(centre, HouseThing.REFUSED))
    assert (gone[VoteThing.VOTE_LINKS], gone[VoteThing.VOTING_SLIPS], links(centre)) == (0, 0, 2)
    assert body_of(centre, vote[0])  # an accepted ballot waits for the end of its vote


def test_the_first_publication_counts(town: Any, centre: Centre) -> None:
    with centre.store.writing() as tx:
        election_rows.change(tx, town.election, state="published", published_at=NOW)
        election_rows.change(tx, town.election, state="published", published_at=NOW + timedelta(days=9))
        held = election_rows.find(tx, town.election)
    assert held is not None
    assert held.published_at == NOW
    assert standings.standing(centre, town.election).state == "published"


def test_a_certificate_is_verified_when_its_card_is_forgotten(town: Any, centre: Centre, paper: Any) -> None:
    assert retention.purge(later(centre, CertificateThing.CERTIFICATES))[CertificateThing.CERTIFICATES] == 1
    found = certificate_services.look_up(centre, "7F3K-92QD-0M8X-0A4T")
    assert isinstance(found, certificates.Certificate)
    assert (found.card, found.fate, len(found.digest)) == ("", "issued", 64)


def test_an_import_is_emptied_and_a_preview_given_up(centre: Centre) -> None:
    with centre.store.reading() as tx:
        people = [roll_records.as_record(one) for one in roll_rows.everybody(tx)]
    words = {True: "yes", False: "no"}
    values = people[0].values()
    row = {name: words[value] if isinstance(value, bool) else value for name, value in values.items()}
    raw = json.dumps([row | {"street": "Νέα 1"}]).encode()
    first, second = (
        applying.preview(centre, raw, as_of=NOW.date(), whole=False, who="a", role="registrar") for _ in range(2)
    )
    assert isinstance(first, applying.Previewed)
    assert isinstance(second, applying.Previewed)
    assert isinstance(applying.apply(centre, first.upload, who="b", role="registrar"), applying.Applied)
    assert retention.purge(later(centre, HouseThing.IMPORTS))[HouseThing.IMPORTS] == 2
    with centre.store.reading() as tx:
        kept = tx.connection.execute(sa.select(roll_changes)).mappings().all()
    assert [(one["what"], one["fields"], one["before"], one["after"]) for one in kept] == [
        ("moved", '["street"]', None, None)
    ] * 2
    assert {one.upload: one.state for one in applying.imports(centre)} == {
        first.upload: "applied",
        second.upload: "discarded",
    }


def test_nothing_of_an_import_leads_to_a_person_any_more(centre: Centre) -> None:
    """Neither the other number of somebody who was renumbered, nor the rows at fault and their families; the count of
    these stays."""
    listed = [row for _, row in sorted(register.everyone(centre).items())]
    renumbered, bad = listed[0] | {"person": "N-1"}, listed[1] | {"afm": "1", "Παπαδόπουλος": ""}
    raw = register.as_json([renumbered, bad, *listed[2:]])
    told = register.preview(centre, [], raw=raw, whole=True)
    assert isinstance(told, applying.Previewed)
    waiting = applying.find(centre, told.upload)
    assert waiting is not None
    assert "Παπαδόπουλος" not in json.dumps(json.loads(waiting.faults), ensure_ascii=False)
    assert (json.loads(waiting.unsure), {one.other for one in applying.shown(centre, told.upload)}) == (
        [listed[1]["family"]],
        {"N-1", listed[0]["person"]},
    )
    gone = retention.purge(later(centre, HouseThing.IMPORTS))[HouseThing.IMPORTS]
    emptied = applying.find(centre, told.upload)
    assert emptied is not None
    assert (gone, emptied.faults, emptied.unsure) == (len(applying.shown(centre, told.upload)) + 1, "[]", "[]")
    assert {one.other for one in applying.shown(centre, told.upload)} == {""}
    assert json.loads(emptied.told)["set_aside"] == 1
    assert retention.purge(later(centre, HouseThing.IMPORTS))[HouseThing.IMPORTS] == 0


def test_in_small_transactions_on_either_database(make_store: MakeStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention_rows, "SOME", 2)
    store = make_store("one")
    other = make_store("two")
    for one in (store, other):
        with one.writing() as tx:
            for place in range(5):
                row = envelopes.Received(f"e{place}", "d", "b", "certificates.paper", "accepted", "", b"{}", NOW)
                tx.connection.execute(
                    sa.insert(envelopes.envelopes).values(municipality_id=tx.municipality, **vars(row))
                )
                copy = {"envelope": "e1", "digest": f"d{place}", "booth": "b", "message": b"{}", "received_at": NOW}
                tx.connection.execute(sa.insert(conflicts).values(municipality_id=tx.municipality, **copy))
    after = NOW + timedelta(seconds=1)

    def rounds(work: Callable[[Any], int]) -> list[int]:
        counts = []
        while not counts or counts[-1]:
            counts.append(store.once(work))
        return counts

    assert rounds(lambda tx: retention_rows.empty_envelopes(tx, "accepted", NOW)) == [0]
    assert rounds(lambda tx: retention_rows.empty_envelopes(tx, "accepted", after)) == [2, 2, 1, 0]
    assert rounds(lambda tx: retention_rows.empty_conflicts(tx, after)) == [2, 2, 1, 0]
    with other.reading() as tx:
        theirs = sa.select(conflicts.c.message).where(conflicts.c.municipality_id == "two")
        assert set(tx.connection.execute(theirs).scalars()) == {b"{}"}
    for work in (
        lambda tx: drop_cards(tx, after),
        lambda tx: retention_rows.empty_changes(tx, after),
        lambda tx: retention_rows.empty_quarantine(tx, after),
        lambda tx: certificates.unname(tx, after),
        lambda tx: retention_rows.drop_alarms(tx, after),
        lambda tx: letting_go.cut_links(tx, "E"),
        lambda tx: len(letting_go.vote_items(tx, "E")),
        lambda tx: len(letting_go.ended_votes(tx, after)),
        lambda tx: sum(retention_rows.drop_expired(tx, after).values()),
    ):
        assert rounds(work) == [0]


def test_each_thing_has_one_rule_and_what_time_ends_is_purged(centre: Centre) -> None:
    things = [rule.thing for rule in RULES]
    assert len(set(things)) == len(things)
    assert set(things) == {thing for some in Thing.__subclasses__() for thing in some}
    timed = {rule.thing for rule in RULES if rule.days is not None and not rule.at_the_booth}
    # Dossiers go where they are made anew: registry.refresh.
    assert {thing.value for thing in timed - {HouseThing.DOSSIERS}} == set(retention.purge(centre))
    with pytest.raises(ValueError, match="roll"):
        days(HouseThing.ROLL)
    assert days(VoteThing.VOTE_LINKS) == 30


def test_the_page_is_what_the_program_says() -> None:
    page = Path(central.__file__).parents[1] / "docs" / "retention.md"
    assert page.read_text(encoding="utf-8") == record()


def test_no_period_stands_anywhere_else() -> None:
    folder = Path(central.__file__).parent
    for name in ("kernel/retention.py", "store/retention.py", "matters/votes/keeping.py"):
        text = (folder / name).read_text(encoding="utf-8")
        assert not re.search(r"days=\d", text), name
