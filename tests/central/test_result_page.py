"""The public page of a vote through its life, what lies beside it, and its turnout by municipal unit."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from html import unescape
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest
from staff_desk import Web

from ballot_box.__main__ import main
from ballot_box.officials.body import Office, Officials
from central.demo import vote as demo_vote
from central.kernel import intake
from central.kernel.centre import Centre
from central.matters.votes import service as elections
from central.matters.votes import standings
from central.matters.votes.life import results, turnout
from central.matters.votes.life.elections import held, town_officials
from central.matters.votes.store import letting_go
from central.matters.votes.store import records as record_rows
from central.opening import open_centre
from central.store.office import registry
from municipality.matters.votes.turnout import Turnout, UnitTurnout
from municipality.residents import FamilyShare

SIGNED = ("officials.json", "setup.json", "final.json", "declaration.json")
WHY = "Η θυρίδα <b>κάηκε</b>"


def get(centre: Centre, path: str) -> httpx.Response:
    return Web(centre, "http://testserver").request("GET", path)


def words(page: str) -> str:
    """What stands on it for a reader, tags and repeated spaces away."""
    body = page[page.index("<main") : page.index("</main>")]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", body)).split())


def figures(page: str) -> dict[str, str]:
    found = re.findall(r"<div><dt>(.*?)</dt><dd[^>]*>(.*?)</dd></div>", page, re.DOTALL)
    return {words(f"<main>{name}</main>"): words(f"<main>{value}</main>") for name, value in found}


def ended(town: Any, centre: Centre, hands: ModuleType, *, lost: str = "") -> Centre:
    """The town hall after the vote: five ballots, and every booth heard, or all but the first declared lost."""
    trackers = hands.five_vote(town, centre)
    later = open_centre(town.home, centre.clock() + timedelta(days=6 if not lost else 20))
    if lost:
        state(town, later, hands, trackers)
        elections.give_up_waiting(later, town.election, lost)
    else:
        hands.all_state(town, later, trackers)
    return later


def state(town: Any, centre: Centre, hands: ModuleType, trackers: list[str]) -> None:
    """The first booth alone makes its statement."""
    booth = town.booth()
    doing = hands.closing(centre, town.election, booth, trackers, centre.clock())
    assert intake.take(centre, booth.id, booth.act(doing)).outcome == "accepted"


def publish(centre: Centre, election: str) -> None:
    for step in (elections.close, elections.tally, elections.publish):
        step(centre, election)


def names(town: Any) -> list[str]:
    return sorted(str(booth["id"]) for booth in town.summary["booths"])


def test_before_the_end_only_the_ballots_on_the_board_are_told(town: Any, centre: Centre, hands: ModuleType) -> None:
    hands.five_vote(town, centre)
    page = get(centre, f"/votes/{town.election}?lang=en").text
    roll = standings.standing(centre, town.election).notice.roll_size
    assert figures(page) == {"Ballots on the public board": "0", "On the roll": str(roll)}
    elections.grow_board(centre, town.election)
    page = get(centre, f"/votes/{town.election}?lang=en").text
    assert figures(page) == {"Ballots on the public board": "5", "On the roll": str(roll)}
    told = words(page)
    assert "The vote is under way." in told and "booths have not yet sent" not in told
    assert "%" not in told and "Turnout" not in told and "<table" not in page


def test_after_the_end_it_names_the_booths_that_are_awaited(town: Any, centre: Centre, hands: ModuleType) -> None:
    trackers = hands.five_vote(town, centre)
    later = open_centre(town.home, centre.clock() + timedelta(days=6))
    state(town, later, hands, trackers)
    with later.store.reading() as tx:
        known = {booth.booth: booth.name_en for booth in _booths(tx)}
    page = get(later, f"/votes/{town.election}?lang=en").text
    first, *rest = [known[booth["id"]] for booth in town.summary["booths"]]
    told = words(page)
    assert all(f"<li>{one}</li>" in page for one in rest) and f"<li>{first}</li>" not in page
    assert "These booths have not yet sent all their ballots:" in told and "%" not in told
    hands.all_state(town, later, trackers)
    assert "all booths have been heard" in words(get(later, f"/votes/{town.election}?lang=en").text)
    later.store.close()


def _booths(tx: Any) -> Any:
    from central.store.line import booths

    return booths.all_seen(tx)


def test_a_published_vote_and_all_that_checks_it(
    town: Any, centre: Centre, hands: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    later = ended(town, centre, hands, lost=WHY)
    publish(later, town.election)
    page = get(later, f"/votes/{town.election}?lang=en").text
    whole = get(later, f"/votes/{town.election}/election.zip")
    single = {name: get(later, f"/votes/{town.election}/{name}") for name in SIGNED}
    assert get(later, f"/votes/{town.election}/other.json").status_code == 404
    greek = words(get(later, f"/votes/{town.election}").text)
    standing, officials = standings.standing(later, town.election), town_officials(later)
    assert officials is not None
    roll = standing.notice.roll_size
    assert figures(page) == {
        "Ballots that count": "5",
        "On the roll": str(roll),
        "Turnout": f"{500 / roll:.1f}\u00a0%".replace("\u00a0", " "),
        "Quorum": "Not asked for",
    }
    _check_words(words(page), greek, officials)
    _check_bars(page)
    assert whole.headers["content-disposition"] == f'attachment; filename="{town.election}.zip"'
    with zipfile.ZipFile(io.BytesIO(whole.content)) as packed:
        assert packed.namelist() == [*SIGNED, f"{town.election}.bel"]
        assert {name: packed.read(name).decode() for name in SIGNED} == {name: one.text for name, one in single.items()}
    assert {one.headers["content-type"] for one in single.values()} == {"application/json"}
    file = tmp_path / "vote.zip"
    file.write_bytes(whole.content)
    assert main(["verify", str(file), "--fingerprint", officials.fingerprint, "--head", standing.head or ""]) == 0
    assert main(["report", str(file)]) == 0
    assert "Πολιτιστικό κέντρο" in capsys.readouterr().out
    later.store.close()


def _check_words(told: str, greek: str, officials: Officials) -> None:
    assert f"Fingerprint of the officials {officials.fingerprint} Compare it with the one on Diavgeia." in told
    assert "Συγκρίνετε με τη Διαύγεια." in greek and "Γιατί είναι συμβουλευτική" in greek
    (registrar,) = (one.name for one in officials.of(Office.REGISTRAR))
    first, second, _third = (one.name for one in officials.of(Office.TRUSTEE))
    assert f"Before it opened: questions, roll, key and booths {registrar} {first} {second} At the end" in told
    assert f"At the end: this very result {first} {second} Nobody opens" in told
    assert "Nobody opens a vote alone: it takes 2 of 3 trustees." in told
    assert told.count(f"was declared lost: {WHY}") == 2
    assert f"Declared and signed by: {', '.join(one.name for one in officials.of(Office.OFFICER))}" in told
    assert "100.0 %" in told and "The same as bars" in told


def _check_bars(page: str) -> None:
    """They say in words what the table before them says."""
    tables = re.findall(r'<table class="result">.*?</table>', page, re.DOTALL)
    labels = [unescape(one) for one in re.findall(r'role="img" aria-label="([^"]*)"', page)]
    assert len(labels) == 2
    for table, label in zip(tables, labels, strict=False):
        rows = re.findall(r'<tr><th scope="row">(.*?)</th>.*?<td class="n">([^<]*%)</td></tr>', table)
        assert label == "; ".join(f"{unescape(name)}: {share}" for name, share in rows[:-1])


def test_a_vote_of_too_few_ballots_is_not_opened_and_says_so(town: Any, centre: Centre, hands: ModuleType) -> None:
    booth, card = town.booth(), town.card("elector")
    ballot = hands.mark(centre, town.election, card, 0, 0)
    act = hands.cast(town.election, booth.id, card, ballot, centre.clock())
    assert intake.take(centre, booth.id, booth.ballot(act)).outcome == "accepted"
    later = open_centre(town.home, centre.clock() + timedelta(days=6))
    hands.all_state(town, later, [ballot.tracker])
    elections.close(later, town.election)
    assert elections.tally(later, town.election) is None
    page = get(later, f"/votes/{town.election}").text
    packed = zipfile.ZipFile(io.BytesIO(get(later, f"/votes/{town.election}/election.zip").content)).namelist()
    told = words(page)
    assert "Δεν ανοίχτηκε Ψήφισαν λιγότεροι από 5." in told and "%" not in told
    assert packed == ["officials.json", "setup.json", f"{town.election}.bel"]
    later.store.close()


def test_a_vote_that_is_being_prepared_is_nowhere(town: Any, centre: Centre) -> None:
    plan = replace(demo_vote.plan(centre.clock(), 3), quorum_percent=20)
    draft = elections.draw_up(centre, plan)
    for file in ("", "/election.bel", "/election.zip", *(f"/{name}" for name in SIGNED)):
        assert get(centre, f"/votes/{draft}{file}").status_code == 404
    _check_quorum(centre, draft)


def _check_quorum(centre: Centre, election: str) -> None:
    """Reached by the ballot that makes a fifth of the roll, and not by the one before."""
    notice = standings.vote(centre, election).notice
    needed = -(-notice.roll_size // 5)
    assert [results.outcome(centre, notice, ballots).quorum for ballots in (needed - 1, needed)] == [
        results.Quorum(20, needed, False), results.Quorum(20, needed, True)
    ]  # fmt: skip


def test_turnout_is_counted_by_the_family_records_unit_and_kept_once(
    town: Any, centre: Centre, hands: ModuleType
) -> None:
    later = ended(town, centre, hands)
    elections.close(later, town.election)
    with later.store.reading() as tx:
        units = {
            holder.card.card: FamilyShare.model_validate_json(holder.share).unit
            for holder in registry.holders(tx)
            if holder.share is not None
        }
        vote = held(later, town.election)
        found = turnout.compute(tx, vote, 5)
        assert turnout.compute(tx, vote, 4) is None
    electors = Counter(units[card] for card in json.loads(vote.roll))
    assert found is not None and (found.electors, found.voters) == (electors.total(), 5)
    assert len(electors) == 2 and found.units == tuple(
        UnitTurnout(unit=unit, electors=size, voters=None) for unit, size in sorted(electors.items())
    )
    elections.tally(later, town.election)
    elections.publish(later, town.election)
    told = words(get(later, f"/votes/{town.election}").text)
    assert "Συμμετοχή ανά δημοτική ενότητα" in told and told.count("δεν φαίνεται*") == 2
    _check_once(later, town.election, found)
    later.store.close()


def _check_once(centre: Centre, election: str, found: Turnout) -> None:
    """When the links are gone it is neither counted anew nor forgotten."""
    with centre.store.writing() as tx:
        letting_go.cut_links(tx, election)
        assert turnout.compute(tx, held(centre, election), 5) is None
        turnout.keep(tx, election, Turnout(electors=1, voters=1))
    elections.publish(centre, election)
    with centre.store.reading() as tx:
        assert turnout.kept(tx, election) == found
        text = record_rows.find(tx, election, record_rows.TURNOUT)
    assert text is not None and "KD-" not in text
