"""One key of three trustees, of which any two open a vote; and nobody between them who plays the others."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from itertools import combinations
from pathlib import Path

import pytest

from ballot_box import Board, TallyResult, ToolFailed, tally
from ballot_box.officials import ceremony, signing
from ballot_box.officials.body import Office, Officials, read_officials, read_record
from ballot_box.officials.ceremony import (
    ACCEPTED,
    PROPOSAL,
    BallotKey,
    Card,
    Said,
    Seat,
    read_card,
    read_key,
    read_said,
)
from ballot_box.officials.home import Home, HomeRefused, Passphrase
from ballot_box.officials.signing import BadRecord, canonical

TRUSTEES = ("trustee-1", "trustee-2", "trustee-3")


def share(home: Home, board: Board, officials: Officials) -> str:
    number = [one.id for one in officials.of(Office.TRUSTEE)].index(home.id) + 1
    return tally.decrypt(board, number, home.part(), home.opened_by)


@pytest.mark.parametrize("pair", [*combinations(TRUSTEES, 2)])
def test_any_two_open_it(
    board: Board, officials: Officials, home: Callable[[str], Home], pair: tuple[str, str]
) -> None:
    for name in pair:
        tally.add_partial_decryption(board, share(home(name), board, officials))
    assert tally.result(board) == TallyResult(counts=((4, 2),), blanks=(0,), ballots=6)


def test_one_does_not(board: Board, officials: Officials, home: Callable[[str], Home]) -> None:
    tally.add_partial_decryption(board, share(home("trustee-2"), board, officials))
    tally.add_partial_decryption(board, share(home("trustee-2"), board, officials))
    with pytest.raises(ToolFailed):
        tally.result(board)


def test_who_is_not_a_trustee_has_no_part(home: Callable[[str], Home]) -> None:
    with pytest.raises(HomeRefused, match=r"no part of a key for ballots is here$"):
        home("registrar").part()


class Round:
    """Trustees who make a key, step by step."""

    def __init__(self, folder: Path, names: Sequence[str] = ("Δ", "Ά", "B")) -> None:
        self.homes = [Home.make(folder / str(place), Passphrase("x" * 12), rounds=1) for place in range(len(names))]
        seats = [Seat(place, len(names) // 2 + 1, len(names)) for place in range(1, len(names) + 1)]
        them = zip(self.homes, names, seats, strict=True)
        self.cards = [ceremony.make_card(home, name, [Office.TRUSTEE], seat) for home, name, seat in them]

    def home(self, card: Card) -> Home:
        (found,) = [home for home in self.homes if home.id == card.id]
        return found

    def proposals(self) -> list[str]:
        return [ceremony.propose(self.home(card), self.cards) for card in ceremony.trustees_of(self.cards)]


def test_the_order_of_files_does_not_matter(tmp_path: Path) -> None:
    made = Round(tmp_path)
    assert ceremony.trustees_of(made.cards[::-1]) == made.cards
    key = ceremony.make_key({home.id: home for home in made.homes}, made.cards[::-1])
    assert key.threshold == 2 and read_key(key.file()) == key
    certs = json.loads(key.trustees)[0][1]["certs"]
    assert [canonical(one) for one in certs] == [canonical(json.loads(one)) for one in ceremony.certs_of(made.cards)]


def test_each_told_text_is_for_one_trustee(tmp_path: Path) -> None:
    made = Round(tmp_path)
    certs = ceremony.certs_of(made.cards)
    told = ceremony.distribute(certs, made.proposals())
    first, second, _ = ceremony.trustees_of(made.cards)
    with pytest.raises(ToolFailed):
        ceremony.accept(made.home(first), certs, told[1])
    assert list(made.home(first).remembered("accepted")) == []
    ceremony.accept(made.home(second), certs, told[1])


def test_a_proposal_of_somebody_else_is_noticed(tmp_path: Path) -> None:
    made, stranger = Round(tmp_path / "a"), Round(tmp_path / "b")
    certs = ceremony.certs_of(made.cards)
    strange = stranger.proposals()
    with pytest.raises(ToolFailed):
        ceremony.distribute(certs, [*made.proposals()[:2], strange[0]])


def record(cards: Sequence[Card], key: BallotKey, folder: Path) -> str:
    """With a registrar and two officers of its own."""
    others = [(Office.REGISTRAR, "r"), (Office.OFFICER, "o1"), (Office.OFFICER, "o2")]
    homes = {name: Home.make(folder / name, Passphrase("x" * 12), rounds=1) for _, name in others}
    more = [ceremony.make_card(homes[name], name, [role]) for role, name in others]
    return ceremony.record_with([*cards, *more], key, "Δήμος", "2024-2028")


def test_a_trustee_signs_only_for_the_key_that_they_made(tmp_path: Path) -> None:
    """Whoever carries the files makes a second key with the same people's first cards replaced by their own."""
    made = Round(tmp_path / "a")
    by = {home.id: home for home in made.homes}
    key = ceremony.make_key(by, made.cards)
    text = record(made.cards, key, tmp_path)
    first = made.home(ceremony.trustees_of(made.cards)[0])
    assert ceremony.not_ours(first, read_record(text)) == ""
    assert ceremony.sign_officials(first, text).by == first.id

    theirs = Round(tmp_path / "b")
    forged = ceremony.make_key({home.id: home for home in theirs.homes}, theirs.cards)
    wrong = read_record(canonical({**json.loads(text), "trustees": forged.trustees}))
    why = "the key for ballots is not of the trustees whose cards you were given"
    assert ceremony.not_ours(first, wrong) == why
    with pytest.raises(BadRecord, match=f"^officials: {why}$"):
        ceremony.sign_officials(first, wrong.text)
    # Nobody who is no trustee has made a key: they vouch for the people.
    assert ceremony.not_ours(theirs.homes[0], wrong) == ""


def test_a_trustee_who_was_spoken_to_alone_notices(tmp_path: Path) -> None:
    """A round with each of them, in which the others are played: whoever plays them would know the whole key."""
    real, played = Round(tmp_path / "real"), Round(tmp_path / "played")
    victim = ceremony.trustees_of(real.cards)[0]
    mixed = [victim, *[card for card in ceremony.trustees_of(played.cards) if card.name != victim.name]]
    homes = {home.id: home for home in (*real.homes, *played.homes)}
    ceremony.make_key(homes, mixed)
    # What the others are shown in the end.
    honest = ceremony.make_key({home.id: home for home in played.homes}, played.cards)
    text = record(real.cards, honest, tmp_path)
    assert ceremony.not_ours(homes[victim.id], read_record(text)) == (
        "the key for ballots is not of the trustees whose cards you were given"
    )


def test_another_part_than_the_accepted_one(tmp_path: Path) -> None:
    """The same trustees twice: the first key is not the one that they accepted last."""
    made = Round(tmp_path)
    by = {home.id: home for home in made.homes}
    first, second = (ceremony.make_key(by, made.cards) for _ in range(2))
    old, new = (record(made.cards, key, tmp_path / name) for key, name in ((first, "1"), (second, "2")))
    for home in made.homes:
        assert ceremony.not_ours(home, read_record(old)) == (
            "your part of the key for ballots is not the one that you accepted"
        )
        assert ceremony.not_ours(home, read_record(new)) == ""


def test_one_of_each_is_needed(tmp_path: Path) -> None:
    cards = Round(tmp_path).cards
    said = [Said(PROPOSAL, card.id, "x") for card in cards]
    assert ceremony.of_each(cards, said[::-1]) == said
    faults = {
        f"nothing is here from {cards[1].name}": [said[0], said[2]],
        "more is here than one from each trustee": [*said, said[0]],
    }
    for why, given in faults.items():
        with pytest.raises(BadRecord) as caught:
            ceremony.of_each(cards, given)
        assert str(caught.value) == why


def seated(*seats: tuple[int, int, int], tools: str = "aaa") -> list[Card]:
    """Cards of trustees, whose certificates nobody reads."""
    whole = [(Seat(*seat), tool) for seat, tool in zip(seats, tools, strict=False)]
    return [Card(f"{place}", (Office.TRUSTEE,), "key", "cert", seat, tool) for place, (seat, tool) in enumerate(whole)]


@pytest.mark.parametrize(
    ("cards", "why"),
    [
        (seated((1, 2, 3), (2, 2, 3), (3, 2, 3)), ""),
        ([], "no trustee's card is here"),
        (seated((1, 2, 3), (2, 2, 3)), "seat 3 of the 3 trustees is empty"),
        (seated((1, 2, 3), (2, 2, 3), (2, 2, 3)), "seat 2 of the 3 trustees is taken twice"),
        (
            seated((1, 2, 3), (2, 3, 3), (3, 2, 3)),
            "the trustees do not agree on how many they are, or how many of them open a vote",
        ),
        (
            seated((1, 2, 3), (2, 2, 3), (3, 3, 4)),
            "the trustees do not agree on how many they are, or how many of them open a vote",
        ),
        (
            seated((1, 2, 3), (2, 2, 3), (3, 2, 3), tools="aab"),
            "the trustees' keys are made by different versions of belenios-tool: all use the same one",
        ),
    ],
)
def test_a_key_is_made_by_those_who_sit_together(cards: list[Card], why: str) -> None:
    assert ceremony.seats_fault(ceremony.trustees_of(cards[::-1])) == why
    if why:
        with pytest.raises(BadRecord) as caught:
            ceremony.certs_of(cards)
        assert str(caught.value) == why


@pytest.mark.parametrize(
    ("seat", "good"),
    [
        ((1, 2, 3), True), ((3, 3, 3), True), ((0, 2, 3), False), ((4, 2, 3), False),
        ((1, 1, 3), False), ((1, 4, 3), False), ((1, 2, 4), False), ((1, 3, 4), True),
    ],
)  # fmt: skip
def test_a_vote_is_opened_by_more_than_half(seat: tuple[int, int, int], good: bool) -> None:
    if good:
        assert Seat(*seat).of == seat[2]
        return
    with pytest.raises(BadRecord) as caught:
        Seat(*seat)
    place, threshold, of = seat
    assert str(caught.value) == (
        f"seat {place} of {of} trustees, {threshold} of whom open a vote: there is none such "
        "(a vote is opened by more than half of them)"
    )


def test_a_trustee_alone_has_a_seat(tmp_path: Path) -> None:
    home = Home.make(tmp_path, Passphrase("x" * 12), rounds=1)
    for roles, seat in (([Office.TRUSTEE], None), ([Office.OFFICER], Seat(1, 2, 3))):
        with pytest.raises(BadRecord, match=r"^a trustee has a seat, and nobody else$"):
            ceremony.make_card(home, "Χ", roles, seat)


def test_what_travels_reads_back_and_nothing_else_does(tmp_path: Path) -> None:
    card = Round(tmp_path).cards[0]
    assert read_card(card.text()) == card
    said = Said(ACCEPTED, card.id, "x")
    assert read_said(said.file(), ACCEPTED) == said
    plain = json.loads(card.text())
    for parts in (
        {"roles": []},
        {"roles": ["mayor"]},
        {"roles": [[]]},
        {"cert": ""},
        {"seat": None},
        {"seat": [1, 1]},
        {"seat": [1, 1, "1"]},
        {"seat": [1, 1, True]},
        {"seat": [2, 1, 1]},
        {"tool": ""},
        {"key": "x"},
        {"kind": "x"},
        {"more": 1},
    ):
        with pytest.raises(BadRecord):
            read_card(canonical({**plain, **parts}))
    with pytest.raises(BadRecord):
        read_card(canonical({**plain, "roles": ["officer"]}))
    for text in (said.file(), "{}", "[]", ""):
        with pytest.raises(BadRecord):
            read_said(text, PROPOSAL)
    for text in (said.file(), canonical({"kind": "officials.key", "opened_by": [1], "trustees": "[]"})):
        with pytest.raises(BadRecord):
            read_key(text)


def test_who_joins(officials: Officials, home: Callable[[str], Home], tmp_path: Path) -> None:
    trustee, stranger = home("trustee-1"), Home.make(tmp_path / "s", Passphrase("x" * 12), rounds=1)
    with pytest.raises(BadRecord, match=r"^officials: you are none of them$"):
        ceremony.join(stranger, officials, None)
    without = "^officials: a trustee joins with the key that these trustees have made$"
    for key in (None, BallotKey("[]", ("a", "b", "c")), BallotKey(officials.trustees, ("a",))):
        with pytest.raises(BadRecord, match=without):
            ceremony.join(trustee, officials, key)
    assert list(stranger.path.iterdir()) == [stranger.path / "identity.p12"]


def test_a_union_of_registrar_and_trustee(tmp_path: Path) -> None:
    made = Round(tmp_path / "a")
    both = Home.make(tmp_path / "both", Passphrase("x" * 12), rounds=1)
    cards = [*made.cards[:2], ceremony.make_card(both, "Γραμματέας", [Office.REGISTRAR, Office.TRUSTEE], Seat(3, 2, 3))]
    homes = {home.id: home for home in (*made.homes, both)}
    for name in ("o1", "o2"):
        homes[name] = Home.make(tmp_path / name, Passphrase("x" * 12), rounds=1)
        cards.append(ceremony.make_card(homes[name], name, [Office.OFFICER]))
    text = ceremony.record_with(cards, ceremony.make_key(homes, cards), "Δήμος", "2024-2028")
    signing_ones = [homes.get(card.id) or homes[card.name] for card in cards]
    found = ceremony.signed_officials(text, [ceremony.sign_officials(home, text) for home in signing_ones])
    assert read_officials(found.file()) == found
    assert [one.role for one in found.officials if one.id == both.id] == [Office.REGISTRAR, Office.TRUSTEE]
    assert found.threshold == 2


def test_a_record_lacks_a_signature(officials: Officials) -> None:
    with pytest.raises(BadRecord, match=r"has not signed$"):
        ceremony.signed_officials(officials.text, officials.signatures[1:])
    assert signing.digest_of(officials.text) == signing.digest_of(read_record(officials.text).text)
