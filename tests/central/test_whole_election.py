"""A whole vote by the command line, beside a serving centre: seed, ballots, board, close, tally, publish, verify."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import requests

from central.cli import main
from central.opening import open_centre
from sync import Client


def run(*words: str, code: int = 0) -> Any:
    """The command's one line of JSON; its complaint where `code` is not 0. In this process: starting one takes longer
    than most commands do."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        try:
            ended: int | str | None = main(words)
        except SystemExit as stop:
            ended = stop.code
    assert ended == code, err.getvalue()
    if code:
        assert out.getvalue() == ""
        return err.getvalue()
    lines = out.getvalue().splitlines()
    assert len(lines) == 1
    return json.loads(lines[0])


def test_a_whole_vote_by_the_command_line(tmp_path: Path, serve: Any, hands: ModuleType) -> None:
    folder = tmp_path / "demo"
    seeded = run("seed", "--out", str(folder), "--residents", "30")
    election = seeded["election"]
    town = hands.Town(folder, json.loads((folder / "seed.json").read_text(encoding="utf-8")))
    home = str(town.home)
    here = ("--home", home, "--election", election)
    url = serve(town.home)
    centre = open_centre(town.home)
    trackers = _vote(town, centre, url, hands)
    centre.store.close()

    (listed,) = run("elections", "list", "--home", home)["elections"]
    assert (listed["state"], listed["waiting"], listed["superseded"]) == ("open", 5, 1)
    grown = run("elections", "board", *here)
    assert (grown["appended"], grown["ballots"], grown["waiting"]) == (5, 5, 0)
    assert "closes at" in run("elections", "close", *here, code=77)
    assert "only a closed one" in run("elections", "tally", *here, code=77)
    after = (datetime.fromisoformat(listed["closes"]) + timedelta(minutes=1)).isoformat()
    silent = [booth["id"] for booth in town.summary["booths"]]
    assert run("elections", "close", *here, "--at", after, code=77).startswith(
        f"kiosk-central: no closing statement yet of: {', '.join(silent)} (wait until "
    )
    _state(town, hands, trackers, after)
    assert run("elections", "outstanding", *here, "--at", after)["silent"] == silent[2:]
    closed = run("elections", "close", *here, "--at", after, "--lost", "Η θυρίδα κάηκε")
    assert (closed["state"], closed["appended"]) == ("closed", 0)
    counted = run("elections", "tally", *here, "--at", after)
    assert counted["result"] == {"counts": [[0, 2, 1, 2], [1, 1, 1]], "blanks": [0, 2], "ballots": 5}
    published = run("elections", "publish", *here, "--at", after)
    assert published["state"] == "published"
    assert published["page"].endswith(f"/votes/{election}")

    _check_page(url, election, trackers, published["head"])
    _check_record(tmp_path, url, election, here)
    _go_on(home, url)


def _vote(town: Any, centre: Any, url: str, hands: ModuleType) -> list[str]:
    """Five electors at two booths; the first one changes their mind. Trackers, that of the first vote at the front."""
    first, second, third = (town.card("elector", place) for place in range(3))
    now = datetime.now(UTC)
    votes = [(0, first, (3, 0), 30), (1, first, (1, 0), 20), (0, second, (1, None), 10), (1, third, (2, 2), 5)]
    votes += [(0, town.card("staff"), (3, 1), 4), (1, town.card("administration"), (3, None), 3)]
    trackers = []
    for place, card, choice, minutes in votes:
        booth = town.booth(place)
        ballot = hands.mark(centre, town.election, card, *choice)
        act = hands.cast(town.election, booth.id, card, ballot, now - timedelta(minutes=minutes))
        client = Client(url, booth.id, booth.key, centre_keys={"centre": booth.centre_signing})
        assert [answer.outcome for answer in client.push([booth.ballot(act)])] == ["accepted"]
        client.close()
        trackers.append(ballot.tracker)
    return trackers


def _state(town: Any, hands: ModuleType, trackers: list[str], after: str) -> None:
    """The two booths that took ballots say which; the third is not heard of."""
    from central.kernel import intake

    centre = open_centre(town.home, datetime.fromisoformat(after))
    for place in (0, 1):
        booth = town.booth(place)
        act = hands.closing(centre, town.election, booth, trackers[place::2], datetime.fromisoformat(after))
        assert intake.take(centre, booth.id, booth.act(act)).outcome == "accepted"
    centre.store.close()


def _check_page(url: str, election: str, trackers: list[str], head: str) -> None:
    page = requests.get(f"{url}/votes/{election}?lang=en", timeout=60).text
    assert "40.0\u00a0%" in page
    assert head in page
    assert "One machine plays all roles here" in page
    assert "Advisory vote" in page
    greek = requests.get(f"{url}/votes/{election}", timeout=60).text
    assert "40,0\u00a0%" in greek
    listed = requests.get(f"{url}/votes/{election}/trackers", timeout=60).text.replace("\n", "").replace(" ", "")
    assert [tracker in listed for tracker in trackers] == [False, True, True, True, True, True]


def _check_record(folder: Path, url: str, election: str, here: tuple[str, ...]) -> None:
    """What anybody can do: download, and verify with a program that is not ours."""
    check = folder / "check"
    check.mkdir()
    answer = requests.get(f"{url}/votes/{election}/election.bel", timeout=60)
    assert f'filename="{election}.bel"' in answer.headers["content-disposition"]
    (check / f"{election}.bel").write_bytes(answer.content)
    done = subprocess.run(
        ["belenios-tool", "election", "verify", "--dir", str(check)], capture_output=True, text=True, check=True
    )
    assert "all checks passed" in done.stdout + done.stderr
    copied = run("elections", "archive", *here, "--out", str(folder / "out" / "election.bel"))
    assert (folder / "out" / "election.bel").read_bytes() == answer.content
    assert len(copied["sha256"]) == 64


def _go_on(home: str, url: str) -> None:
    """A demo whose vote was counted goes on with another one."""
    fresh = run("elections", "open", "--home", home, "--title-from", "demo", "--days", "3")
    assert fresh["state"] == "open"
    assert datetime.fromisoformat(fresh["opens"]) < datetime.now(UTC)
    assert len(run("elections", "list", "--home", home)["elections"]) == 2
    assert fresh["election"] in requests.get(url, timeout=60).text
    assert "no vote" in run("elections", "board", "--home", home, "--election", "nowhere", code=77)


def test_steps_may_be_repeated_after_a_cut(town: Any, centre: Any, hands: ModuleType) -> None:
    """Every step, taken twice, gives what it gave once; an archive is never left half made."""
    from central.kernel import intake
    from central.matters.votes import service as elections
    from central.matters.votes import standings

    booth, card = town.booth(), town.card("elector")
    trackers = hands.five_vote(town, centre)
    later = open_centre(town.home, centre.clock() + timedelta(days=6))
    hands.all_state(town, later, trackers)
    assert [elections.close(later, town.election) for _ in range(2)] == [5, 0]
    counted = [elections.tally(later, town.election) for _ in range(2)]
    counted += [elections.publish(later, town.election) for _ in range(2)]
    assert counted == [counted[0]] * 4
    assert counted[0].counts == ((5, 0, 0, 0), (5, 0, 0))
    found = standings.standing(later, town.election)
    assert (found.state, found.ballots, found.head) == ("published", 5, standings.standing(centre, town.election).head)
    second = hands.mark(centre, town.election, card, 1, 0)
    late = hands.cast(town.election, booth.id, card, second, centre.clock())
    assert intake.take(centre, booth.id, booth.ballot(late)).reason == "not-open"
    for step in (elections.grow_board, elections.close, elections.tally):
        with pytest.raises(elections.ElectionRefused, match="published"):
            step(later, town.election)
    later.store.close()


def test_a_board_that_grew_before_the_tables_knew_is_caught_up(town: Any, centre: Any, hands: ModuleType) -> None:
    """Killed between the two: the next step finds the ballot on the board and only notes it."""
    from ballot_box import Board
    from central.kernel import intake
    from central.matters.votes import service as elections
    from central.matters.votes import standings

    booth, card = town.booth(), town.card("elector")
    ballot = hands.mark(centre, town.election, card, 0, 0)
    act = hands.cast(town.election, booth.id, card, ballot, centre.clock())
    intake.take(centre, booth.id, booth.ballot(act))
    board = Board(standings.archive(centre, town.election))
    board.append([ballot.text])
    assert standings.find_ballot(centre, town.election, ballot.tracker) == "waiting"
    elections.grow_board(centre, town.election)
    assert standings.find_ballot(centre, town.election, ballot.tracker) == "on_board"
    assert board.trackers() == (ballot.tracker,)


def test_the_command_line_says_what_is_wrong(town: Any, tmp_path: Path) -> None:
    home = str(town.home)
    assert "central.toml" in run("elections", "list", "--home", str(tmp_path), code=78)
    assert "expected ISO 8601" in run("elections", "list", "--home", home, "--at", "noon", code=2)
    assert "no port" in run("serve", "--home", home, "--port", "99999", code=2)
    assert (
        "seed"
        in subprocess.run(
            [sys.executable, "-m", "central", "--help"], capture_output=True, text=True, check=True
        ).stdout
    )
