"""What officers do: every act in the record, two persons where it needs two, and what is done is really done."""

from __future__ import annotations

import html
import re
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any

import pytest
from machine import Machine
from register import as_csv, everyone
from staff_desk import PASSWORD, at_desk, employ, roll_file

from ballot_box import ToolFailed
from central.clock import ClockInDoubt, LastKnown, SetClock
from central.kernel import intake
from central.kernel.centre import Centre
from central.kernel.matter import TwoPersonAct
from central.kernel.outcome import Done, Refused
from central.matters.votes import standings
from central.office.accounts import officers, staff
from central.office.accounts.staff import Officer, SignedIn
from central.office.booths import overview
from central.office.roll import applying, registry
from central.staff.office import rolls
from central.store import audit, last_time
from central.store.line import booths as booth_rows
from central.store.line import envelopes as envelope_rows
from central.store.office import registry as registry_rows
from municipality.matters.certificates.messages import PAPER_ACT
from municipality.staff import Role


@pytest.fixture
def house(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> Centre:
    employ(centre, monkeypatch)
    return centre


def acts(centre: Centre) -> list[tuple[str, str, str, str]]:
    with centre.store.reading() as tx:
        listed = [(one.who, one.role, one.what, one.about) for one in reversed(audit.newest(tx, 200))]
    return [one for one in listed if not one[2].startswith("staff.")]


def officer(centre: Centre, account: str) -> Officer:
    entered = staff.sign_in(centre, account, PASSWORD)
    assert isinstance(entered, SignedIn)
    found = staff.officer_of(centre, entered.token)
    assert found is not None
    return found


def state_of(centre: Centre, booth: str) -> str:
    with centre.store.reading() as tx:
        found = booth_rows.find(tx, booth)
    assert found is not None
    return found.state


def test_a_booth_from_suspended_to_withdrawn(house: Centre) -> None:
    tina = at_desk(house, "tina")
    for act, state, words in (
        ("suspend", "suspended", "σε αναστολή"),
        ("resume", "active", "ξανά σε λειτουργία"),
        ("stolen", "quarantined", "Δηλώθηκε η κλοπή"),
        ("revoke", "revoked", "αποσύρθηκε οριστικά"),
    ):
        answer = tina.post(f"/booths/anargyri-1/{act}")
        assert answer.status_code == 303
        assert state_of(house, "anargyri-1") == state
        assert words in tina.get(answer.headers["location"].removeprefix("/staff")).text
    assert tina.post("/booths/anargyri-1/resume").status_code == 409
    done = [f"booth.{act}" for act in ("suspend", "resume", "stolen", "revoke")]
    assert acts(house) == [("tina", "technician", what, "anargyri-1") for what in done]


def test_an_invitation_is_shown_once_with_its_picture(house: Centre) -> None:
    tina = at_desk(house, "tina")
    plate = {
        "booth": "kamatero-2",
        "name_el": "Καματερό, πλατεία",
        "name_en": "Kamatero, square",
        "number_prefix": "KA2",
    }
    answer = tina.post("/invite", plate)
    assert answer.status_code == 200 and "<svg" in answer.text.split('class="qr"')[1]
    code = re.search(r'<p class="big code">([A-Z2-7 ]+)</p>', answer.text)
    assert code is not None and len(code.group(1).split()) == 18
    assert state_of(house, "kamatero-2") == "invited"
    assert code.group(1)[:9] not in tina.get("/booths/kamatero-2").text
    again = tina.post("/booths/kamatero-2/invite")
    assert again.status_code == 200 and code.group(1) not in again.text
    assert tina.post("/invite", plate).status_code == 409
    assert tina.post("/invite", plate | {"booth": "Κακό όνομα"}).status_code == 400
    assert [what for _, _, what, _ in acts(house)] == ["booth.invite", "booth.invite_again"]


def test_a_card_is_blocked_and_the_list_of_revocations_follows(town: Any, house: Centre) -> None:
    number = town.card("elector").number
    maria = at_desk(house, "maria")
    greek = number.translate(str.maketrans("AKD", "ΑΚΔ")).replace("-", "–")
    for typed in (number[:6], number.lower(), greek, f" {greek.lower()} "):
        assert f'/cards/{number}"' in maria.get("/cards", params={"search": typed}).text, typed
    assert f'/cards/{number}"' not in maria.get("/cards", params={"search": number[1:]}).text
    with house.store.reading() as tx:
        before = tx.connection.exec_driver_sql("SELECT digest FROM items WHERE kind = 'cards.revocations'").scalar_one()
    assert maria.post(f"/cards/{number}/block").status_code == 303
    with house.store.reading() as tx:
        card = registry_rows.find_card(tx, number)
        after = tx.connection.exec_driver_sql("SELECT digest FROM items WHERE kind = 'cards.revocations'").scalar_one()
    assert card is not None and card.revoked_at is not None and after != before
    assert maria.post(f"/cards/{number}/block").status_code == 409
    assert maria.post("/cards/nobody/block").status_code == 409
    assert acts(house) == [("maria", "registrar", "card.block", number)]


def test_a_vote_is_closed_counted_and_published_by_two_persons_each(
    town: Any, house: Centre, hands: ModuleType
) -> None:
    vote = standings.standing(house, town.election)
    over = vote.closes + timedelta(minutes=1)
    late = replace(house, clock=SetClock(lambda: over))
    hands.all_state(town, late, hands.five_vote(town, house))
    kostas, eleni = at_desk(late, "kostas"), at_desk(late, "eleni")
    for step, state in (("close", "closed"), ("tally", "tallied"), ("publish", "published")):
        assert kostas.post(f"/votes/{town.election}/{step}").headers["location"].endswith("done=proposed")
        assert kostas.post(f"/votes/{town.election}/{step}").status_code == 409, "proposed already"
        asked = re.search(r"/decisions/([0-9a-f]{32})/withdraw", kostas.get("/decisions").text)
        assert asked is not None
        proposal = asked.group(1)
        assert f"/decisions/{proposal}/confirm" not in kostas.get("/decisions").text
        assert kostas.post(f"/decisions/{proposal}/confirm").status_code == 403, "not the same person"
        assert at_desk(late, "tina").post(f"/decisions/{proposal}/confirm").status_code == 403, "not another role"
        assert standings.standing(late, town.election).state != state
        assert eleni.post(f"/decisions/{proposal}/confirm").headers["location"].endswith("done=confirmed")
        assert standings.standing(late, town.election).state == state
        assert eleni.post(f"/decisions/{proposal}/confirm").status_code == 409, "once"
    told = [(who, what) for who, _role, what, _about in acts(house)]
    steps = [f"election.{step}" for step in ("close", "tally", "publish")]
    assert told == [pair for step in steps for pair in (("kostas", f"{step}.propose"), ("eleni", f"{step}.confirm"))]


def test_a_step_that_fails_is_in_the_record_and_may_be_proposed_anew(town: Any, house: Centre) -> None:
    kostas, eleni = officer(house, "kostas"), officer(house, "eleni")
    assert officers.propose(house, kostas, "election.close", town.election) == Done()
    first = officers.open_proposals(house)[0].proposal
    assert officers.confirm(house, eleni, first) == Refused("not-now"), "its time is not over"
    assert officers.propose(house, kostas, "election.close", town.election) == Done()
    again = officers.open_proposals(house)[0].proposal
    assert officers.withdraw(house, eleni, again) == Done()
    assert officers.open_proposals(house) == []
    whats = [what.removeprefix("election.close.") for _, _, what, _ in acts(house)]
    assert whats == ["propose", "confirm", "failed", "propose", "withdraw"]


@pytest.mark.parametrize("trouble", [ToolFailed("x"), None], ids=["fails", "asks-the-time"])
def test_a_clock_in_doubt_during_a_step_leaves_the_end_in_the_record(
    town: Any, house: Centre, monkeypatch: pytest.MonkeyPatch, trouble: Exception | None
) -> None:
    made = Machine()
    last_time.File(house.settings.state).replace(LastKnown(made.now(), made.count()))
    there = made.watched(house)
    kostas, eleni = officer(there, "kostas"), officer(there, "eleni")

    def act(centre: Centre, _election: str) -> None:
        made.set(datetime(2045, 1, 2, tzinfo=UTC))
        if trouble is not None:
            raise trouble
        centre.clock()

    step = TwoPersonAct(Role.CONSULTATION_OFFICER, act, (ToolFailed,))
    monkeypatch.setitem(house.matters.two_persons, "election.tally", step)
    officers.propose(there, kostas, "election.tally", town.election)
    proposal = officers.open_proposals(there)[0].proposal
    if trouble is None:
        with pytest.raises(ClockInDoubt):
            officers.confirm(there, eleni, proposal)
    else:
        assert officers.confirm(there, eleni, proposal) == Refused("tool-failed")
    whats = [what.removeprefix("election.tally.") for _, _, what, _ in acts(house)]
    assert whats == ["propose", "confirm", "failed"]


def test_a_card_is_blocked_though_its_list_has_to_wait(
    town: Any, house: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock comes into doubt between the act and the list: the act stands, and says so."""
    number = town.card("elector").number

    def in_doubt(_centre: Centre) -> int:
        raise ClockInDoubt(datetime(2045, 1, 2, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC), house.settings.home)

    monkeypatch.setattr(registry, "publish_revocations", in_doubt)
    assert at_desk(house, "maria").post(f"/cards/{number}/block").status_code == 303
    with house.store.reading() as tx:
        card = registry_rows.find_card(tx, number)
    assert card is not None and card.revoked_at is not None


def test_a_proposal_falls_with_its_proposer(town: Any, house: Centre) -> None:
    kostas, eleni = officer(house, "kostas"), officer(house, "eleni")
    officers.propose(house, kostas, "election.close", town.election)
    proposal = officers.open_proposals(house)[0].proposal
    staff.set_state(house, "kostas", "disabled", who="test")
    assert officers.confirm(house, eleni, proposal) == Refused("proposer-gone")


def test_of_two_who_confirm_at_once_one_does_it(town: Any, house: Centre) -> None:
    staff.set_roles(house, "tina", frozenset({Role.CONSULTATION_OFFICER}), who="test")
    kostas, others = officer(house, "kostas"), [officer(house, name) for name in ("eleni", "tina")]
    officers.propose(house, kostas, "election.close", town.election)
    proposal = officers.open_proposals(house)[0].proposal
    outcomes: list[Any] = []
    start = threading.Barrier(2)

    def confirm(who: Officer) -> None:
        start.wait(60)
        outcomes.append(officers.confirm(house, who, proposal))

    threads = [threading.Thread(target=confirm, args=(who,)) for who in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(one.reason for one in outcomes) == ["not-now", "not-open-any-more"]


def test_a_refused_letter_is_judged_again_when_its_cause_is_gone(town: Any, house: Centre, hands: Any) -> None:
    tina = at_desk(house, "tina")
    booth, now = town.booth(), house.clock().replace(microsecond=0)
    act = booth.act(hands.certificate(booth.id, "QQ9/2026/000001", "7F3K-92QD-1M8X-0A4T", town.card("elector"), now))
    answer = intake.take_batch(house, booth.id, [act])[0]
    assert (answer.outcome, answer.reason) == ("rejected", "number-of-another-range")
    assert act.id in tina.get("/letters").text
    assert tina.post(f"/letters/{act.id}/retry").status_code == 409, "the cause is still there"
    with house.store.writing() as tx:
        tx.connection.exec_driver_sql(f"UPDATE booths SET number_prefix = 'QQ9' WHERE booth = '{booth.id}'")
    judged = tina.post(f"/letters/{act.id}/retry")
    page = tina.get("/letters").text
    assert judged.status_code == 303, re.sub(r"<[^>]+>", " ", page)
    assert act.id not in page
    assert intake.take_batch(house, booth.id, [act])[0].outcome == "duplicate"
    assert tina.post(f"/letters/{act.id}/retry").status_code == 409, "it is no dead letter any more"
    assert ("tina", "technician", "letter.retry", act.id) in acts(house)


def test_a_letter_whose_signature_does_not_hold_is_never_taken_in(town: Any, house: Centre, hands: Any) -> None:
    booth, now = town.booth(), house.clock().replace(microsecond=0)
    paper = hands.certificate(booth.id, "AA1/2026/000001", "7F3K-92QD-1M8X-0A4T", town.card("elector"), now)
    forged = booth.act(paper, key=town.booth(1).key)
    assert intake.take_batch(house, booth.id, [forged])[0].reason == "bad-signature"
    assert at_desk(house, "tina").post(f"/letters/{forged.id}/retry").status_code == 409
    assert at_desk(house, "tina").post("/letters/nothing/retry").status_code == 409
    assert at_desk(house, "tina").post("/letters/nothing/remark", {"words": "x"}).status_code == 409


def test_the_roll_is_checked_by_one_and_applied_by_another(house: Centre) -> None:
    maria, nikos = at_desk(house, "maria"), at_desk(house, "nikos")
    form = {"as_of": house.clock().date().isoformat(), "answer": "page"}
    file = {"file": ("roll.csv", roll_file(house, street="Νέα Οδός 7"), "text/csv")}
    path = maria.post("/roll", form, files=file).headers["location"].removeprefix("/staff").partition("?")[0]
    page = maria.get(path).text
    assert "street" in page and "Νέα Οδός" not in page and f"{path}/apply" not in page
    assert maria.post(f"{path}/apply").status_code == 409, "not who brought it"
    assert f"{path}/apply" in nikos.get(path).text
    assert nikos.post(f"{path}/apply").status_code == 303
    assert nikos.post(f"{path}/discard").status_code == 409
    assert [(who, what) for who, _, what, _ in acts(house)] == [("maria", "roll.preview"), ("nikos", "roll.apply")]


def test_a_file_that_weighs_much_is_confirmed_by_both_on_the_console(house: Centre) -> None:
    maria, nikos = at_desk(house, "maria"), at_desk(house, "nikos")
    people = list(everyone(house).values())
    short = {"file": ("roll.csv", as_csv([people[0] | {"mother": ""}, *people[1:5]]), "text/csv")}
    form = {"as_of": house.clock().date().isoformat(), "whole": "yes", "number": "3", "latin": "7, 9-10"}
    path = maria.post("/roll", form, files=short).headers["location"].removeprefix("/staff").partition("?")[0]
    count = next(iter(applying.heavy_of(house, applying.imports(house)[0]).values()))
    page = maria.get(path).text
    assert f"{path}/confirm" in page and f"{path}/apply" not in page and f">{count}<" in page
    assert "typed" not in nikos.get(path).text
    assert nikos.post(f"{path}/apply", {"typed": str(count)}).status_code == 409
    assert maria.post(f"{path}/confirm", {"typed": "1"}).status_code == 409
    assert maria.post(f"{path}/confirm").status_code == 409
    assert nikos.post(f"{path}/confirm", {"typed": str(count)}).status_code == 409
    assert maria.post(f"{path}/confirm", {"typed": str(count)}).status_code == 303
    assert f"{path}/apply" in nikos.get(path).text and f"{path}/apply" not in maria.get(path).text
    assert nikos.post(f"{path}/apply").status_code == 409
    assert len(everyone(house)) == len(people)
    rows = nikos.get(f"{path}/rows").text
    assert "<code>mother</code>" in rows and ">2<" in rows
    assert "<tbody>" not in nikos.get(f"{path}/rows?after=9").text and nikos.get(f"{path}/rows?after=x").text == rows
    assert nikos.get("/roll/nothing/rows").status_code == 404
    assert nikos.post(f"{path}/apply", {"typed": str(count)}).status_code == 303
    assert len(everyone(house)) == 5
    done = nikos.get(path).text
    assert "typed" not in done and "(3)" in done
    again = form | {"number": "4", "whole": "", "answer": "file"}
    other = {"file": ("roll.csv", as_csv([people[0] | {"street": "Νέα 1"}, people[1] | {"mother": ""}]), "text/csv")}
    answer = maria.post("/roll", again, files=other)
    assert "3;mother;empty;" in answer.text and answer.headers["content-type"].startswith("text/csv")
    for bad in ({"number": "0"}, {"number": "1-2"}, {"number": "x"}, {"latin": "x"}):
        assert maria.post("/roll", form | bad, files=short).status_code == 400


def test_every_difference_is_on_some_page_of_the_console(house: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rolls, "_SHOWN", 7)
    people = list(everyone(house).values())
    rows = [row | {"street" if n % 2 else "surname": "Νέα"} for n, row in enumerate(people)]
    told = applying.preview(
        house, as_csv(rows[:-3]), as_of=house.clock().date(), whole=True, who="maria", role="registrar"
    )
    assert isinstance(told, applying.Previewed)
    nikos, first = at_desk(house, "nikos"), f"/roll/{told.upload}"
    seen: dict[str, list[str]] = {}
    for filters in ("", "?what=moved", "?what=left", "?field=surname", "?what=new"):
        seen[filters], path = [], first + filters
        while path:
            page = nikos.get(path).text
            seen[filters] += re.findall(r'<tr><th scope="row"><code>([^<]+)</code>', page)
            more = re.findall(r'href="/staff(/roll/[^"]+after=[^"#]+)#diff"', page)
            path = more[0].replace("&amp;", "&") if more else ""
    everybody = sorted(row["person"] for row in people)
    assert seen[""] == everybody
    assert seen["?what=left"] == sorted(row["person"] for row in people[-3:])
    assert seen["?what=moved"] == sorted(row["person"] for row in people[1:-3:2])
    assert seen["?field=surname"] == sorted(row["person"] for row in people[:-3:2])
    assert seen["?what=new"] == []


def test_bad_rows_come_back_on_a_page_and_as_a_file(house: Centre) -> None:
    maria = at_desk(house, "maria")
    form = {"as_of": house.clock().date().isoformat()}
    file = {"file": ("roll.csv", roll_file(house, afm="123456789"), "text/csv")}
    page = maria.post("/roll", form | {"answer": "page"}, files=file)
    assert page.status_code == 400 and "<code>afm</code>" in page.text and "123456789" not in page.text
    rows = maria.post("/roll", form | {"answer": "file"}, files=file)
    assert rows.headers["content-type"].startswith("text/csv") and "attachment" in rows.headers["content-disposition"]
    assert "afm" in rows.text and "123456789" not in rows.text
    assert maria.post("/roll", form, files={"file": ("x", b"\x00\x01", "text/csv")}).status_code == 400
    assert maria.post("/roll", form | {"as_of": "yesterday"}, files=file).status_code == 400
    assert maria.post("/roll", form).status_code == 400
    assert acts(house) == []


def test_what_a_stolen_booth_sent_needs_two_roles(town: Any, house: Centre, hands: Any) -> None:
    from central.office import quarantine

    tina, maria, nikos = (at_desk(house, name) for name in ("tina", "maria", "nikos"))
    booth, now = town.booth(), house.clock().replace(microsecond=0)
    tina.post(f"/booths/{booth.id}/stolen")
    act = booth.act(hands.certificate(booth.id, "AA1/2026/000001", "7F3K-92QD-1M8X-0A4T", town.card("elector"), now))
    quarantine.take_batch(house, booth.id, [act])
    path = f"/booths/{booth.id}/quarantine"
    assert maria.post(path, {"decision": "released"}).headers["location"].endswith("quarantine-proposed")
    assert maria.post(path, {"decision": "released"}).status_code == 409
    assert nikos.post(path, {"decision": "released"}).status_code == 409, "another registrar is no other role"
    assert tina.post(path, {"decision": "perhaps"}).status_code == 400
    assert tina.post(path, {"decision": "released"}).headers["location"].endswith("quarantine-released")
    whats = [(who, what) for who, _, what, _ in acts(house)][1:]
    assert whats == [("maria", "quarantine.propose_released"), ("tina", "quarantine.released")]


def test_the_record_is_whole_and_shows_when_it_is_not(house: Centre) -> None:
    anna = at_desk(house, "anna")
    at_desk(house, "tina").post("/booths/anargyri-1/suspend")
    assert "ακέραιο" in anna.get("/record?check=1").text
    page = anna.get("/record").text
    assert "anargyri-1" in page and "Αναστολή μηχανήματος" in page
    with house.store.writing() as tx:
        tx.connection.exec_driver_sql("UPDATE audit SET who = 'nikos' WHERE what = 'booth.suspend'")
    assert "σπάει στην εγγραφή 000000003" in anna.get("/record?check=1").text


def test_every_letter_can_be_reached_however_many_there_are(town: Any, house: Centre) -> None:
    """A flood of one booth's must not hide the one of another that came before."""
    now, text = house.clock(), "0190a1b2-1111-7abc-8def-{:012d}"
    honest = envelope_rows.Received(text.format(999), "d", "honest", PAPER_ACT, "rejected", "r", b"m", now - _DAY)
    with house.store.writing() as tx:
        flood = [_set_aside(text.format(n), now) for n in range(120)]
        envelope_rows.add_all(tx, [*flood, honest])
        envelope_rows.add_conflict(tx, replace(flood[7], digest="e" * 64))
    tina, seen, path = at_desk(house, "tina"), list[str](), "/letters"
    while path:
        page = tina.get(path).text
        seen += re.findall(r"/staff/letters/([0-9a-f-]{36})/remark", page)
        older = re.search(r'href="/staff(/letters\?before=[^"]+)"', page)
        path = html.unescape(older[1]) if older else ""
    assert len(seen) == 122 == overview.summary(house).set_aside
    assert seen[-1] == honest.envelope
    assert set(seen) == {one.envelope for one in (*flood, honest)}
    listed = tina.get(f"/intake?booth={honest.booth}").text
    (link,) = re.findall(r'href="/staff(/letters\?envelope=[^"]+)"', listed)
    shown = tina.get(link).text
    assert f"/letters/{honest.envelope}/retry" in shown
    assert flood[0].envelope not in shown


_DAY = timedelta(days=1)


def _set_aside(envelope: str, at: datetime) -> envelope_rows.Received:
    return envelope_rows.Received(envelope, "d", "kamatero-1", PAPER_ACT, "rejected", "unknown-kind", b"m", at)
