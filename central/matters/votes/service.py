"""The life of an advisory vote: drawn up, open, the board's nightly growth, closed, tallied, published.

Must never end a vote before its time, publish what does not verify, or hold a credential. Every step may be repeated
after a cut: the board is the record, the tables follow it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from filelock import FileLock

import ballot_box
from ballot_box import Board, ElectionSetup, NotVerified, TallyResult
from card_reader import CardKey
from central.kernel.centre import Centre
from central.kernel.outcome import StepRefused
from central.matters.votes import officials
from central.matters.votes.standings import record, standing
from central.matters.votes.store import ballots as ballot_rows
from central.matters.votes.store import elections as rows
from central.office.cards import keys as card_keys
from central.office.cards.keys import NoKey, key_management_key
from central.store.line import feed as feed_rows
from central.store.office import registry as registry_rows
from municipality.matters.cards.rules import IN_USE
from municipality.matters.votes.messages import (
    BeleniosRecord,
    Credentials,
    Election,
    LeftOut,
    Question,
    VoteItem,
    credentials_key,
)
from municipality.matters.votes.rules import notice_fault
from municipality.messages import Words
from municipality.residents import Capacity

_SOME = 500


class ElectionRefused(StepRefused):
    """A step in the life of a vote that may not be taken now; says why."""


@dataclass(frozen=True)
class Plan:
    """What the officer fixes before a vote is drawn up."""

    title: Words
    introduction: Words
    questions: tuple[Question, ...]
    audience: Capacity
    opens: datetime
    closes: datetime


def draw_up(centre: Centre, plan: Plan, *, leave_out: frozenset[str] = frozenset()) -> str:
    """Freeze the roll, have the registrar and the trustee do their part, begin the board. Returns the election's id.

    `leave_out`: cards that were issued after the roll was fixed.
    """
    election = ballot_box.new_uuid()
    roll = _roll(centre, plan.audience, leave_out)
    registered = officials.register(centre.settings.registrar, election, roll.entries)
    shared = [card for card, why in registered.left_out.items() if why == LeftOut.KEY_TWICE]
    card_keys.tell_of(centre, shared, card_keys.DOUBLED)
    trustee = officials.make_trustee_key(centre.settings.trustee, election)
    setup = _setup(election, plan, trustee, registered.credentials)
    parts = ballot_box.split(setup.credentials)
    notice = _notice(election, plan, registered, setup, parts, roll.left_out)
    if (len(setup.credentials), sum(map(len, parts))) != (registered.roll_size, registered.roll_size):
        raise ElectionRefused("the registrar's credentials are not as many as the roll's cards")
    if fault := notice_fault(notice):
        raise ElectionRefused(f"no booth would take this notice: {fault.value}")
    board = _board(centre, election)
    board.path.parent.mkdir(mode=0o700, parents=True)
    Board.create(board.path, setup)
    cards = json.dumps(sorted(registered.slips))
    held = rows.Held(election, "draft", notice.text(), cards, plan.opens, plan.closes, head=board.head())
    # All of it lies in the feed before the vote is known here: no booth is ever told of a vote that it cannot hold.
    _hand_out(centre, VoteItem.SLIP, {f"{card}/{election}": slip for card, slip in registered.slips.items()})
    _hand_out(centre, VoteItem.CREDENTIALS, _signed_parts(centre, election, parts))
    with centre.store.writing() as tx:
        rows.add(tx, held)
    return election


def _setup(election: str, plan: Plan, trustee: str, credentials: Sequence[str]) -> ElectionSetup:
    questions = [_belenios_question(question) for question in plan.questions]
    words = plan.introduction.el
    return ballot_box.make_setup(election, plan.title.el, questions, [trustee], credentials, description=words)


def _notice(
    election: str,
    plan: Plan,
    registered: officials.Registered,
    setup: ElectionSetup,
    parts: Sequence[tuple[str, ...]],
    left_out: Mapping[str, LeftOut],
) -> Election:
    """What every booth is told of the vote."""
    return Election(
        version=2,
        election=election,
        title=plan.title,
        introduction=plan.introduction,
        questions=plan.questions,
        audience=plan.audience,
        opens=plan.opens,
        closes=plan.closes,
        roll_size=registered.roll_size,
        roll_digest=registered.roll_digest,
        tool=setup.tool,
        belenios=BeleniosRecord(election=setup.election, trustees=setup.trustees, credentials=()),
        parts=tuple(map(ballot_box.list_digest, parts)),
        credentials_digest=ballot_box.list_digest(setup.credentials),
        left_out={**left_out, **{card: LeftOut(why) for card, why in registered.left_out.items()}},
    )


def _signed_parts(centre: Centre, election: str, parts: Sequence[tuple[str, ...]]) -> dict[str, str]:
    messages = [Credentials(election=election, part=place, credentials=part) for place, part in enumerate(parts)]
    return {
        credentials_key(election, message.part): centre.sign(VoteItem.CREDENTIALS, message.text())
        for message in messages
    }


def _hand_out(centre: Centre, kind: str, bodies: dict[str, str]) -> None:
    """Into the feed, some at a time: booths go on pulling meanwhile. They ask for none of it before the notice."""
    keys = sorted(bodies)
    for start in range(0, len(keys), _SOME):
        some = {key: bodies[key] for key in keys[start : start + _SOME]}
        with centre.store.writing() as tx:
            feed_rows.put(tx, kind, some)


def open_vote(centre: Centre, election: str) -> None:
    """Publish the notice: from now on booths know of the vote, and the intake takes ballots cast in its window."""
    with centre.store.writing() as tx:
        held = _held(rows.find(tx, election, lock=True), election)
        if held.state != "draft":
            raise ElectionRefused(f"this vote is {held.state}, not a draft")
        feed_rows.put(tx, VoteItem.NOTICE, {election: centre.sign(VoteItem.NOTICE, held.notice)})
        rows.change(tx, election, state="open")


def grow_board(centre: Centre, election: str) -> int:
    """Append what waits, in tracker order; once a day, so that no moment of a vote shows. Returns how many."""
    with _turn(centre, election):
        with centre.store.reading() as tx:
            held = _held(rows.find(tx, election), election)
            waiting = ballot_rows.waiting(tx, election)
        if held.state not in ("open", "closed"):
            raise ElectionRefused(f"this vote is {held.state}: its board grows no more")
        board = _board(centre, election)
        if waiting:
            board.append([ballot.ballot for ballot in waiting])
        head = board.head()
        # A newer ballot may have come meanwhile; these stand on the board all the same, and it will stand after them.
        with centre.store.writing() as tx:
            trackers = [ballot.tracker for ballot in waiting]
            ballot_rows.set_state(tx, election, trackers, ballot_rows.ON_BOARD)
            rows.change(tx, election, head=head)
        return len(waiting)


def close(centre: Centre, election: str) -> int:
    """End the vote: the intake stops, the rest goes on the board, the board is sealed. Returns how many were appended.

    Refused before the closing instant. Closing statements of the booths and a grace for late ones are not yet built.
    """
    now = centre.clock()
    with centre.store.writing() as tx:
        held = _held(rows.find(tx, election, lock=True), election)
        if held.state not in ("open", "closed"):
            raise ElectionRefused(f"this vote is {held.state}: it cannot be closed")
        if now < held.closes:
            raise ElectionRefused(f"this vote closes at {held.closes.isoformat()}, and it is {now.isoformat()}")
        # Before the board grows for the last time, so that no ballot comes between that and the seal.
        rows.change(tx, election, state="closed")
    appended = grow_board(centre, election)
    board = _board(centre, election)
    with _turn(centre, election):
        ballot_box.close(board)
        _note(centre, election, board)
    return appended


def tally(centre: Centre, election: str) -> TallyResult:
    """Multiply, have the trustee decrypt the product in a process of their own, combine."""
    with _turn(centre, election):
        state = standing(centre, election).state
        if state not in ("closed", "tallied"):
            raise ElectionRefused(f"this vote is {state}: only a closed one is tallied")
        board = _board(centre, election)
        # After a cut the result may stand there already: the trustee is not asked to decrypt twice.
        if ballot_box.published_result(board) is None:
            ballot_box.encrypted_tally(board)
            share = officials.decrypt(centre.settings.trustee, election, board.path)
            ballot_box.add_partial_decryption(board, share)
        result = ballot_box.result(board)
        _note(centre, election, board, state="tallied", result=_result_text(result))
        return result


def publish(centre: Centre, election: str) -> TallyResult:
    """Verify everything once more, the recount included, and show the result to all."""
    now = centre.clock()  # before the recount, which may take long
    with _turn(centre, election):
        found = standing(centre, election)
        if found.state not in ("tallied", "published") or found.result is None:
            raise ElectionRefused(f"this vote is {found.state}: only a tallied one is published")
        board = _board(centre, election)
        # As anybody will who loads it down: what does not verify here would not there.
        checked = ballot_box.verify(board, found.head)
        if isinstance(checked, NotVerified):
            raise ElectionRefused(f"the record does not verify: {checked.why}")
        with centre.store.writing() as tx:
            rows.change(tx, election, state="published", head=board.head(), published_at=now)
        return found.result


@dataclass(frozen=True)
class _Roll:
    """Who may vote, as (card, PEM of its 9D key) by card; and of those who could, why their card gets no slip."""

    entries: list[tuple[str, str]]
    left_out: dict[str, LeftOut]

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self.entries)


def _roll(centre: Centre, audience: Capacity, leave_out: frozenset[str]) -> _Roll:
    """As it stands now. A card that no slip of its own can be made for raises an alarm; the registrar looks, too."""
    now = centre.clock()
    with centre.store.reading() as tx:
        electors = [
            holder.card
            for holder in registry_rows.holders(tx)
            if audience in json.loads(holder.capacities or "[]")
            and holder.card.state in IN_USE
            and holder.card.revoked_at is None
            and holder.card.not_after > now
            and holder.card.card not in leave_out
        ]
    keys = {card.card: key_management_key(card) for card in electors}
    without = [card for card, key in keys.items() if isinstance(key, NoKey)]
    card_keys.tell_of(centre, without)
    left_out = dict.fromkeys(without, LeftOut.NO_KEY)
    left_out |= dict.fromkeys(card_keys.doubled(centre) & keys.keys(), LeftOut.KEY_TWICE)
    kept = ((card, key) for card, key in keys.items() if card not in left_out and not isinstance(key, NoKey))
    return _Roll(sorted((card, _pem(key)) for card, key in kept), left_out)


def _pem(key: CardKey) -> str:
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode("ascii")


def _belenios_question(question: Question) -> ballot_box.Question:
    return ballot_box.Question(
        text=question.text.el,
        answers=tuple(answer.text.el for answer in question.answers),
        minimum=question.minimum,
        maximum=question.maximum,
        blank=question.blank,
    )


def _board(centre: Centre, election: str) -> Board:
    return Board(record(centre, election))


@contextmanager
def _turn(centre: Centre, election: str) -> Iterator[None]:
    """One step of one election at a time, whichever process takes it."""
    standing(centre, election)
    with FileLock(centre.settings.elections / election / "turn.lock", timeout=300):
        yield


def _note(centre: Centre, election: str, board: Board, *, state: str | None = None, result: str | None = None) -> None:
    head = board.head()
    with centre.store.writing() as tx:
        rows.change(tx, election, state=state, result=result, head=head)


def _held(held: rows.Held | None, election: str) -> rows.Held:
    if held is None:
        raise ElectionRefused(f"no vote {election!r} here")
    return held


def _result_text(result: TallyResult) -> str:
    return json.dumps({"counts": result.counts, "blanks": result.blanks, "ballots": result.ballots})
