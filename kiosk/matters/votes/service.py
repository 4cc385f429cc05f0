"""An advisory vote: what a resident may vote on, and the cast: sealed, checked, signed, stored in one transaction.

The choice exists in memory and in the pipe to belenios-tool; the booth cannot read the ballot back once it is queued.
Never: a log line, a journal line or an exception that tells who voted or what.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ballot_box import (
    Ballot,
    BallotRefused,
    Blank,
    Choice,
    Credential,
    ElectionSetup,
    SlipRefused,
    ToolFailed,
    check_ballot,
    public_part,
    read_slip,
    seal_ballot,
    with_only,
)
from ballot_box.officials import Office
from card_reader import CardFault, CardGone
from kiosk.identity.signing_in import PinTooOld, Session
from kiosk.kernel import acts, expiry
from kiosk.kernel.activity import Activity
from kiosk.kernel.booth import Booth
from kiosk.kernel.hand import opener_of
from kiosk.matters.votes import closing, notices, officials, signed
from kiosk.matters.votes.form import sealed_size, setup_of
from kiosk.matters.votes.signed import Signed
from kiosk.store import StoreFull
from municipality.failures import BoothCode, Code
from municipality.matters.votes import MATTER
from municipality.matters.votes.failures import VoteCode
from municipality.matters.votes.messages import BallotAct, Election, VoteItem
from municipality.matters.votes.rules import Marks, MayVote, check_marks, standing
from sync import SealBroken, inbox, open_sealed

SERVICE = expiry.Service(MATTER.noun)


@dataclass(frozen=True)
class VoteOffered:
    """An election and whether this resident may vote in it now. `refusal`: the booth itself can take no vote now, and
    says so before the resident begins."""

    election: Election
    standing: MayVote
    refusal: Code | None = None


@dataclass(frozen=True)
class Cast:
    """The ballot is in the outbox for good. Its tracker finds it on the public board and says nothing of the choice."""

    tracker: str


@dataclass(frozen=True)
class NotCast:
    """Nothing was stored."""

    code: Code


def offered(booth: Booth, session: Session) -> list[VoteOffered]:
    """Every election the booth knows, with this resident's standing in it; those open to them come first."""
    now = booth.clock()
    with booth.store.reading() as connection:
        known = notices.elections(booth, connection)
        slips = {e.election: inbox.get(connection, VoteItem.SLIP, slip_key(session, e)) is not None for e in known}
        whole = {e.election: notices.is_whole(connection, e) for e in known}
        believed = officials.known(booth, connection)
        stated = {e.election: closing.is_stated(connection, e) for e in known}
    refusal = expiry.why_off(booth, SERVICE)

    def found(e: Election) -> MayVote:
        return standing(
            e,
            session.dossier,
            now,
            has_slip=slips[e.election],
            is_whole=whole[e.election],
            is_signed=signed.judge(e, believed) is Signed.BY_THEM,
            is_here=signed.takes_part(booth, e),
            is_over=stated[e.election],
        )

    votes = [VoteOffered(e, found(e), refusal) for e in known]
    return sorted(votes, key=lambda vote: vote.standing is not MayVote.OPEN)


def slip_key(session: Session, election: Election) -> str:
    return f"{session.genuine.number}/{election.election}"


def cast(
    booth: Booth, session: Session, election: Election, marks: Sequence[Marks], progress: Callable[[Activity], None]
) -> Cast | NotCast | PinTooOld:
    """Casts one vote. A later vote of the same resident takes its place at the count; the resident has been told so."""
    now = booth.clock()
    if acts.pin_too_old(booth, BallotAct, session.hand, now):
        return PinTooOld()
    if problem := _may_not(booth, session, election):
        return NotCast(problem)
    # A ballot that the count would refuse must not leave the booth, whatever has let it through.
    if check_marks(election.questions, marks) is not None:
        raise ValueError("marks that the screen should not have let through")
    try:
        ballot = _sealed(booth, session, election, marks, progress)
        if isinstance(ballot, Code):
            return NotCast(ballot)
        act = BallotAct(election=election.election, ballot=ballot.text)
        progress(Activity.SIGNING)
        with booth.store.writing() as connection:
            if closing.is_stated(connection, election):
                return NotCast(VoteCode.VOTE_CLOSED)
            # The instant of «confirm»: the PIN was fresh then, however long the sealing took.
            acts.queue(booth, connection, act, by=session.hand, at=now, size=sealed_size(election))
            closing.note(connection, election, ballot.tracker)
            progress(Activity.STORING)
        # Else the write-ahead log would keep the order in which ballots came.
        booth.store.fold()
        progress(Activity.STORED)
        return Cast(ballot.tracker)
    except (ToolFailed, CardGone, CardFault, OSError):  # OSError: no room for the scratch folder
        return NotCast(VoteCode.VOTE_NOT_CAST)
    except StoreFull:
        return NotCast(BoothCode.STORE_FULL)


def _sealed(
    booth: Booth, session: Session, election: Election, marks: Sequence[Marks], progress: Callable[[Activity], None]
) -> Ballot | Code:
    """A ballot that the count will accept, looked at once more before the card signs it."""
    progress(Activity.SEALING)
    credential = _credential(booth, session, election)
    if isinstance(credential, Code):
        return credential
    setup = _setup_with(booth, election, credential)
    if isinstance(setup, Code):
        return setup
    ballot = seal_ballot(setup, credential, _choice(marks))
    progress(Activity.CHECKING)
    return VoteCode.VOTE_NOT_CAST if isinstance(check_ballot(setup, ballot.text), BallotRefused) else ballot


def _may_not(booth: Booth, session: Session, election: Election) -> Code | None:
    now = booth.clock()
    with booth.store.reading() as connection:
        is_signed = signed.judge(election, officials.known(booth, connection)) is Signed.BY_THEM
        over = closing.is_stated(connection, election)
    codes: dict[MayVote | None, Code] = {
        MayVote.NOT_SIGNED: VoteCode.VOTE_NOT_SIGNED,
        MayVote.NOT_HERE: VoteCode.VOTE_NOT_HERE,
        MayVote.NOT_FOR_YOU: VoteCode.VOTE_NOT_FOR_YOU,
        MayVote.NOT_YET: VoteCode.VOTE_NOT_YET,
        MayVote.CLOSED: VoteCode.VOTE_CLOSED,
        MayVote.LEFT_OUT: VoteCode.VOTE_CARD_LEFT_OUT,
    }
    # Asked again at «confirm»: a vote may have closed while it was read. Its slip is looked for where it is opened.
    here = signed.takes_part(booth, election)
    why = codes.get(
        standing(election, session.dossier, now, has_slip=True, is_signed=is_signed, is_here=here, is_over=over)
    )
    if why is None and session.dossier.is_of_the_future(now):
        why = BoothCode.CLOCK_IN_DOUBT
    return why or expiry.no_new_act(booth, SERVICE)


def _credential(booth: Booth, session: Session, election: Election) -> Credential | Code:
    """The credential in this card's voting slip; only the card can open it."""
    number = session.genuine.number
    with booth.store.reading() as connection:
        item = inbox.get(connection, VoteItem.SLIP, slip_key(session, election))
        believed = officials.known(booth, connection).get(election.officials)
    if item is None or believed is None:
        return VoteCode.VOTE_NO_SLIP
    (registrar,) = believed.keys(Office.REGISTRAR)
    try:
        plain = open_sealed(item.body, opener_of(session.card, session.genuine), kid=number)
        # Sealed to this card is not enough: it could be its slip for another vote, or made by somebody who has kept the
        # credential.
        return read_slip(plain, card=number, election=election.election, registrar=registrar)
    except (SealBroken, SlipRefused):
        return VoteCode.VOTE_NO_SLIP


def _setup_with(booth: Booth, election: Election, credential: Credential) -> ElectionSetup | Code:
    """The election with a list of this credential alone, once it was found on the real one."""
    setup = setup_of(election)
    public = public_part(setup, credential)
    with booth.store.reading() as connection:
        listed = notices.is_listed(booth, connection, election, public)
    if listed is None:
        return VoteCode.VOTE_NOT_WHOLE
    return with_only(setup, public) if listed else VoteCode.VOTE_NO_SLIP


def _choice(marks: Sequence[Marks]) -> Choice:
    return Choice(tuple(Blank.BLANK if mark.blank else mark.answers for mark in marks))
