"""A vote's way through the console with its officials' own tools, by files: approved, registered, signed, announced,
closed, counted, published; and what is refused at each step."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from drafting import WORDS, YES_NO, Officials, acts, approved, at, kept, proposed, upload, words_of, written
from staff_desk import at_desk, employ

from ballot_box.officials.signing import canonical
from central.kernel.centre import Centre
from central.matters.votes import service as elections
from central.matters.votes import standings
from central.matters.votes.drafts import book
from central.matters.votes.drafts.typed import Typed
from central.matters.votes.life import drawing_up
from central.matters.votes.store import drafts as draft_rows
from central.matters.votes.store import elections as election_rows
from central.store.line import feed
from municipality.matters.votes.messages import Election


@pytest.fixture
def house(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> Centre:
    employ(centre, monkeypatch)
    return centre


@pytest.fixture
def officials(town: Any, tmp_path: Path) -> Officials:
    return Officials(town, tmp_path / "table")


def test_what_two_are_deciding_on_stays_as_it_is(house: Centre) -> None:
    kostas, eleni = at_desk(house, "kostas"), at_desk(house, "eleni")
    draft = written(house, kostas)
    here = f"/votes/drafts/{draft}"
    old = Typed.read(kept(house, draft).plan).digest
    assert kostas.post(f"{here}/words/save", WORDS | {"title_el": "Άλλος τίτλος"}).status_code == 303
    answer = kostas.post(f"{here}/propose", {"seen": old})
    assert answer.status_code == 409 and "Κάποιος άλλαξε το πρόχειρο" in answer.text
    proposal = proposed(house, kostas, draft)
    before = kept(house, draft).plan

    refused = eleni.post(f"{here}/words/save", WORDS | {"title_el": "Τρίτος τίτλος"})
    assert (
        refused.status_code == 409 and "Πάρτε το πρώτα πίσω" in refused.text and 'value="Τρίτος τίτλος"' in refused.text
    )
    for path, form in (("add", {"what": "question"}), ("question-1/remove", {}), ("discard", {})):
        assert eleni.post(f"{here}/{path}", form).status_code == 409
    assert kept(house, draft).plan == before

    assert kostas.post(f"/decisions/{proposal}/confirm").status_code == 403
    assert eleni.post(f"/decisions/{proposal}/withdraw").status_code == 303
    assert eleni.post(f"{here}/words/save", WORDS).status_code == 303
    assert eleni.post(f"{here}/discard").status_code == 303
    assert eleni.post(f"{here}/words/save", WORDS).status_code == 409
    assert kept(house, draft).state == "discarded"
    assert draft not in [one.draft for one in book.under_way(house)]


def test_what_was_proposed_is_what_is_approved(house: Centre) -> None:
    """Also where somebody has changed the row past the pages."""
    kostas, eleni = at_desk(house, "kostas"), at_desk(house, "eleni")
    draft = written(house, kostas)
    proposal = proposed(house, kostas, draft)
    changed = Typed.read(kept(house, draft).plan).saying("question-1", YES_NO | {"text_el": "Κάτι άλλο;"})
    with house.store.writing() as tx:
        draft_rows.change(tx, draft, plan=changed.text())
    assert eleni.post(f"/decisions/{proposal}/confirm").status_code == 409
    assert (kept(house, draft).state, kept(house, draft).request) == ("draft", "")


def test_from_an_approved_draft_to_an_announced_vote_by_files(
    town: Any, house: Centre, hands: ModuleType, officials: Officials
) -> None:
    kostas, eleni = at_desk(house, "kostas"), at_desk(house, "eleni")
    draft = approved(house, kostas, eleni)
    here = f"/votes/drafts/{draft}"
    roll = kostas.post(f"{here}/roll")
    election = kept(house, draft).election
    assert roll.headers["content-disposition"] == f'attachment; filename="roll-{election}.json"'
    folder = officials("registrar", "registrar", "--request", str(officials.file(roll.content)))
    assert kostas.post(f"{here}/announce").status_code == 409
    answer = upload(kostas, f"{here}/registered", file=folder)
    assert answer.headers["location"] == f"/staff{here}?done=draft-registered"
    assert "Λείπει η υπογραφή του υπευθύνου μητρώου" in eleni.get(here).text

    record = kostas.get(f"{here}/files/setup.json").content
    for who in ("registrar", "trustee-1"):
        assert kostas.post(f"{here}/announce").status_code == 409
        assert upload(kostas, f"{here}/sign", file=officials.sign(who, record)).status_code == 303
    page = words_of(eleni.get(here))
    assert "Υπεύθυνος μητρώου (πρόβα) Υπεύθυνος μητρώου ψηφοφοριών Υπέγραψε" in page
    assert "Επίτροπος 2 (πρόβα) Επίτροπος Όχι ακόμη" in page
    assert "Υπογραφές επιτρόπων που λείπουν: 1." in page
    assert upload(kostas, f"{here}/sign", file=officials.sign("trustee-3", record)).status_code == 303
    assert kostas.post(f"{here}/announce").status_code == 303

    standing = standings.standing(house, election)
    assert (standing.state, standing.notice.title.el, standing.notice.record()) == (
        "open", "Ποδηλατόδρομος", record.decode()
    )  # fmt: skip
    assert len(standing.notice.signatures) == 3
    with house.store.reading() as tx:
        assert feed.find(tx, "votes.notice", election) is not None
        assert (
            len([one for one in feed.keys_of(tx, "votes.slip") if one.endswith(election)]) == standing.notice.roll_size
        )
    # Booths of today take ballots in it, and what was typed is what is counted.
    inside = at(house, standing.opens + timedelta(hours=1))
    assert len(hands.five_vote(town, inside, 0, 1, election=election)) == 5
    assert "από την ανακοίνωση: 0 από 3" in kostas.get(f"/votes/{election}").text
    gone = kept(house, draft)
    assert (gone.state, gone.request, gone.answer, gone.record, gone.signatures) == ("announced", "", "", "", "")
    assert acts(house)[-9:] == [
        ("kostas", "draft.save"), ("kostas", "draft.approve.propose"), ("eleni", "draft.approve.confirm"),
        ("kostas", "draft.roll"), ("kostas", "draft.registered"), ("kostas", "draft.sign"), ("kostas", "draft.sign"),
        ("kostas", "draft.sign"), ("kostas", "election.open"),
    ]  # fmt: skip


def test_with_a_rehearsal_one_button_plays_its_officials(house: Centre) -> None:
    kostas = at_desk(house, "kostas")
    draft = approved(house, kostas, at_desk(house, "eleni"))
    here = f"/votes/drafts/{draft}"
    assert kostas.post(f"{here}/rehearse").status_code == 303
    assert kostas.post(f"{here}/announce").status_code == 303
    assert kostas.post(f"{here}/announce").status_code == 409
    assert standings.standing(house, kept(house, draft).election).state == "open"


def test_a_town_in_service_has_no_such_button(house: Centre) -> None:
    earnest = replace(house, settings=house.settings.model_copy(update={"rehearsal": None}))
    kostas = at_desk(earnest, "kostas")
    draft = approved(earnest, kostas, at_desk(earnest, "eleni"))
    assert "πρόβας" not in kostas.get(f"/votes/drafts/{draft}").text
    assert kostas.post(f"/votes/drafts/{draft}/rehearse").status_code == 409
    assert kept(house, draft).state == "approved"


def test_a_folder_that_does_not_answer_the_roll_is_refused(house: Centre, officials: Officials) -> None:
    kostas, eleni = at_desk(house, "kostas"), at_desk(house, "eleni")
    draft = approved(house, kostas, eleni)
    here = f"/votes/drafts/{draft}"
    request = officials.file(kept(house, draft).request.encode())
    good = officials("registrar", "registrar", "--request", str(request))
    with zipfile.ZipFile(io.BytesIO(good)) as opened:
        files = {Path(name).name: opened.read(name) for name in opened.namelist()}
    slips, digest = json.loads(files["slips.json"]), json.loads(files["roll_digest.json"])

    def packed(**changed: Any) -> bytes:
        whole = io.BytesIO()
        with zipfile.ZipFile(whole, "w") as out:
            for name, content in files.items():
                value = changed.get(name.partition(".")[0], content)
                if value is not None:
                    out.writestr(name, value if isinstance(value, bytes) else json.dumps(value))
        return whole.getvalue()

    few = {**slips, "slips": slips["slips"][1:]}
    other_card = {**slips, "slips": [{**slips["slips"][0], "card": "AAK-999999"}, *slips["slips"][1:]]}
    credentials = json.loads(files["public_credentials.json"])
    for folder, words in (
        (b"no zip", "Δεν είναι ο φάκελος"),
        (good[: len(good) // 2], "Δεν είναι ο φάκελος"),
        (packed(slips=None), "Δεν είναι ο φάκελος"),
        (packed(slips=b"[]"), "Δεν είναι ο φάκελος"),
        (packed(slips={**slips, "election": "other"}), "είναι άλλης ψηφοφορίας"),
        (packed(slips=few), "δεν απαντά στον κατάλογο"),
        (packed(slips=other_card), "δεν απαντά στον κατάλογο"),
        (packed(roll_digest={**digest, "sha256": "0" * 64}), "δεν απαντά στον κατάλογο"),
        (packed(public_credentials=credentials[1:]), "δεν απαντά στον κατάλογο"),
        (packed(public_credentials=[credentials[1], *credentials[1:]]), "δεν γίνεται ψηφοφορία"),
        (packed(public_credentials=["1,2", *credentials[1:]]), "δεν γίνεται ψηφοφορία"),
    ):
        answer = upload(kostas, f"{here}/registered", file=folder)
        assert answer.status_code == 409 and words in answer.text, words
        assert kept(house, draft).state == "approved"
    assert kostas.post(f"{here}/registered").status_code == 400
    assert upload(kostas, f"{here}/registered", file=packed()).status_code == 303
    assert upload(kostas, f"{here}/registered", file=packed()).status_code == 409


def test_only_officials_signatures_of_this_very_record_are_kept(house: Centre, officials: Officials) -> None:
    kostas, eleni = at_desk(house, "kostas"), at_desk(house, "eleni")
    draft = approved(house, kostas, eleni)
    here = f"/votes/drafts/{draft}"
    folder = officials("registrar", "registrar", "--request", str(officials.file(kept(house, draft).request.encode())))
    assert upload(kostas, f"{here}/registered", file=folder).status_code == 303
    record = kostas.get(f"{here}/files/setup.json").content
    one = json.loads(officials.sign("trustee-1", record))
    other = json.loads(officials.sign("trustee-2", canonical({**json.loads(record), "grace_hours": 1}).encode()))
    for file, words in (
        (b"{}", "αρχείο υπογραφής"),
        (b"\xff", "αρχείο υπογραφής"),
        (json.dumps({**one, "by": "0" * 64}).encode(), "Δεν είναι υπογραφή υπευθύνου"),
        (json.dumps(other).encode(), "Δεν είναι υπογραφή υπευθύνου"),
    ):
        answer = upload(kostas, f"{here}/sign", file=file)
        assert answer.status_code == 409 and words in answer.text
    assert kept(house, draft).signatures == "[]"
    for _ in range(2):
        assert upload(kostas, f"{here}/sign", file=json.dumps(one).encode()).status_code == 303
    assert json.loads(kept(house, draft).signatures) == [one]


def test_a_draft_that_changes_while_its_roll_is_frozen_is_not_approved(
    house: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    kostas, eleni = at_desk(house, "kostas"), at_desk(house, "eleni")
    draft = written(house, kostas)
    proposal = proposed(house, kostas, draft)
    freeze = drawing_up.begin

    def meanwhile(centre: Centre, plan: elections.Plan) -> drawing_up.Draft:
        with centre.store.writing() as tx:
            draft_rows.change(tx, draft, state="discarded")
        return freeze(centre, plan)

    monkeypatch.setattr(drawing_up, "begin", meanwhile)
    assert eleni.post(f"/decisions/{proposal}/confirm").status_code == 409
    assert (kept(house, draft).state, kept(house, draft).request) == ("discarded", "")


@pytest.mark.parametrize("cut", ["before it is a vote", "before booths hear of it"])
def test_what_was_cut_off_while_it_was_announced_is_announced_again(
    house: Centre, monkeypatch: pytest.MonkeyPatch, cut: str
) -> None:
    kostas = at_desk(house, "kostas")
    draft = approved(house, kostas, at_desk(house, "eleni"))
    here, election = f"/votes/drafts/{draft}", kept(house, draft).election
    assert kostas.post(f"{here}/rehearse").status_code == 303

    def fails(*_: object) -> None:
        raise OSError

    with monkeypatch.context() as patch:
        if cut == "before it is a vote":
            patch.setattr(election_rows, "add", fails)
        else:
            patch.setattr(elections, "open_vote", fails)
        answer = kostas.post(f"{here}/announce")
    assert answer.status_code == 409 and "Δοκιμάστε αργότερα" in answer.text
    assert (house.settings.elections / election).exists() and kept(house, draft).state == "signing"
    assert kostas.post(f"{here}/announce").status_code == 303
    assert standings.standing(house, election).state == "open"


def test_a_vote_that_would_be_over_is_not_announced(house: Centre) -> None:
    kostas = at_desk(house, "kostas")
    draft = approved(house, kostas, at_desk(house, "eleni"))
    assert kostas.post(f"/votes/drafts/{draft}/rehearse").status_code == 303
    closes = Election.read(kept(house, draft).record).closes
    late = at_desk(at(house, closes), "kostas")
    answer = late.post(f"/votes/drafts/{draft}/announce")
    assert answer.status_code == 409 and "θα είχε ήδη τελειώσει" in answer.text
    soon = at_desk(at(house, closes - timedelta(seconds=1)), "kostas")
    assert soon.post(f"/votes/drafts/{draft}/announce").status_code == 303


def test_a_dry_run_plays_a_whole_vote_of_nobody(house: Centre) -> None:
    kostas = at_desk(house, "kostas")
    before = standings.all_votes(house)
    answer = kostas.post("/votes/play")
    told = words_of(answer)
    assert (
        answer.status_code == 200 and "Τέλος της πρόβας" in told and "6. Με δύο μερίδια βγαίνει το αποτέλεσμα" in told
    )
    assert standings.all_votes(house) == before and acts(house)[-1] == ("kostas", "election.play")
    earnest = replace(house, settings=house.settings.model_copy(update={"rehearsal": None}))
    assert at_desk(earnest, "kostas").post("/votes/play").status_code == 409
    assert "Δοκιμή" not in at_desk(earnest, "kostas").get("/votes").text
