"""Auditors' cards at the town hall: their ballots go on a board of their own and nobody is told which they are before
the end; then everybody is, and the page says what their sum came to."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from html import unescape
from pathlib import Path
from types import ModuleType
from typing import Any

import auditing
import pytest
from drafting import Officials, upload, words_of
from staff_desk import Web, at_desk, employ

from ballot_box import Verified
from ballot_box.officials.audit import publication
from central.demo.vote import plan
from central.kernel.centre import Centre
from central.matters.votes import service as elections
from central.matters.votes import standings
from central.matters.votes.life import closing, drawing_up, rehearsal, results, turnout
from central.matters.votes.life.elections import ElectionRefused, auditors_board_of, board_of, held
from central.matters.votes.receipts import states_of
from central.matters.votes.site import public_tracker
from central.matters.votes.store import records as record_rows
from central.store.line import feed
from municipality.matters.votes.messages import Election, VoteItem
from municipality.matters.votes.receipts import Receipt


@pytest.fixture(scope="module")
def _drawn(_seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> auditing.Drawn:
    with pytest.MonkeyPatch.context() as patch:
        auditing.here(patch)
        return auditing.draw_up(_seeded, tmp_path_factory.mktemp("audited") / "demo", quorum_percent=20)


@pytest.fixture
def vote(_drawn: auditing.Drawn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[auditing.Audited]:
    auditing.here(monkeypatch)
    made = auditing.Audited(_drawn, tmp_path / "audited")
    yield made
    made.end()


def page(centre: Centre, path: str) -> Any:
    return Web(centre, "http://testserver").request("GET", path)


def words(text: str) -> str:
    body = text[text.index("<main") : text.index("</main>")]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", body)).split())


def receipts(centre: Centre, election: str) -> dict[str, Receipt]:
    with centre.store.reading() as tx:
        return states_of(tx, election)


def all_vote(vote: auditing.Audited, *, cracked: bool = False, residents: int = 6) -> tuple[list[str], list[str]]:
    """Six residents, «0» all of them, and every auditor with what they deposited; some of each at the second booth,
    which is the one that may be cracked."""
    mine = [
        vote.vote(card, 0, None, booth=place % 2, cracked=cracked and place % 2 == 1)
        for place, card in enumerate(vote.residents[:residents])
    ]
    theirs = [
        vote.vote(card, *choice, booth=place // 2 % 2, cracked=cracked and place // 2 % 2 == 1)
        for place, (card, choice) in enumerate(vote.auditors.items())
    ]
    return mine, theirs


def test_a_vote_with_auditors_from_its_set_up_to_its_page(vote: auditing.Audited) -> None:
    centre = vote.centre
    election, cards = vote.election, len(vote.residents)
    mine, theirs = all_vote(vote)
    again = vote.vote(next(iter(vote.auditors)), 0, None, after=2)  # the same again: the last one counts
    elections.grow_board(centre, election)

    _nobody_is_told_before_the_end(vote, mine, [*theirs[1:], again])
    later = vote.over()
    assert elections.close(later, election) == 0
    board, auditors = board_of(later, election), auditors_board_of(later, election)
    assert auditors is not None
    assert set(board.trackers()) == set(mine)
    assert set(auditors.trackers()) == {*theirs[1:], again}
    everybody = receipts(later, election)
    assert {one: everybody[one] for one in (*mine, *theirs, again)} == {
        **dict.fromkeys(mine, Receipt.ON_BOARD),
        **dict.fromkeys((*theirs, again), Receipt.AUDITED),
    }
    assert standings.standing(later, election).ballots == len(mine)

    result = elections.tally(later, election)
    assert result is not None
    assert (result.counts[0][:2], result.ballots) == ((6, 0), 6)
    assert page(later, f"/votes/{election}/auditors.json").status_code == 404  # counted, and not yet published
    elections.publish(later, election)
    shown = words(page(later, f"/votes/{election}?lang=en").text)
    assert f"Ballots that count 6 On the roll {cards} Turnout" in shown
    assert "Test of the booths Among the cards were 5 of auditors, which no booth can tell from others." in shown
    assert "5 auditors' votes were opened, all together: exactly what had been deposited." in shown
    assert "The test of the booths found a difference" not in shown
    outcome = results.outcome(later, vote.notice, 6)
    assert outcome.quorum is not None
    assert outcome.quorum.needed == publication.quorum(20, cards)
    assert outcome.files == ("auditors.json", "deposits.json", "final.json", "officials.json", "setup.json")
    with later.store.reading() as tx:
        by_unit = turnout.compute(tx, held(later, election), 6)
    assert by_unit is not None
    assert (by_unit.electors, by_unit.voters) == (cards, 6)
    _anybody_checks_it(later, vote)


def _nobody_is_told_before_the_end(vote: auditing.Audited, mine: list[str], theirs: list[str]) -> None:
    """Neither a booth by what it pulls, nor a reader of the site."""
    centre, election = vote.centre, vote.election
    said = receipts(centre, election)
    assert {said[one] for one in (*mine, *theirs)} == {Receipt.ON_BOARD}
    assert {public_tracker.find(centre, one, election).state for one in (*mine, *theirs)} == {Receipt.ON_BOARD}
    listed = standings.trackers(centre, election).listed
    assert sorted(listed) == sorted((one, True) for one in (*mine, *theirs))
    assert standings.standing(centre, election).ballots == len(mine) + len(theirs)
    for name in ("election.bel", "election.zip", "auditors.bel", "auditors.json", "deposits.json"):
        assert page(centre, f"/votes/{election}/{name}").status_code == 404
    shown = words(page(centre, f"/votes/{election}?lang=en").text)
    assert "In this vote some ballots are auditors', also in the number above." in shown
    assert "Download the whole record" not in shown
    with centre.store.reading() as tx:
        secret = json.loads(record_rows.find(tx, election, record_rows.AUDITORS) or "")
        items = [feed.find(tx, kind, election) for kind in (VoteItem.NOTICE, VoteItem.TRACKERS)]
        parts = [feed.find(tx, VoteItem.CREDENTIALS, key) for key in feed.keys_of(tx, VoteItem.CREDENTIALS)]
    notice, listed_there = (item.body if item else "" for item in items)
    told = [
        centre.read_signed(VoteItem.NOTICE, notice).decode(),
        centre.read_signed(VoteItem.TRACKERS, listed_there).decode(),
    ]
    for text in told:
        assert not any(one in text for one in (*secret["credentials"], *secret["cards"], secret["salt"]))
    assert parts


def _anybody_checks_it(centre: Centre, vote: auditing.Audited) -> None:
    folder = vote.town.folder
    whole = page(centre, f"/votes/{vote.election}/election.zip").content
    names = {f"{one}.json" for one in ("auditors", "deposits", "final", "officials", "setup")}
    assert set(zipfile.ZipFile(io.BytesIO(whole)).namelist()) == {*names, "auditors.bel", f"{vote.election}.bel"}
    (folder / "vote.zip").write_bytes(whole)
    checked = publication.check(publication.unpack(folder / "vote.zip", folder), vote.notice.officials)
    assert isinstance(checked, Verified), checked
    assert any("its sum is exactly that of the choices" in line for line in checked.summary)


def test_a_cracked_booth_is_told_of_above_the_result(
    vote: auditing.Audited, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a town in service: registrar and trustees on machines of their own, and everything by files."""
    all_vote(vote, cracked=True)
    later = vote.over()
    employ(later, monkeypatch)
    house = replace(later, settings=later.settings.model_copy(update={"rehearsal": None}))
    elections.close(house, vote.election)
    here, now = f"/votes/{vote.election}", house.clock().isoformat()
    kostas, officials = at_desk(house, "kostas"), Officials(vote.town, tmp_path / "table")
    assert "Κάρτες ελέγχου 5" in words_of(kostas.get(here))
    setup = officials.file(page(house, f"{here}/setup.json").content)
    deposits = officials("registrar", "deposits", "--setup", str(setup), "--at", now)
    assert upload(kostas, f"{here}/deposits", file=deposits.replace(b"votes.", b"vote.")).status_code == 409
    assert upload(kostas, f"{here}/deposits", file=deposits).headers["location"].endswith("?done=vote-deposits")

    slip = next(iter(closing.slips(house, vote.election).values()))
    package = str(officials.file(kostas.post(f"{here}/package").content))
    for number in (1, 2):
        given = ("--package", package, "--slip", slip, "--at", now)
        share = officials(f"trustee-{number}", "trustee", "open", *given)
        alone = b"".join(share.splitlines(keepends=True)[:2])
        assert upload(kostas, f"{here}/share", file=alone).status_code == 409
        assert upload(kostas, f"{here}/share", file=share).status_code == 303
    package = str(officials.file(kostas.post(f"{here}/package").content))
    for number in (1, 3):
        end = officials(f"trustee-{number}", "trustee", "end", "--package", package)
        assert upload(kostas, f"{here}/end", file=end).status_code == 303
    assert upload(kostas, f"{here}/deposits", file=deposits).status_code == 409
    elections.publish(house, vote.election)
    shown = words(page(house, f"{here}?lang=en").text)
    assert "The test of the booths found a difference" in shown
    assert shown.index("found a difference") < shown.index("Votes for each answer")
    assert "Answer Deposited Found Arts centre 3 2 Park 2 3" in shown


def test_too_few_auditors_hold_nothing_up(vote: auditing.Audited) -> None:
    for card in vote.residents[:5]:
        vote.vote(card, 0, None)
    for card in list(vote.auditors)[:4]:
        vote.vote(card, 0, None)
    later = vote.over()
    for step in (elections.close, elections.tally, elections.publish):
        step(later, vote.election)
    shown = words(page(later, f"/votes/{vote.election}?lang=en").text)
    assert "Only 4 auditors' votes came. So few are never opened, and no booth was tested." in shown


def test_auditors_do_not_lift_a_vote_over_its_floor(vote: auditing.Audited) -> None:
    all_vote(vote, residents=4)
    later = vote.over()
    elections.close(later, vote.election)
    assert elections.tally(later, vote.election) is None
    found = standings.standing(later, vote.election)
    assert (found.state, found.ballots) == ("not_opened", 4)
    assert page(later, f"/votes/{vote.election}/auditors.json").status_code == 404


def test_deposits_are_taken_in_after_the_end_and_no_others(vote: auditing.Audited) -> None:
    for card in (*vote.residents[:5], *vote.auditors):
        vote.vote(card, 0, None)
    later = vote.over()
    text = rehearsal.deposits(later, closing.setup_file(vote.notice), later.clock())
    with pytest.raises(
        ElectionRefused, match="this vote is open: deposits are taken in between its end and its result"
    ):
        closing.take_deposits(later, vote.election, text)
    elections.close(later, vote.election)
    other = text.replace('"answers":[[0],null]', '"answers":[[1],null]')
    with pytest.raises(ElectionRefused, match="are not those that the set-up commits to"):
        closing.take_deposits(later, vote.election, other)
    closing.take_deposits(later, vote.election, text)
    with pytest.raises(ElectionRefused, match="no auditors' cards take part in this vote"):
        closing.take_deposits(later, vote.town.election, text)


def test_a_rehearsals_deposits_do_not_come_before_the_end(vote: auditing.Audited) -> None:
    with pytest.raises(rehearsal.OfficialFailed, match="deposits"):
        rehearsal.deposits(vote.centre, closing.setup_file(vote.notice), vote.centre.clock())


def test_no_vote_is_drawn_up_whose_auditors_are_most_of_its_roll(town: Any, centre: Centre, hands: ModuleType) -> None:
    opens = centre.clock() + timedelta(hours=1)
    draft = drawing_up.begin(centre, plan(opens))
    cards = [one["card"] for one in json.loads(draft.request)["entries"]]
    lines = "".join(f"{card}: 1 / 1\n" for card in cards[4:])
    made = rehearsal.register(centre, draft.request, len(cards), lines)
    why = "no official would sign this: set-up: without the auditors' cards 4 are on the roll, and the floor is 5"
    with pytest.raises(ElectionRefused, match=why):
        drawing_up.prepare(centre, draft, made)


def test_a_vote_without_auditors_says_so(town: Any, centre: Centre, hands: ModuleType) -> None:
    notice: Election = hands.notice_of(centre, town.election)
    assert notice.audit is None
    assert '"audit":null' in notice.record()
    assert notice.electors == notice.roll_size
    assert auditors_board_of(centre, town.election) is None
    assert page(centre, f"/votes/{town.election}/election.bel").status_code == 200
