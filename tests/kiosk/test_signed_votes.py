"""A booth takes ballots only in a vote that officials whose fingerprint was typed at it have signed for."""

from datetime import timedelta

import pytest
import small_town as st
from cryptography.hazmat.primitives.asymmetric import ec

from ballot_box import Credential, make_setup
from ballot_box.officials.body import Officials
from ballot_box.officials.ceremony import rehearse
from ballot_box.officials.records import read_setup
from ballot_box.officials.statement import read_stated, stated_fault
from ballot_box.registrar import slip_plaintext
from card_reader import Slot
from kiosk import health
from kiosk.kernel import public_matter
from kiosk.kernel.conditions import Check, found
from kiosk.matters.votes import closing, notices
from kiosk.matters.votes import service as voting
from kiosk.store import facts
from kiosk.syncing import applying
from municipality.matters.votes.failures import VoteCode
from municipality.matters.votes.messages import BeleniosRecord, ClosingAct, Election, OfficialsNotice, Picture
from municipality.matters.votes.rules import Marks, MayVote
from municipality.messages import Words
from sync import Item, Reject, inbox, outbox, seal

A_VOTE = (Marks(frozenset({1})), Marks(frozenset({0, 2})))


def come(desk, kind: str, key: str, message, seq: int = 500) -> Reject | None:
    """What a round makes of an item that the town hall has signed; stored if it is believed."""
    one = Item(kind, key, seq, st.sign(desk.town.centre_key, kind, message.text()))
    with desk.booth.store.writing() as connection:
        rejected = applying.apply(desk.booth, connection, one, desk.booth.clock())
        if rejected is None:
            inbox.store_item(connection, one)
    return rejected


def standing(desk) -> MayVote:
    (vote,) = voting.offered(desk.booth, desk.sign_in(st.ANNA))
    return vote.standing


def cast(desk, election: Election):
    return voting.cast(desk.booth, desk.sign_in(st.ANNA), election, A_VOTE, lambda _stage: None)


def anchored(desk, fingerprint: str) -> None:
    object.__setattr__(desk.booth.anchors, "officials", fingerprint)


def windows(desk) -> int:
    return len(public_matter.shop_window(desk.booth).notices)


def by(desk, *who: str) -> Election:
    """The vote with the signatures of these alone."""
    whole = st.signed(desk.town.election, desk.town.homes)
    ids = {desk.town.homes[name].id for name in who}
    return whole.model_copy(update={"signatures": tuple(one for one in whole.signatures if one.by in ids)})


@pytest.mark.parametrize(
    ("who", "found"),
    [
        ((), MayVote.NOT_SIGNED),
        (("registrar", "trustee-1"), MayVote.NOT_SIGNED),
        (("trustee-1", "trustee-2"), MayVote.NOT_SIGNED),
        (("registrar", "trustee-1", "trustee-2"), MayVote.OPEN),
    ],
)
def test_it_opens_when_the_registrar_and_enough_trustees_have_signed(open_desk, who, found: MayVote) -> None:
    with open_desk() as desk:
        desk.fill(without=("votes.notice",))
        election = by(desk, *who)
        assert come(desk, "votes.notice", election.election, election) is None
        assert (standing(desk), windows(desk)) == (found, int(found is MayVote.OPEN))
        outcome = cast(desk, election)
        signed = found is MayVote.OPEN
        assert isinstance(outcome, voting.Cast) if signed else outcome == voting.NotCast(VoteCode.VOTE_NOT_SIGNED)


def test_a_signature_given_twice_counts_once(open_desk) -> None:
    with open_desk() as desk:
        desk.fill(without=("votes.notice",))
        election = by(desk, "registrar", "trustee-1")
        twice = election.model_copy(update={"signatures": (*election.signatures, election.signatures[-1])})
        assert come(desk, "votes.notice", election.election, twice) is None
        assert standing(desk) is MayVote.NOT_SIGNED


def test_signatures_that_come_later_open_it(open_desk) -> None:
    with open_desk() as desk:
        desk.fill(without=("votes.notice",))
        for seq, who in enumerate(((), ("registrar", "trustee-1", "trustee-2")), start=500):
            assert come(desk, "votes.notice", desk.town.election.election, by(desk, *who), seq) is None
        assert standing(desk) is MayVote.OPEN


@pytest.mark.parametrize("what", ["floor", "notes", "English words", "roll size", "booths", "grace", "tool"])
def test_what_was_altered_after_the_signatures_is_not_signed(open_desk, what: str) -> None:
    with open_desk() as desk:
        desk.fill(without=("votes.notice",))
        election = desk.town.election
        words = election.title.model_copy(update={"en": "Keep the mayor"})
        first, second = election.questions
        change = {
            "floor": {"floor": 6},
            "notes": {"questions": (first.model_copy(update={"note": words}), second)},
            "English words": {"title": words},
            "roll size": {"roll_size": 2},
            "booths": {"booths": election.booths | {"root-1": "0" * 64}},
            "grace": {"grace_hours": 73},
            "tool": {"tool": "1.0"},
        }[what]
        assert come(desk, "votes.notice", election.election, election.model_copy(update=change)) is None
        assert (standing(desk), windows(desk)) == (MayVote.NOT_SIGNED, 0)


DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">{}</svg>'
)
DOT, SQUARE = DRAWING.format('<circle r="4"></circle>'), DRAWING.format('<rect height="9" width="9"></rect>')


def pictured(election: Election, data: str, alt: str = "A dot") -> Election:
    """With a picture of the first answer; unsigned, or with the signatures of before."""
    first, *rest = election.questions
    picture = Picture(kind="svg", data=data, alt=Words.both("Μια κουκκίδα", alt))
    answers = (first.answers[0].model_copy(update={"picture": picture}), *first.answers[1:])
    return election.model_copy(
        update={"version": 4, "questions": (first.model_copy(update={"answers": answers}), *rest)}
    )


@pytest.mark.attack
def test_a_picture_is_the_one_that_the_officials_signed_for(open_desk) -> None:
    """Root swaps it, or its words, after the signatures; or has one signed that does more than be seen."""
    with open_desk() as desk:
        desk.fill(without=("votes.notice",))
        ours = desk.town.election
        sound = st.signed(pictured(ours, DOT), desk.town.homes)
        for seq, other in enumerate((pictured(sound, SQUARE), pictured(sound, DOT, "A square")), start=500):
            assert come(desk, "votes.notice", ours.election, other, seq) is None
            assert (standing(desk), windows(desk)) == (MayVote.NOT_SIGNED, 0)
            with desk.booth.store.writing() as connection:
                facts.drop(connection, facts.ANNOUNCED + ours.election)
        hostile = st.signed(pictured(ours, DRAWING.format("<script></script>")), desk.town.homes)
        assert come(desk, "votes.notice", ours.election, hostile, 502) == Reject("pictures-not-plain")
        assert come(desk, "votes.notice", ours.election, sound, 503) is None
        assert (standing(desk), windows(desk)) == (MayVote.OPEN, 1)
        swapped = st.signed(pictured(ours, SQUARE), desk.town.homes)
        assert come(desk, "votes.notice", ours.election, swapped, 504) == Reject("another-vote-under-this-number")
        assert isinstance(cast(desk, sound), voting.Cast)


def test_nobody_is_believed_where_no_fingerprint_was_typed(desk) -> None:
    anchored(desk, "")
    assert (standing(desk), windows(desk)) == (MayVote.NOT_SIGNED, 0)
    assert cast(desk, desk.town.election) == voting.NotCast(VoteCode.VOTE_NOT_SIGNED)


@pytest.fixture
def strangers(tmp_path) -> Officials:
    return rehearse(tmp_path / "strangers", st.MUNICIPALITY, "2026")


def test_the_town_halls_own_officials_are_not_ours(desk, strangers: Officials) -> None:
    notice = OfficialsNotice(officials=strangers.file())
    assert come(desk, "votes.officials", strangers.fingerprint, notice) is None
    ours = desk.town.election
    assert come(desk, "votes.notice", ours.election, ours) is None
    other = ours.model_copy(update={"officials": strangers.fingerprint})
    assert come(desk, "votes.notice", other.election, other, 501) == Reject("another-vote-under-this-number")
    with desk.booth.store.reading() as connection:
        assert [one.officials for one in notices.elections(desk.booth, connection)] == [desk.town.officials.fingerprint]


def test_a_key_of_the_town_halls_own_opens_no_ballot_of_ours(open_desk, strangers: Officials) -> None:
    """Root puts in a key for ballots that it holds itself; even with every signature over it the booth says no."""
    with open_desk() as desk:
        desk.fill(without=("votes.notice",))
        election = desk.town.election
        honest = st.setup_of(desk.town)
        made = make_setup(
            honest.uuid, honest.name, honest.questions, strangers.trustees, honest.credentials,
            description=honest.description,
        )  # fmt: skip
        belenios = BeleniosRecord(election=made.election, trustees=made.trustees)
        swapped = st.signed(election.model_copy(update={"belenios": belenios}), desk.town.homes)
        assert come(desk, "votes.notice", election.election, swapped) == Reject("opened-by-another-key")


def test_officials_under_a_wrong_key_or_unsigned_are_not_kept(desk, strangers: Officials) -> None:
    notice = OfficialsNotice(officials=strangers.file())
    assert come(desk, "votes.officials", "another", notice) == Reject("other-officials")
    bent = OfficialsNotice(officials=strangers.file().replace("2026", "2027", 1))
    assert come(desk, "votes.officials", strangers.fingerprint, bent) == Reject("officials-not-signed")


def test_a_slip_that_the_registrar_has_not_signed_casts_nothing(desk) -> None:
    """Root has swapped Anna's slip for one that it made itself, sealed to her card as it should be."""
    election = desk.town.election
    root = ec.generate_private_key(ec.SECP256R1())
    plain = slip_plaintext(st.ANNA, Credential.generate(), election.election, root)
    public = desk.town.cards[st.ANNA].certs[Slot.KEY_MANAGEMENT].public_key()
    with desk.booth.store.writing() as connection:
        body = seal(plain.rstrip(), public, kid=st.ANNA, size=1024)
        inbox.store_item(connection, Item("votes.slip", f"{st.ANNA}/{election.election}", 900, body))
    assert cast(desk, election) == voting.NotCast(VoteCode.VOTE_NO_SLIP)


def test_a_booth_that_came_later_takes_no_ballots(open_desk) -> None:
    with open_desk() as desk:
        desk.fill(without=("votes.notice",))
        late = st.signed(desk.town.election.model_copy(update={"booths": {"other-1": "1" * 64}}), desk.town.homes)
        assert come(desk, "votes.notice", late.election, late) is None
        assert standing(desk) is MayVote.NOT_HERE
        assert cast(desk, late) == voting.NotCast(VoteCode.VOTE_NOT_HERE)


# -- the closing statement


def stated(desk) -> list[tuple[str, ...]]:
    """What this booth's statements in the outbox say: trackers."""
    with desk.booth.store.reading() as connection:
        letters = [one for one in outbox.pending(connection, 10) if one.kind == "votes.closing"]
    found = []
    for letter in letters:
        _, text = st.told(desk.town, letter)
        one = read_stated(ClosingAct.read(text).stated)
        assert stated_fault(one, read_setup(desk.town.election.record())) == ""
        found.append(one.statement.trackers)
    return found


def close(desk, after: timedelta) -> None:
    with desk.booth.store.writing() as connection:
        closing.state(desk.booth, connection, desk.town.election.closes + after)


def test_a_booth_states_once_which_ballots_it_took(desk) -> None:
    trackers = [cast(desk, desk.town.election).tracker for _ in range(3)]
    close(desk, -timedelta(seconds=1))
    assert stated(desk) == []
    for _ in range(2):
        close(desk, timedelta(0))
    assert stated(desk) == [tuple(sorted(trackers))]
    with desk.booth.store.reading() as connection:
        (slip,) = closing.slips(desk.booth, connection)
    assert (slip.count, len(slip.code)) == (3, 29)


def test_a_booth_without_a_ballot_says_so(desk) -> None:
    close(desk, timedelta(0))
    assert stated(desk) == [()]


def test_after_its_statement_a_booth_takes_no_ballot_whatever_its_clock_says(desk) -> None:
    close(desk, timedelta(0))
    assert standing(desk) is MayVote.CLOSED
    assert cast(desk, desk.town.election) == voting.NotCast(VoteCode.VOTE_CLOSED)


def test_a_vote_that_is_not_signed_is_not_stated(desk) -> None:
    anchored(desk, "")
    close(desk, timedelta(0))
    assert stated(desk) == []


def test_the_closing_slip_is_for_whoever_stands_at_the_booth(desk) -> None:
    assert closing.look(desk.booth) == found("closing.none")
    cast(desk, desk.town.election)
    close(desk, timedelta(0))
    with desk.booth.store.reading() as connection:
        (slip,) = closing.slips(desk.booth, connection)
    told = found("closing.stated", title="Δοκιμαστική ψηφοφορία", count=1, code=slip.code)
    assert closing.look(desk.booth) == told
    assert [one for one in health.examine_matters(desk.booth) if one.check is Check.CLOSING] == [told]
