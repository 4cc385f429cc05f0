"""From an officer's plan to a vote that officials have signed for: the roll frozen, credentials by the registrar, the
set-up record, its signatures, the board begun.

Never holds a credential, and hands booths nothing of a vote before it lies here whole.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

import ballot_box
from ballot_box import Board, ElectionSetup
from ballot_box.officials import (
    BadRecord,
    Listed,
    Officials,
    Signature,
    committed,
    files,
    listed_fault,
    read_listed,
    read_setup,
    registration,
    unsigned,
)
from card_reader import CardKey
from central.kernel.centre import Centre
from central.matters.votes.life.elections import ElectionRefused, board_of, town_officials
from central.matters.votes.life.rehearsal import Registered
from central.matters.votes.store import elections as rows
from central.matters.votes.store import records as record_rows
from central.office.cards import keys as card_keys
from central.office.cards.keys import NoKey, key_management_key
from central.store.line import booths as booth_rows
from central.store.line import feed as feed_rows
from central.store.office import registry as registry_rows
from central.store.office.registry import Card
from municipality.matters.cards.rules import IN_USE
from municipality.matters.votes.messages import (
    LEAST_FLOOR,
    Auditors,
    BeleniosRecord,
    Credentials,
    Election,
    LeftOut,
    Question,
    Section,
    VoteItem,
    credentials_key,
    version_of,
)
from municipality.matters.votes.messages import Signature as Sent
from municipality.matters.votes.rules import notice_fault
from municipality.messages import Words
from municipality.residents import Capacity

_SOME = 500


@dataclass(frozen=True)
class Plan:
    """What the officer fixes before a vote is drawn up. `floor`: with fewer ballots it is not opened; `grace_hours`:
    for letters that come late; `quorum_percent` of the roll, None where it is not asked for."""

    title: Words
    introduction: Words
    questions: tuple[Question, ...]
    audience: Capacity
    opens: datetime
    closes: datetime
    article: tuple[Section, ...] = ()
    floor: int = 10
    grace_hours: int = 72
    quorum_percent: int | None = None


@dataclass(frozen=True)
class Draft:
    """A plan with its frozen roll. `request`: for the registrar; `left_out`: cards without a slip, and why."""

    election: str
    plan: Plan
    request: str
    electors: int
    left_out: Mapping[str, LeftOut]


@dataclass(frozen=True)
class Prepared:
    """A vote for its officials to sign: `notice.record()`. Nobody has heard of it yet. `auditors`: which cards are
    auditors', for the intake; "" where there are none."""

    notice: Election
    setup: ElectionSetup
    slips: Mapping[str, str]
    auditors: str = field(default="", repr=False)


def begin(centre: Centre, plan: Plan, leave_out: frozenset[str] = frozenset()) -> Draft:
    """Freeze the roll. `leave_out`: cards that were issued after it was fixed. ElectionRefused where the vote could
    never be opened, so that this is said before anybody votes."""
    election = ballot_box.new_uuid()
    roll = roll_of(centre, plan.audience, leave_out)
    if plan.floor < LEAST_FLOOR:
        raise ElectionRefused(f"the floor is at least {LEAST_FLOOR}: fewer ballots tell who chose what")
    if len(roll.entries) < plan.floor:
        raise ElectionRefused(
            f"{len(roll.entries)} are on the roll, and with fewer than {plan.floor} ballots no vote is opened"
        )
    known = _known_cards(centre)
    entries = [(card, key, "" if card in known else "not on the roll of the vote before") for card, key in roll.entries]
    request = registration.request_of(election, centre.settings.municipality, entries)
    return Draft(election, plan, request, len(roll.entries), roll.left_out)


def _known_cards(centre: Centre) -> frozenset[str]:
    with centre.store.reading() as tx:
        before = rows.all_of(tx)
    return frozenset(json.loads(before[0].roll)) if before else frozenset()


def prepare(centre: Centre, draft: Draft, registered: Registered) -> Prepared:
    """Put the registrar's credentials, the officials' key and the booths of today into one record."""
    officials = town_officials(centre)
    if officials is None:
        raise ElectionRefused("this town has no officials of votes yet: kiosk-central officials adopt FILE")
    shared = [card for card, why in registered.left_out.items() if why == LeftOut.KEY_TWICE]
    card_keys.tell_of(centre, shared, card_keys.DOUBLED)
    setup = _setup(draft, officials, registered.credentials)
    notice = _notice(centre, draft, registered, setup, officials)
    if len(setup.credentials) != registered.roll_size:
        raise ElectionRefused("the registrar's credentials are not as many as the roll's cards")
    if fault := notice_fault(notice):
        raise ElectionRefused(f"no booth would take this notice: {fault.value}")
    try:
        read_setup(notice.record())
        if registered.auditors:
            _look_at_auditors(read_listed(registered.auditors), registered, setup)
    except BadRecord as fault:
        raise ElectionRefused(f"no official would sign this: {fault}") from None
    return Prepared(notice, setup, registered.slips, registered.auditors)


def _look_at_auditors(listed: Listed, registered: Registered, setup: ElectionSetup) -> None:
    if fault := listed_fault(listed, committed(listed), setup.credentials):
        raise BadRecord(fault)
    if set(listed.cards) - set(registered.slips):
        raise BadRecord("an auditor's card has no slip")


def _setup(draft: Draft, officials: Officials, credentials: Sequence[str]) -> ElectionSetup:
    plan = draft.plan
    questions = [_belenios_question(question) for question in plan.questions]
    return ballot_box.make_setup(
        draft.election, plan.title.el, questions, officials.trustees, credentials, description=plan.introduction.el
    )


def _notice(
    centre: Centre, draft: Draft, registered: Registered, setup: ElectionSetup, officials: Officials
) -> Election:
    plan = draft.plan
    parts = ballot_box.split(setup.credentials)
    return Election(
        election=draft.election,
        title=plan.title,
        introduction=plan.introduction,
        article=plan.article,
        questions=plan.questions,
        audience=plan.audience,
        version=version_of(plan.questions),
        audit=_audit(registered),
        opens=plan.opens,
        closes=plan.closes,
        grace_hours=plan.grace_hours,
        floor=plan.floor,
        quorum_percent=plan.quorum_percent,
        roll_size=registered.roll_size,
        roll_digest=registered.roll_digest,
        tool=setup.tool,
        belenios=BeleniosRecord(election=setup.election, trustees=setup.trustees),
        parts=tuple(map(ballot_box.list_digest, parts)),
        credentials_digest=ballot_box.list_digest(setup.credentials),
        officials=officials.fingerprint,
        booths=_booths(centre),
        left_out={**draft.left_out, **{card: LeftOut(why) for card, why in registered.left_out.items()}},
    )


def _audit(registered: Registered) -> Auditors | None:
    """What the registrar commits to, as their folder says it; their tool compares it again before it signs."""
    if not registered.auditors:
        return None
    said = committed(read_listed(registered.auditors))
    return Auditors(cards=said.cards, listed=said.listed, deposits=said.deposits)


def _booths(centre: Centre) -> dict[str, str]:
    """Those that are in service now, with the key that each uses. One that comes later takes no ballots."""
    with centre.store.reading() as tx:
        active = {one.booth for one in booth_rows.all_seen(tx) if one.state == "active"}
        return {key.booth: key.key for key in booth_rows.keys(tx) if key.current and key.booth in active}


def establish(centre: Centre, prepared: Prepared, signatures: Sequence[Signature]) -> None:
    """What enough officials have signed becomes a vote: its board, its feed, its row. ElectionRefused before that."""
    officials = town_officials(centre)
    record = read_setup(prepared.notice.record())
    lacking = "there are no officials" if officials is None else unsigned(record, signatures, officials)
    if lacking:
        raise ElectionRefused(lacking)
    election = prepared.notice.election
    sent = tuple(Sent(by=one.by, jws=one.jws) for one in signatures)
    notice = prepared.notice.model_copy(update={"signatures": sent})
    board = board_of(centre, election)
    board.path.parent.mkdir(mode=0o700, parents=True)
    Board.create(board.path, prepared.setup)
    if prepared.auditors:
        Board.create(board.path.with_name(files.AUDITORS), prepared.setup)
    cards = json.dumps(sorted(prepared.slips))
    held = rows.Held(election, "draft", notice.text(), cards, notice.opens, notice.closes, head=board.head())
    # All of it lies in the feed before the vote is known here: no booth is ever told of a vote that it cannot hold.
    _hand_out(centre, VoteItem.SLIP, {f"{card}/{election}": slip for card, slip in prepared.slips.items()})
    parts = ballot_box.split(prepared.setup.credentials)
    _hand_out(centre, VoteItem.CREDENTIALS, _signed_parts(centre, election, parts))
    with centre.store.writing() as tx:
        rows.add(tx, held)
        if prepared.auditors:
            record_rows.put(tx, election, record_rows.AUDITORS, prepared.auditors)


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


@dataclass(frozen=True)
class FrozenRoll:
    """Who may vote, as (card, PEM of its 9D key) by card; and of those who could, why their card gets no slip."""

    entries: list[tuple[str, str]]
    left_out: dict[str, LeftOut]


def electors(centre: Centre) -> dict[Capacity, int]:
    """How many cards could vote if the roll were frozen now; some of them may turn out to get no slip."""
    counted = dict.fromkeys(Capacity, 0)
    for _card, capacities in _who_may(centre):
        for capacity in capacities:
            counted[capacity] += 1
    return counted


def _who_may(centre: Centre) -> list[tuple[Card, frozenset[Capacity]]]:
    """Every card in use, and in what capacities its holder may act."""
    now = centre.clock()
    with centre.store.reading() as tx:
        return [
            (holder.card, frozenset(map(Capacity, json.loads(holder.capacities or "[]"))))
            for holder in registry_rows.holders(tx)
            if holder.card.state in IN_USE and holder.card.revoked_at is None and holder.card.not_after > now
        ]


def roll_of(centre: Centre, audience: Capacity, leave_out: frozenset[str]) -> FrozenRoll:
    """As it stands now. A card that no slip of its own can be made for raises an alarm; the registrar looks, too."""
    may = [card for card, capacities in _who_may(centre) if audience in capacities and card.card not in leave_out]
    keys = {card.card: key_management_key(card) for card in may}
    without = [card for card, key in keys.items() if isinstance(key, NoKey)]
    card_keys.tell_of(centre, without)
    left_out = dict.fromkeys(without, LeftOut.NO_KEY)
    left_out |= dict.fromkeys(card_keys.doubled(centre) & keys.keys(), LeftOut.KEY_TWICE)
    kept = ((card, key) for card, key in keys.items() if card not in left_out and not isinstance(key, NoKey))
    return FrozenRoll(sorted((card, _pem(key)) for card, key in kept), left_out)


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
