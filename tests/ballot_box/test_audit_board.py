"""Against a cracked booth: auditors vote with choices that were deposited, and what comes out is compared. Who tries to
have a third board opened, a resident's ballot among the auditors', or too few of them, is told so."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from audited_town import AUDITORS, DEPOSITED, LATER, OPENS, RESIDENTS, AuditedTown, Polled, make
from cryptography.hazmat.primitives.asymmetric import ec
from officials_town import agreed, request_of

from ballot_box import BLANK, Choice, NotVerified, TallyResult, Verified, public_part
from ballot_box.__main__ import main
from ballot_box.officials import audit, consent, files, registration, signing
from ballot_box.officials.audit import publication
from ballot_box.officials.audit.report import report
from ballot_box.officials.commands import deposits_of
from ballot_box.officials.commands.terminal import NotDone
from ballot_box.officials.opening import MayNotOpen
from ballot_box.officials.records import read_final
from ballot_box.officials.records.auditors import (
    Found,
    commit,
    committed,
    read_chosen,
    read_committed,
    read_deposits,
    read_listed,
)
from ballot_box.officials.signing import BadRecord, canonical
from ballot_box.officials.trustee import Ended, Share, shares_in


@pytest.fixture(scope="session")
def _town(tmp_path_factory: pytest.TempPathFactory) -> AuditedTown:
    folder = tmp_path_factory.mktemp("audited")
    return make(folder / "town", folder / "kept")


@pytest.fixture
def town(_town: AuditedTown, tmp_path: Path) -> AuditedTown:
    """Nobody has opened anything in it yet."""
    return replace(_town, folder=shutil.copytree(_town.folder, tmp_path / "town"))


@pytest.fixture
def polled(town: AuditedTown) -> Polled:
    return town.poll()


# --- an honest booth and a cracked one -------------------------------------------------------------------------------


def ended(town: AuditedTown, polled: Polled) -> tuple[publication.Publication, Path]:
    """The whole vote up to its page, as a zip of it is read again."""
    board, auditors = town.boards(polled)
    town.count(polled, board, auditors)
    ends = [town.end(board, auditors, number) for number in (1, 2)]
    assert all(isinstance(one, Ended) for one in ends), ends
    (text,) = {one.text for one in ends if isinstance(one, Ended)}
    signed = {
        "officials.json": town.officials.file(),
        "setup.json": files.setup_file(town.setup.text, town.signatures, []),
        "final.json": files.signed_file(text, [one.signature for one in ends if isinstance(one, Ended)]),
        "auditors.json": town.listed.text,
        "deposits.json": town.deposits.text,
    }
    file = town.folder / "vote.zip"
    file.write_bytes(b"".join(publication.pack(board.path, town.setup.election, signed, auditors.path)))
    into = town.folder / "read"
    into.mkdir()
    return publication.unpack(file, into), file


def test_an_honest_booth_passes(town: AuditedTown, polled: Polled, capsys: pytest.CaptureFixture[str]) -> None:
    found, file = ended(town, polled)
    assert found.final is not None
    final = found.final[0]
    assert (final.counts, final.blanks, final.ballots) == (((4, 2),), (0,), 6)
    assert final.audit is not None
    assert (final.audit.found, final.audit.ballots) == (Found.AGREES, 6)
    assert (final.audit.counts, final.audit.blanks) == (((3, 2),), (1,))
    checked = publication.check(found, town.officials.fingerprint)
    assert isinstance(checked, Verified), checked
    assert (
        "6 auditors' cards take part, on the list that the set-up commits to; 6 of them voted, on a board of their "
        "own: its sum is exactly that of the choices that they had deposited before."
    ) in checked.summary
    _checked_file_by_file(town, file, capsys)
    told = consent.shown_end(town.setup, final)
    assert "Ο έλεγχος των σημείων: 6 ψήφοι ελέγχου, ακριβώς όσες επιλογές είχαν κατατεθεί." in told
    _, text = report(found, "en", fingerprint=town.officials.fingerprint)
    assert "On the roll: 6. Ballots that count: 6, or 100.0 % of the roll." in text
    assert "6 auditors' votes were opened, all together: exactly what had been deposited." in text


def _checked_file_by_file(town: AuditedTown, whole: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As somebody does who has loaded them down one by one."""
    folder = town.folder / "files"
    with zipfile.ZipFile(whole) as packed:
        packed.extractall(folder)
    named = {name: folder / f"{name}.json" for name in ("officials", "setup", "final", "auditors", "deposits")}
    words = [word for name, path in named.items() for word in (f"--{name}", str(path))]
    board = str(folder / f"{town.setup.election}.bel")
    assert main(["verify", board, *words]) == 1
    assert capsys.readouterr().out == (
        "NOT VERIFIED: auditors' cards take part in this vote, and their list or their board is not here\n"
    )
    assert main(["verify", board, *words, "--auditors-board", str(folder / "auditors.bel")]) == 0
    assert "VERIFIED" in capsys.readouterr().out
    assert main(["verify", str(whole), "--auditors-board", str(folder / "auditors.bel")]) == 2
    assert capsys.readouterr().err == "ballot_box: vote.zip has its own auditors.bel: name the zip alone\n"


def test_a_booth_that_changes_choices_is_found_out_and_the_result_is_told_all_the_same(town: AuditedTown) -> None:
    """It cannot tell auditors from residents, so theirs change with the others'."""
    found, _ = ended(town, town.poll(cracked=True))
    assert found.final is not None
    final = found.final[0]
    assert final.counts == ((2, 4),)  # and not 4 to 2
    assert final.audit is not None
    assert final.audit.found is Found.DIFFERS
    assert (final.audit.counts, final.audit.expected_counts) == (((2, 3),), ((3, 2),))
    assert (final.audit.blanks, final.audit.expected_blanks) == ((1,), (1,))
    checked = publication.check(found, town.officials.fingerprint)
    assert isinstance(checked, Verified), checked
    assert any("FINDING: ITS SUM IS NOT THAT OF THE CHOICES" in line for line in checked.summary)
    told = consent.shown_end(town.setup, final)
    assert "ΠΡΟΣΟΧΗ, ΕΥΡΗΜΑ: οι 6 ψήφοι ελέγχου ΔΕΝ είναι οι επιλογές που είχαν κατατεθεί." in told
    assert "   1. «Ναι» / “Yes”: κατατέθηκαν 3, βρέθηκαν 2" in told
    _, text = report(found, "en", fingerprint=town.officials.fingerprint)
    assert "Do not rely on the result" in text


def test_what_is_published_of_auditors_must_be_what_was_signed(town: AuditedTown, polled: Polled) -> None:
    found, _ = ended(town, polled)
    given = found.audited

    def why(**changed: Any) -> str:
        checked = publication.check(replace(found, audited=replace(given, **changed)))
        return checked.why if isinstance(checked, NotVerified) else ""

    board, _few = town.boards(polled)
    other = town.board([town.seal(RESIDENTS[0], BLANK)])
    listed, deposits = commit(town.setup.election, {card: (c, Choice([{0}])) for card, c in _publics(town).items()})
    missing = "auditors' cards take part in this vote, and their list or their board is not here"
    assert why() == ""
    assert why(listed=None) == why(board=None) == missing
    assert why(listed=listed) == "the list of auditors' cards is not the one that the set-up commits to"
    assert why(deposits=deposits) == "the auditors' deposited choices are not those that the set-up commits to"
    assert why(deposits=None) == "the end that the trustees signed is not this board's"
    assert (
        why(board=other) == "a ballot stands on the auditors' board whose credential is not on the list of their cards"
    )
    assert why(board=board) == "a ballot stands on both boards"


def test_a_board_of_auditors_that_is_damaged_is_said_to_be(town: AuditedTown, polled: Polled) -> None:
    found, _ = ended(town, polled)
    assert found.audited.board is not None
    path = found.audited.board.path
    whole = path.read_bytes()
    board, auditors = town.boards(polled)
    for content in (whole[:-1500], b"", whole.replace(b'"credential"', b'"cr3dential"')):
        path.write_bytes(content)
        checked = publication.check(found)
        assert isinstance(checked, NotVerified)
        assert checked.why.startswith("the auditors' board: the record cannot be read: ")
        auditors.path.write_bytes(content)
        assert town.refusal(polled, board, auditors).startswith("the board cannot be read: ")


def _publics(town: AuditedTown) -> dict[str, str]:
    return {card: public_part(town.election, town.credentials[card]) for card in AUDITORS}


# --- the trustee's tool ----------------------------------------------------------------------------------------------


def test_both_boards_are_opened_once(town: AuditedTown, polled: Polled) -> None:
    board, auditors = town.boards(polled)
    share = town.open(polled, board, auditors)
    assert isinstance(share, Share)
    assert share.told[0].startswith("«Ψηφοφορία γειτονιάς», 6 on the roll, closed at ")
    assert share.told[-1] == (
        "Beside it 6 ballots of 6 auditors' cards are opened, to be compared with their deposits."
    )
    assert len(share.file.splitlines()) == 4
    again = town.open(polled, board, auditors)
    assert isinstance(again, Share)
    second = "you have opened this vote before, with another board: a second one is never opened"
    _, fewer = town.boards(town.poll(voters=[*RESIDENTS, *AUDITORS[:5]]))
    smaller = town.poll(voters=[*RESIDENTS, *AUDITORS[:5]])
    assert town.refusal(smaller, board, fewer) == second


AGAINST: dict[str, tuple[Callable[[AuditedTown, Polled], tuple[Any, Any, dict[str, Any]]], str]] = {
    "no board of theirs": (
        lambda town, polled: (town.boards(polled)[0], None, {}),
        "auditors' cards take part in this vote, and their list or their board is not here",
    ),
    "no list": (
        lambda town, polled: (*town.boards(polled), {"listed": None}),
        "auditors' cards take part in this vote, and their list or their board is not here",
    ),
    "another list": (
        lambda town, polled: (*town.boards(polled), {"listed": _another_list(town)}),
        "the list of auditors' cards is not the one that the set-up commits to",
    ),
    "an auditor among the residents": (
        lambda town, polled: (
            town.board([polled.ballots[card] for card in (*RESIDENTS, AUDITORS[0])]),
            town.board([polled.ballots[card] for card in AUDITORS[1:]]),
            {},
        ),
        "a ballot of an auditor's card stands on the vote's own board",
    ),
    "a resident among the auditors": (
        lambda town, polled: (
            town.board([polled.ballots[card] for card in RESIDENTS[1:]]),
            town.board([polled.ballots[card] for card in (*AUDITORS, RESIDENTS[0])]),
            {},
        ),
        "a ballot stands on the auditors' board whose credential is not on the list of their cards",
    ),
    "a ballot on both": (
        lambda town, polled: (
            town.board([polled.ballots[card] for card in (*RESIDENTS, AUDITORS[0])]),
            town.boards(polled)[1],
            {},
        ),
        "a ballot stands on both boards",
    ),
    "the same board twice": (
        lambda town, polled: (town.boards(polled)[0], town.boards(polled)[0], {}),
        "a ballot stands on both boards",
    ),
    "an auditor's ballot dropped": (
        lambda town, polled: (
            town.boards(polled)[0],
            town.board([polled.ballots[card] for card in AUDITORS[1:]]),
            {},
        ),
        "1 ballots that booths took are neither on the board nor superseded nor refused",
    ),
    "not closed": (
        lambda town, polled: (*town.boards(polled, tallied=False, closed=False), {}),
        "the auditors' board has not been closed yet",
    ),
    "not multiplied out": (
        lambda town, polled: (*town.boards(polled, tallied=False), {}),
        "the auditors' board has not been multiplied out yet",
    ),
}


@pytest.mark.parametrize("what", AGAINST)
def test_the_trustees_tool_opens_nothing_else(town: AuditedTown, polled: Polled, what: str) -> None:
    arrange, why = AGAINST[what]
    board, auditors, changed = arrange(town, polled)
    assert town.refusal(polled, board, auditors, **changed) == why
    assert list(town.home("trustee-1").remembered("opened")) == []


def _another_list(town: AuditedTown) -> object:
    """With the same cards and deposits, and another salt: root knows both."""
    plain = {**json.loads(town.listed.text), "salt": "0" * 64}
    return read_listed(canonical(plain))


def test_a_vote_without_auditors_opens_no_board_beside_its_own(town: AuditedTown, polled: Polled) -> None:
    board, auditors = town.boards(polled)
    plain = town.altered(audit=None)
    taken = replace(polled, taken={booth: polled.taken[booth] for booth in polled.taken})
    why = "no auditors' cards take part in this vote, and a board or a list of theirs is here"
    assert town.refusal(taken, board, auditors, setup=plain) == why
    assert town.refusal(taken, board, None, setup=plain) == why
    assert town.refusal(taken, board, auditors, setup=plain, listed=None) == why


def test_four_auditors_ballots_are_never_opened_and_five_are(town: AuditedTown) -> None:
    for cards, few in ((AUDITORS[:4], True), (AUDITORS[:5], False)):
        polled = town.poll(voters=[*RESIDENTS, *cards])
        board, auditors = town.boards(polled)
        why = "4 auditors' ballots are on their board, and fewer than 5 are not opened"
        assert town.refusal(polled, board, auditors) == (why if few else "")


def test_too_few_auditors_hold_nothing_up_and_it_is_said(town: AuditedTown) -> None:
    polled = town.poll(voters=[*RESIDENTS, *AUDITORS[:4]])
    board, auditors = town.boards(polled, tallied=False)
    share = town.open(polled, board, auditors)
    assert isinstance(share, Share)
    assert share.told[-1] == ("4 ballots of 6 auditors' cards came: too few to be opened, so no booth has been tested.")
    assert town.count(polled, board, auditors) == TallyResult(((4, 2),), (0,), 6)
    found = town.end(board, auditors)
    assert isinstance(found, Ended)
    finding = read_final(found.text).audit
    assert finding is not None
    assert (finding.found, finding.ballots, finding.counts) == (Found.FEW, 4, ())


def test_the_floor_is_of_those_who_count(town: AuditedTown) -> None:
    """Four residents and six auditors are four."""
    polled = town.poll(voters=[*RESIDENTS[:4], *AUDITORS])
    board, auditors = town.boards(polled)
    why = "4 ballots count, and fewer than 5 are not opened: they could be told apart"
    assert town.refusal(polled, board, auditors) == why


def test_choices_that_are_not_handed_in_are_a_finding_and_others_are_refused(town: AuditedTown, polled: Polled) -> None:
    board, auditors = town.boards(polled)
    town.count(polled, board, auditors)
    found = town.end(board, auditors, deposits=None)
    assert isinstance(found, Ended)
    finding = read_final(found.text).audit
    assert finding is not None
    assert (finding.found, finding.counts, finding.expected_counts) == (Found.NOT_DEPOSITED, ((3, 2),), ())
    plain = json.loads(town.deposits.text)
    plain["choices"][0]["answers"] = [[0] if plain["choices"][0]["answers"] != [[0]] else [1]]
    other = town.end(board, auditors, deposits=read_deposits(canonical(plain)))
    assert other == MayNotOpen("the auditors' deposited choices are not those that the set-up commits to")


def test_no_end_is_signed_before_both_are_counted(town: AuditedTown, polled: Polled) -> None:
    board, auditors = town.boards(polled)
    town.count(polled, board, auditors)
    _, closed = town.boards(polled)
    why = "the auditors' board has no result yet, or one of too few ballots"
    assert town.end(board, closed) == MayNotOpen(why)


def test_a_package_has_the_auditors_board_and_no_third(town: AuditedTown, polled: Polled, tmp_path: Path) -> None:
    board, auditors = town.boards(polled)
    (tmp_path / "with.zip").write_bytes(files.pack(board.path, "{}", auditors.path))
    into = tmp_path / "into"
    into.mkdir()
    path, _ = files.unpack(tmp_path / "with.zip", into)
    beside = files.beside(path)
    assert beside is not None
    assert (path.read_bytes(), beside.read_bytes()) == (board.path.read_bytes(), auditors.path.read_bytes())
    (tmp_path / "without.zip").write_bytes(files.pack(board.path, "{}"))
    alone = tmp_path / "alone"
    alone.mkdir()
    assert files.beside(files.unpack(tmp_path / "without.zip", alone)[0]) is None
    with zipfile.ZipFile(tmp_path / "with.zip", "a") as packed:
        packed.writestr("third.bel", board.path.read_bytes())
    with pytest.raises(BadRecord, match=re.escape("with.zip: not a package for trustees")):
        files.unpack(tmp_path / "with.zip", into)


def test_shares_of_both_boards_travel_as_one_file() -> None:
    assert shares_in("a\nb\n") == ("a\nb", "")
    assert shares_in("a\nb\nc\nd\n") == ("a\nb", "c\nd")
    for file in ("", "a", "a\nb\nc", "a\nb\nc\nd\ne"):
        with pytest.raises(ValueError, match="not a trustee's share"):
            shares_in(file)


# --- the registrar's tool --------------------------------------------------------------------------------------------


def test_nobody_tells_an_auditors_slip_from_another(town: AuditedTown) -> None:
    """By its size, nor by what a set-up says; what is in a slip, only its card can read."""
    assert len({len(slip) for _, slip in town.made.slips}) == 1
    assert [card for card, _ in town.made.slips] == sorted((*RESIDENTS, *AUDITORS))
    assert town.made.audited == {}
    record = town.setup.text
    assert not any(one in record for one in (*town.listed.credentials, *AUDITORS))


def test_what_was_deposited_lies_sealed_until_the_end(town: AuditedTown) -> None:
    clerk = town.home("registrar")
    lying = [path.read_text(encoding="utf-8", errors="replace") for path in clerk.path.rglob("*") if path.is_file()]
    assert not any(one in text for text in lying for one in (*town.listed.credentials, "votes.deposits"))
    setup = files.setup_file(town.setup.text, town.signatures, [])
    with pytest.raises(NotDone, match="until then nobody reads what was deposited"):
        deposits_of(clerk, setup, OPENS)
    assert read_deposits(deposits_of(clerk, setup, LATER)).digest == town.listed.deposits


def test_a_list_cannot_be_found_by_trying(town: AuditedTown) -> None:
    """Its digest is public: the same cards and choices give another one each time."""
    chosen = {card: (public, Choice([DEPOSITED[card]])) for card, public in _publics(town).items()}
    digests = {one.digest for _ in range(2) for one in commit(town.setup.election, chosen)}
    assert len(digests) == 4
    assert committed(commit(town.setup.election, chosen)[0]).cards == 6


def test_the_registrar_signs_for_no_other_auditors(town: AuditedTown) -> None:
    clerk = town.home("registrar")
    said = dict(town.setup.plain["audit"])
    for other in (None, {**said, "listed": "0" * 64}, {**said, "deposits": "0" * 64}):
        refused = consent.sign_setup(clerk, town.altered(audit=other), OPENS, agreed)
        assert refused == consent.Refusal("its auditors' cards are not those that you have on your list")
    assert isinstance(consent.sign_setup(clerk, town.setup, OPENS, agreed), signing.Signature)
    told = consent.shown(town.setup)
    assert f"Κάρτες ελέγχου: άλλες 6, που δεν μετρούν. Δέσμευση: SHA-256 {town.listed.digest}" in told
    without = consent.shown(town.altered(audit=None))
    assert "Κάρτες ελέγχου: καμία. Αν κάποιο σημείο αλλάζει τις ψήφους πριν τις σφραγίσει, δεν θα φανεί." in without


def test_a_choice_that_the_questions_do_not_allow_is_found_before_anybody_votes(town: AuditedTown) -> None:
    clerk = town.home("registrar")
    public = _publics(town)
    chosen = {card: (public[card], Choice([{2}])) for card in AUDITORS}
    listed, deposits = commit(town.setup.election, chosen)
    clerk.keep_sealed(f"deposits-{town.setup.election}", deposits.text)
    line = {**_made(clerk), "audit": committed(listed).plain()}
    clerk.remember("made", **{key: value for key, value in line.items() if key != "what"})
    lines = (clerk.path / "memory.jsonl").read_text(encoding="utf-8").splitlines()
    (clerk.path / "memory.jsonl").write_text(lines[-1] + "\n", encoding="utf-8")
    refused = consent.sign_setup(clerk, town.altered(audit=committed(listed).plain()), OPENS, agreed)
    assert refused == consent.Refusal("an auditor has deposited a choice that its questions do not allow")


def _made(clerk: Any) -> dict[str, Any]:
    (line,) = clerk.remembered("made")
    return dict(line)


def test_auditors_cards_are_five_at_least_and_on_the_roll(town: AuditedTown) -> None:
    clerk = town.home("registrar")
    cards = {f"GR-{number}": ec.generate_private_key(ec.SECP256R1()) for number in range(6)}
    request = registration.read_request(request_of(cards, "33333333333333"))
    few = {card: Choice([BLANK]) for card in sorted(cards)[:4]}
    with pytest.raises(BadRecord, match="there are none, or at least 5: fewer ballots are never opened"):
        registration.make(clerk, request, few)
    strange = {**few, "GR-9": Choice([BLANK])}
    with pytest.raises(BadRecord, match="GR-9 is not on this roll, or gets no slip"):
        registration.make(clerk, request, strange)
    made = registration.make(clerk, request, {card: Choice([BLANK]) for card in sorted(cards)[:5]})
    assert len(read_listed(made.auditors).cards) == 5


# --- what is read ----------------------------------------------------------------------------------------------------


def test_what_auditors_wrote_is_read_line_by_line() -> None:
    read = read_chosen("GR-1: 1\n\nGR-2 : 2, 3 / λευκό\nGR-3: ΛΕΥΚΟ\n")
    assert {card: list(choice) for card, choice in read.items()} == {
        "GR-1": [{0}],
        "GR-2": [{1, 2}, BLANK],
        "GR-3": [BLANK],
    }


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("GR-1 1", "auditors' cards, line 1: a card's number that no other line has, then a colon, is expected"),
        ("ΓΡ-1: 1", "auditors' cards, line 1: a card's number that no other line has, then a colon, is expected"),
        (
            "GR-1: 1\nGR-1: 2",
            "auditors' cards, line 2: a card's number that no other line has, then a colon, is expected",
        ),
        (
            "GR-1: ναι",
            "auditors' cards, line 1: the numbers of the answers, or «λευκό», are expected, with / between questions",
        ),
        (
            "GR-1: 0",
            "auditors' cards, line 1: the numbers of the answers, or «λευκό», are expected, with / between questions",
        ),
        (
            "GR-1:",
            "auditors' cards, line 1: the numbers of the answers, or «λευκό», are expected, with / between questions",
        ),
    ],
)
def test_what_they_wrote_wrongly_is_told_by_its_line_and_never_repeated(text: str, why: str) -> None:
    with pytest.raises(BadRecord) as refused:
        read_chosen(text)
    assert str(refused.value) == why


DIGEST = "ab" * 32


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ({"cards": 5, "listed": DIGEST}, "x, audit: expected exactly cards, deposits, listed"),
        ({"cards": True, "listed": DIGEST, "deposits": DIGEST}, "x, audit: cards is not what stands there"),
        ({"cards": 5, "listed": DIGEST.upper(), "deposits": DIGEST}, "x, audit: listed is no SHA-256"),
        ({"cards": 5, "listed": DIGEST, "deposits": ""}, "x, audit: deposits is no SHA-256"),
        (
            {"cards": 4, "listed": DIGEST, "deposits": DIGEST},
            "x, audit: there are none, or at least 5 auditors' cards, and not 4",
        ),
    ],
)
def test_what_a_setup_says_of_auditors_has_one_shape(value: dict[str, Any], why: str) -> None:
    assert read_committed(None, "x") is None
    with pytest.raises(BadRecord) as refused:
        read_committed(value, "x")
    assert str(refused.value) == why


def test_a_roll_that_is_mostly_auditors_is_no_vote(town: AuditedTown) -> None:
    said = town.setup.plain["audit"]
    town.altered(audit={**said, "cards": 7})
    with pytest.raises(BadRecord, match="without the auditors' cards 4 are on the roll, and the floor is 5"):
        town.altered(audit={**said, "cards": 8})


def test_a_list_or_deposits_that_are_none_say_why(town: AuditedTown) -> None:
    listed, deposits = json.loads(town.listed.text), json.loads(town.deposits.text)
    wrong = [
        ({**listed, "kind": "votes.deposits"}, "not of this kind and version"),
        ({**listed, "salt": "00"}, "the salt has not 32 bytes"),
        ({**listed, "cards": listed["cards"][::-1]}, "it is not in order, or names one twice"),
        ({**listed, "cards": listed["cards"][1:]}, "as many credentials as cards are expected"),
        ({**listed, "credentials": ["x", *listed["credentials"][1:]]}, "a card's number or a credential is none"),
        ({**listed, "deposits": "x"}, "deposits is no SHA-256"),
    ]
    for plain, why in wrong:
        with pytest.raises(BadRecord, match=why):
            read_listed(canonical(plain))
    for choice in (1, [["x"]], [{}], [[True]]):
        changed = [{**deposits["choices"][0], "answers": choice}, *deposits["choices"][1:]]
        with pytest.raises(BadRecord, match="a choice is not one"):
            read_deposits(canonical({**deposits, "choices": changed}))
    with pytest.raises(BadRecord, match="one is there twice, or of no credential"):
        read_deposits(canonical({**deposits, "choices": [deposits["choices"][0]] * 2}))


def test_an_auditors_vote_is_verified_also_while_nobody_knows_what_came_of_it(
    town: AuditedTown, polled: Polled
) -> None:
    board, _auditors = town.boards(polled)
    setup = (town.setup, town.signatures, ())
    checked = audit.verify(board, town.officials, setup, None, town.officials.fingerprint)
    assert isinstance(checked, Verified)
    assert (
        "6 auditors' cards take part, on the list that the set-up commits to; their board is opened with the vote's."
    ) in checked.summary
