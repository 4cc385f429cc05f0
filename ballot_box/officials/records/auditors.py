"""Auditors' cards («κάρτες ελέγχου»): which they are and what they are going to choose, as the registrar commits to it
before a vote opens, and what their ballots came to in the end.

An auditor votes as everybody does, with a choice that was deposited before. No booth can tell their cards from others,
so one that changes choices changes theirs, too. Nothing here is about a resident.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from ballot_box import group
from ballot_box.choice import BLANK, Blank, Choice, ChoiceDoesNotFit, plaintext
from ballot_box.election import Question
from ballot_box.officials.signing import BadRecord, canonical, digest_of, read_canonical, shaped, typed, with_keys

if TYPE_CHECKING:
    from ballot_box.tally import TallyResult

# With fewer ballots a sum tells who chose what, and a list of fewer cards could be found by trying.
LEAST_AUDITED = 5
_SALT_BYTES = 32
_CARD = re.compile(r"[A-Za-z0-9-]{1,32}", re.ASCII)
_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True)
class Committed:
    """What a set-up says of auditors' cards: how many there are, and the digests of what is shown later. `listed`: to
    the town hall's intake at once, to all with the result; `deposits`: after the end."""

    cards: int
    listed: str
    deposits: str

    def plain(self) -> dict[str, object]:
        return {"cards": self.cards, "deposits": self.deposits, "listed": self.listed}


@dataclass(frozen=True)
class Listed:
    """The auditors' cards by number, and their public credentials by theirs: which is whose is not said. `deposits`:
    the digest of what they deposited. `text` has a salt in it, or whoever knows all credentials could find the list by
    trying."""

    text: str = field(repr=False)
    election: str
    cards: tuple[str, ...]
    credentials: tuple[str, ...]
    deposits: str

    @property
    def digest(self) -> str:
        return digest_of(self.text)


@dataclass(frozen=True)
class Deposits:
    """What each auditor is going to choose, by public credential. `text` with a salt of its own."""

    text: str = field(repr=False)
    election: str
    choices: Mapping[str, Choice] = field(repr=False)

    @property
    def digest(self) -> str:
        return digest_of(self.text)


class Found(StrEnum):
    """What the auditors' ballots came to. FEW: fewer than LEAST_AUDITED came, so nobody opened them; NOT_DEPOSITED: the
    choices were not handed in, so there was nothing to compare with."""

    AGREES = "agrees"
    DIFFERS = "differs"
    FEW = "few"
    NOT_DEPOSITED = "not-deposited"


@dataclass(frozen=True)
class Finding:
    """`ballots`: auditors' ballots that count on their board, whose last event is `head`. `counts`, `blanks`: what was
    opened, none of FEW; `expected_counts`, `expected_blanks`: what those who voted had deposited, where it is known."""

    found: Found
    ballots: int
    head: str
    counts: tuple[tuple[int, ...], ...] = ()
    blanks: tuple[int, ...] = ()
    expected_counts: tuple[tuple[int, ...], ...] = ()
    expected_blanks: tuple[int, ...] = ()

    def plain(self) -> dict[str, object]:
        sums = ("counts", "expected_counts")
        flat = ("blanks", "expected_blanks")
        return {
            "ballots": self.ballots,
            "found": self.found.value,
            "head": self.head,
            **{name: [list(row) for row in getattr(self, name)] for name in sums},
            **{name: list(getattr(self, name)) for name in flat},
        }


def commit(election: str, chosen: Mapping[str, tuple[str, Choice]]) -> tuple[Listed, Deposits]:
    """`chosen`: by card, its public credential and what its auditor deposited. Raises BadRecord for too few."""
    credentials = sorted((credential for credential, _ in chosen.values()), key=int)
    said = dict(chosen.values())
    head = {"election": election, "version": 1}
    deposited = {
        **head,
        "choices": [{"answers": _plain(said[one]), "credential": one} for one in credentials],
        "kind": "votes.deposits",
        "salt": secrets.token_hex(_SALT_BYTES),
    }
    deposits = read_deposits(canonical(deposited))
    listed = {
        **head,
        "cards": sorted(chosen),
        "credentials": credentials,
        "deposits": deposits.digest,
        "kind": "votes.auditors",
        "salt": secrets.token_hex(_SALT_BYTES),
    }
    return read_listed(canonical(listed)), deposits


def committed(listed: Listed) -> Committed:
    """What the set-up says of them."""
    return Committed(len(listed.cards), listed.digest, listed.deposits)


def read_committed(value: object, what: str) -> Committed | None:
    """As a set-up has it; None where no auditors' cards take part, which it says. Raises BadRecord."""
    if value is None:
        return None
    what = f"{what}, audit"
    parts = shaped(value, {"cards": int, "deposits": str, "listed": str}, what)
    for key in ("deposits", "listed"):
        if not _DIGEST.fullmatch(parts[key]):
            raise BadRecord(f"{what}: {key} is no SHA-256")
    if parts["cards"] < LEAST_AUDITED:
        raise BadRecord(
            f"{what}: there are none, or at least {LEAST_AUDITED} auditors' cards, and not {parts['cards']}"
        )
    return Committed(parts["cards"], parts["listed"], parts["deposits"])


def read_listed(text: str) -> Listed:
    """Raises BadRecord."""
    what = "list of auditors' cards"
    value = _opened(text, "votes.auditors", ("cards", "credentials", "deposits"), what)
    cards, credentials = (tuple(_texts(value, key, what)) for key in ("cards", "credentials"))
    if not all(map(_CARD.fullmatch, cards)) or not all(map(group.is_element, credentials)):
        raise BadRecord(f"{what}: a card's number or a credential is none")
    if list(cards) != sorted(set(cards)) or list(credentials) != sorted(set(credentials), key=int):
        raise BadRecord(f"{what}: it is not in order, or names one twice")
    if len(cards) != len(credentials):
        raise BadRecord(f"{what}: as many credentials as cards are expected")
    if len(cards) < LEAST_AUDITED:
        raise BadRecord(f"{what}: there are none, or at least {LEAST_AUDITED} auditors' cards, and not {len(cards)}")
    if not _DIGEST.fullmatch(typed(value, "deposits", str, what)):
        raise BadRecord(f"{what}: deposits is no SHA-256")
    return Listed(text, value["election"], cards, credentials, value["deposits"])


def read_deposits(text: str) -> Deposits:
    """Raises BadRecord, which never says what was chosen."""
    what = "auditors' deposited choices"
    value = _opened(text, "votes.deposits", ("choices",), what)
    choices: dict[str, Choice] = {}
    for one in typed(value, "choices", list, what):
        parts = with_keys(one, ("answers", "credential"), f"{what}, a choice")
        choices[typed(parts, "credential", str, what)] = _choice(parts["answers"], what)
    if len(choices) != len(value["choices"]) or not all(map(group.is_element, choices)):
        raise BadRecord(f"{what}: one is there twice, or of no credential")
    return Deposits(text, value["election"], choices)


def listed_fault(listed: Listed, said: Committed, credentials: Collection[str]) -> str:
    """Why this is not the list that a set-up commits to, with these credentials in all; "" if it is."""
    if committed(listed) != said:
        return "the list of auditors' cards is not the one that the set-up commits to"
    if set(listed.credentials) - set(credentials):
        return "a credential on the list of auditors' cards is none of this vote"
    return ""


def deposits_fault(deposits: Deposits, said: Committed, listed: Listed) -> str:
    """Why these are not the choices that a set-up commits to; "" if they are."""
    if deposits.digest != said.deposits:
        return "the auditors' deposited choices are not those that the set-up commits to"
    if deposits.choices.keys() != set(listed.credentials):
        return "the auditors' deposited choices are not those of the auditors' cards"
    return ""


def unfit(deposits: Deposits, questions: Sequence[Question]) -> bool:
    """Whether some deposited choice is none that these questions allow."""
    try:
        for choice in deposits.choices.values():
            plaintext(tuple(questions), choice)
    except ChoiceDoesNotFit:
        return True
    return False


def finding(
    questions: Sequence[Question],
    voted: Collection[str],
    head: str,
    opened: TallyResult | None,
    deposits: Deposits | None,
) -> Finding:
    """`voted`: credentials whose ballots count on the auditors' board; `opened`: its result, None of too few. What does
    not fit the questions cannot have been voted, and differs."""
    if opened is None:
        return Finding(Found.FEW, len(voted), head)
    if deposits is None:
        return Finding(Found.NOT_DEPOSITED, len(voted), head, opened.counts, opened.blanks)
    counts, blanks = _sum(questions, [deposits.choices[one] for one in voted])
    found = Found.AGREES if (counts, blanks) == (opened.counts, opened.blanks) else Found.DIFFERS
    return Finding(found, len(voted), head, opened.counts, opened.blanks, counts, blanks)


def _sum(
    questions: Sequence[Question], choices: Sequence[Choice]
) -> tuple[tuple[tuple[int, ...], ...], tuple[int, ...]]:
    marks = [[choice[number] for choice in choices if number < len(choice)] for number in range(len(questions))]
    counts = tuple(
        tuple(
            sum(not isinstance(one, Blank) and answer in one for one in given) for answer in range(len(asked.answers))
        )
        for asked, given in zip(questions, marks, strict=True)
    )
    return counts, tuple(sum(isinstance(one, Blank) for one in given) for given in marks)


def read_finding(value: object, what: str) -> Finding | None:
    """As a final record has it. Raises BadRecord."""
    if value is None:
        return None
    what = f"{what}, audit"
    sums, flat = [[int]], [int]
    shape = {"ballots": int, "blanks": flat, "counts": sums, "expected_blanks": flat, "expected_counts": sums}
    parts = shaped(value, {**shape, "found": str, "head": str}, what)
    if parts["found"] not in list(Found) or not _DIGEST.fullmatch(parts["head"]):
        raise BadRecord(f"{what}: what was found is none of {', '.join(Found)}, or its head is no SHA-256")
    counts, expected = (tuple(map(tuple, parts[name])) for name in ("counts", "expected_counts"))
    blanks, expected_blanks = (tuple(parts[name]) for name in ("blanks", "expected_blanks"))
    found = Found(parts["found"])
    return Finding(found, parts["ballots"], parts["head"], counts, blanks, expected, expected_blanks)


def read_chosen(text: str) -> dict[str, Choice]:
    """What auditors have written down for the registrar, a line for each: the card's number, «:», and for each question
    the numbers of the answers («1», or «2, 3») or «λευκό», with «/» between questions. Raises BadRecord, which names
    the line and never what was chosen."""
    found: dict[str, Choice] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        card, colon, choice = line.partition(":")
        if not line.strip():
            continue
        what = f"auditors' cards, line {number}"
        if not colon or not _CARD.fullmatch(card.strip()) or card.strip() in found:
            raise BadRecord(f"{what}: a card's number that no other line has, then a colon, is expected")
        found[card.strip()] = chosen_in(choice, what)
    return found


def chosen_in(text: str, what: str) -> Choice:
    """One auditor's choice, as `read_chosen` has it after the colon. Raises BadRecord."""
    return Choice(_marks(one.strip(), what) for one in text.split("/"))


def _marks(text: str, what: str) -> Iterable[int] | Blank:
    if text.casefold() in ("λευκό", "λευκο", "blank"):
        return BLANK
    marks = [one.strip() for one in text.split(",")]
    if not all(one.isascii() and one.isdecimal() and int(one) > 0 for one in marks):
        raise BadRecord(f"{what}: the numbers of the answers, or «λευκό», are expected, with / between questions")
    return [int(one) - 1 for one in marks]


def _plain(choice: Choice) -> list[list[int] | None]:
    return [None if isinstance(mark, Blank) else sorted(mark) for mark in choice]


def _choice(value: object, what: str) -> Choice:
    if not isinstance(value, list):
        raise BadRecord(f"{what}: a choice is not one")
    for mark in value:
        if mark is not None and not (isinstance(mark, list) and all(type(one) is int for one in mark)):
            raise BadRecord(f"{what}: a choice is not one")
    return Choice(BLANK if mark is None else mark for mark in value)


def _opened(text: str, kind: str, keys: Sequence[str], what: str) -> Mapping[str, Any]:
    value = with_keys(read_canonical(text, what), (*keys, "election", "kind", "salt", "version"), what)
    if (value["kind"], value["version"]) != (kind, 1):
        raise BadRecord(f"{what}: not of this kind and version")
    if not _DIGEST.fullmatch(typed(value, "salt", str, what)):
        raise BadRecord(f"{what}: the salt has not {_SALT_BYTES} bytes")
    typed(value, "election", str, what)
    return value


def _texts(value: Mapping[str, Any], key: str, what: str) -> list[str]:
    listed = typed(value, key, list, what)
    if not all(isinstance(one, str) for one in listed):
        raise BadRecord(f"{what}: {key} are not texts")
    return list(listed)
