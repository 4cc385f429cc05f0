"""The end of a vote in the console, by its officials' files: what is missing, declared, closed, counted, published; a
later end; and what is refused."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from drafting import Officials, acts, at, upload, words_of
from staff_desk import at_desk, employ

from ballot_box.officials.records import read_declaration
from central.kernel import intake
from central.kernel.centre import Centre
from central.matters.votes import standings
from central.matters.votes.life import closing
from central.office.accounts import officers


@pytest.fixture
def house(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> Centre:
    """A town in service: its officials are on machines of their own."""
    employ(centre, monkeypatch)
    return replace(centre, settings=centre.settings.model_copy(update={"rehearsal": None}))


@pytest.fixture
def officials(town: Any, tmp_path: Path) -> Officials:
    return Officials(town, tmp_path / "table")


def over(centre: Centre, election: str) -> datetime:
    return standings.standing(centre, election).closes + timedelta(minutes=1)


def by_two(centre: Centre, first: Any, second: Any, election: str, step: str) -> Any:
    assert first.post(f"/votes/{election}/{step}").status_code == 303
    (proposal,) = officers.open_proposals(centre)
    return second.post(f"/decisions/{proposal.proposal}/confirm")


def test_a_vote_to_its_published_end_by_files(
    town: Any, house: Centre, hands: ModuleType, officials: Officials
) -> None:
    election = town.election
    here = f"/votes/{election}"
    trackers = hands.five_vote(town, house)
    later = at(house, over(house, election))
    booth = town.booth()
    assert intake.take(
        later, booth.id, booth.act(hands.closing(later, election, booth, trackers, later.clock()))
    ).outcome
    kostas, eleni = at_desk(later, "kostas"), at_desk(later, "eleni")

    page = words_of(kostas.get(here))
    assert "δεν είπαν ακόμη ποιες ψήφους πήραν: 2" in page and "Προτείνετε" not in page
    assert kostas.post(f"{here}/close").status_code == 303
    (proposal,) = officers.open_proposals(later)
    assert eleni.post(f"/decisions/{proposal.proposal}/confirm").status_code == 409  # two booths are silent

    setup = kostas.get(f"{here}/files/setup.json").content
    _declare(kostas, here, officials, setup, [town.booth(1).id, town.booth(2).id])
    assert "Τίποτα δεν λείπει" in kostas.get(here).text
    assert by_two(later, kostas, eleni, election, "close").status_code == 303
    assert standings.standing(later, election).state == "closed"
    assert kostas.post(f"{here}/tally").status_code == 303  # no machine of the town hall counts for real trustees
    (proposal,) = officers.open_proposals(later)
    assert eleni.post(f"/decisions/{proposal.proposal}/confirm").status_code == 409

    _count(kostas, later, here, officials, closing.slips(later, election)[booth.id])
    assert standings.standing(later, election).state == "tallied"
    page = kostas.get(here).text
    assert "Καταμετρήθηκε" in page and "Πολιτιστικό κέντρο" not in page
    _end(kostas, here, officials)
    assert by_two(later, kostas, eleni, election, "publish").status_code == 303
    found = standings.standing(later, election)
    assert found.result is not None
    assert (found.state, found.result.counts, found.result.ballots) == ("published", ((5, 0, 0, 0), (5, 0, 0)), 5)
    what = [one for _, one in acts(later)]
    for one in ("declaration", "declare", "package", "share", "end", "publish.confirm"):
        assert f"election.{one}" in what


def _declare(desk: Any, here: str, officials: Officials, setup: bytes, lost: list[str]) -> None:
    assert "Γράψτε πρώτα τον λόγο" in desk.post(f"{here}/declaration", {"why": " "}).text
    declaration = desk.post(f"{here}/declaration", {"why": "Κάηκαν"}).content
    assert [one.booth for one in read_declaration(declaration.decode()).lost] == sorted(lost)
    first, second = (officials.sign(one, declaration, setup) for one in ("officer-1", "officer-2"))
    trustee = json.dumps({**json.loads(first), "by": "0" * 64}).encode()
    for files in ((first, first), (first, trustee), (first, b"{}"), (b"\xff", second)):
        answer = upload(desk, f"{here}/declare", declaration=declaration, first=files[0], second=files[1])
        assert answer.status_code == 409 and "υπογραφές δύο υπαλλήλων" in answer.text
    assert upload(desk, f"{here}/declare", declaration=b"{}", first=first, second=second).status_code == 409
    assert upload(desk, f"{here}/declare", declaration=declaration, first=first).status_code == 409
    assert upload(desk, f"{here}/declare", declaration=declaration, first=first, second=second).status_code == 303


def _count(desk: Any, centre: Centre, here: str, officials: Officials, slip: str) -> None:
    package = desk.post(f"{here}/package")
    assert package.headers["content-type"] == "application/zip"
    file = str(officials.file(package.content))
    opening = ("trustee", "open", "--package", file, "--slip", slip, "--at", centre.clock().isoformat())
    first, second = (officials(one, *opening) for one in ("trustee-1", "trustee-3"))
    stranger, other = (first.replace(b'"owner":1', f'"owner":{one}'.encode()) for one in (9, 2))
    altered = re.sub(rb'(?<="decryption_factors":\[\[")[0-9]', lambda digit: b"%d" % (int(digit[0]) % 9 + 1), first)
    assert len({first, stranger, other, altered}) == 4
    for bad in (b"x", b"{}", "κάτι".encode(), stranger, other, altered):
        answer = upload(desk, f"{here}/share", file=bad)
        assert answer.status_code == 409 and "Δεν είναι μερίδιο" in answer.text, bad[:20]
    for _ in range(2):  # the same one twice is one
        assert upload(desk, f"{here}/share", file=first).headers["location"].endswith("done=vote-share")
    assert "το μερίδιό τους: 1 από 2" in desk.get(here).text
    assert upload(desk, f"{here}/share", file=second).headers["location"].endswith("done=vote-counted")
    assert upload(desk, f"{here}/share", file=second).status_code == 409


def _end(desk: Any, here: str, officials: Officials) -> None:
    file = str(officials.file(desk.post(f"{here}/package").content))
    ends = [officials(one, "trustee", "end", "--package", file) for one in ("trustee-1", "trustee-3")]
    forged = json.loads(ends[0])
    forged["record"] = forged["record"].replace('"ballots":5', '"ballots":6')
    for bad in (b"x", json.dumps(forged, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()):
        answer = upload(desk, f"{here}/end", file=bad)
        assert answer.status_code == 409 and "Δεν είναι το τέλος" in answer.text
    for one in ends:
        assert "Προτείνετε τη δημοσίευση" not in desk.get(here).text
        assert upload(desk, f"{here}/end", file=one).status_code == 303
    assert "δημοσίευση" in desk.get(here).text


def test_too_few_are_never_opened(town: Any, house: Centre, hands: ModuleType) -> None:
    later = at(house, over(house, town.election))
    hands.all_state(town, later)
    kostas, eleni = at_desk(later, "kostas"), at_desk(later, "eleni")
    assert by_two(later, kostas, eleni, town.election, "close").status_code == 303
    answer = kostas.post(f"/votes/{town.election}/package")
    assert answer.status_code == 303
    assert standings.standing(later, town.election).state == "not_opened"
    assert "Ψήφισαν λιγότεροι" in kostas.get(f"/votes/{town.election}").text
    assert kostas.post(f"/votes/{town.election}/package").status_code == 409


def test_nothing_is_declared_while_it_may_still_come(town: Any, house: Centre) -> None:
    kostas = at_desk(house, "kostas")
    answer = kostas.post(f"/votes/{town.election}/declaration", {"why": "Κάηκαν"})
    assert answer.status_code == 409 and "Μπορεί να έρθει ακόμη κάτι" in answer.text
    assert kostas.post("/votes/nothing/declaration", {"why": "x"}).status_code == 404


def test_a_later_end_holds_when_officials_have_signed_it(town: Any, house: Centre, officials: Officials) -> None:
    kostas = at_desk(house, "kostas")
    here, before = f"/votes/{town.election}", standings.standing(house, town.election)
    day = before.closes + timedelta(days=2)
    form = {
        "closes_day": f"{day:%Y-%m-%d}", "closes_hour": "20:00", "reason_el": "Έπεσε το ρεύμα",
        "reason_en": "The power failed",
    }  # fmt: skip
    early = {**form, "closes_day": f"{before.opens:%Y-%m-%d}"}
    for bad, words in (
        (early, "μετά το τωρινό τέλος"), ({**form, "closes_hour": ""}, "μετά το τωρινό τέλος"),
        ({**form, "reason_en": " "}, "Γράψτε πρώτα τον λόγο"),
    ):  # fmt: skip
        answer = kostas.post(f"{here}/extension", bad)
        assert answer.status_code == 409 and words in answer.text
    assert kostas.get(f"{here}/files/extension.json").status_code == 404
    assert kostas.post(f"{here}/extension", form).status_code == 303
    addendum, setup = (kostas.get(f"{here}/files/{name}.json").content for name in ("extension", "setup"))
    signed = [officials.sign(one, addendum, setup) for one in ("registrar", "trustee-2", "trustee-3")]
    stranger = json.dumps({**json.loads(signed[0]), "by": "0" * 64}).encode()
    for file in (stranger, b"{}", b""):
        assert upload(kostas, f"{here}/extend", file=file).status_code == 409
    for one in signed[:2]:
        assert upload(kostas, f"{here}/extend", file=one).headers["location"].endswith("vote-extension-signed")
        assert standings.standing(house, town.election).closes == before.closes
    assert upload(kostas, f"{here}/extend", file=signed[2]).headers["location"].endswith("vote-extended")
    found = standings.standing(house, town.election)
    (extension,) = found.notice.extensions
    assert found.closes == extension.closes == found.notice.ends > before.closes
    assert (len(extension.signatures), found.notice.record()) == (3, before.notice.record())
    assert upload(kostas, f"{here}/extend", file=signed[2]).status_code == 409
    assert kostas.post(f"{here}/extension", form).status_code == 409  # no later than it is by now

    late = at_desk(at(house, found.closes), "kostas")
    answer = late.post(f"{here}/extension", {**form, "closes_day": f"{day + timedelta(days=9):%Y-%m-%d}"})
    assert answer.status_code == 409 and "δεν είναι ανοιχτή" in answer.text


def test_a_rehearsal_plays_its_officers_and_officials(town: Any, centre: Centre, house: Centre) -> None:
    del house
    kostas = at_desk(centre, "kostas")
    here, before = f"/votes/{town.election}", standings.standing(centre, town.election)
    day = before.closes + timedelta(days=2)
    assert kostas.post(f"{here}/extend-played").status_code == 409
    form = {"closes_day": f"{day:%Y-%m-%d}", "closes_hour": "20:00", "reason_el": "Ρεύμα", "reason_en": "Power"}
    assert kostas.post(f"{here}/extension", form).status_code == 303
    assert kostas.post(f"{here}/extend-played").headers["location"].endswith("vote-extended")
    after = at_desk(at(centre, over(centre, town.election)), "kostas")
    assert "πρόβας" in after.get(here).text
    assert after.post(f"{here}/declare-played", {"why": ""}).status_code == 409
    assert after.post(f"{here}/declare-played", {"why": "Κάηκαν"}).status_code == 303
    assert "Κάηκαν" in after.get(here).text and "Τίποτα δεν λείπει" in after.get(here).text
