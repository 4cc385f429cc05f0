"""An attacker's morning at one booth: a centre that swaps, a card that lies, a resident who walks away, a full disk."""

import base64
import itertools
import json
import logging
import threading
from datetime import datetime, timedelta

import leaks
import pytest
import small_town as st
from lobby_house import face
from sqlalchemy import event, text
from sqlalchemy.exc import IntegrityError, OperationalError

from ballot_box.officials.signing import sign_bare
from ballot_box.registrar import canonical
from card_reader import Empty, Pin, Present, Slot, make_crl
from kiosk.desk.actions import Back, Choose, EnterPin, Mark, Next, OpenCategory
from kiosk.desk.lobby import Lobby
from kiosk.desk.pages import Problem, Work
from kiosk.desk.views import Attract, PinEntry
from kiosk.desk.visit import Visit
from kiosk.devices import logs
from kiosk.health import check_printer
from kiosk.identity import signing_in
from kiosk.identity.signing_in import PinTooOld, Session
from kiosk.kernel import closures, public_matter
from kiosk.matters import MATTERS
from kiosk.matters.certificates import service as certificates
from kiosk.matters.votes import notices
from kiosk.matters.votes import service as voting
from kiosk.store import StoreFull, facts, journal
from kiosk.syncing import rounds as syncing
from municipality.failures import BoothCode
from municipality.matter import Category
from municipality.matters.cards.messages import CardItem, Revocations
from municipality.matters.certificates.failures import CertificateCode
from municipality.matters.certificates.kinds import KINDS
from municipality.matters.votes.failures import VoteCode
from municipality.matters.votes.messages import Answer, Election, Slip, VoteItem
from municipality.matters.votes.rules import Marks
from municipality.messages import Dossier, ItemKind, MessageRefused, Words
from municipality.residents import Capacity
from printing import Printed
from sync import PROTOCOL, Hello, Item, Page, inbox, outbox, seal, seal_fixed, server, sign_envelope, sign_with
from sync.wire.messages import decode_page, encode_page

A_VOTE = (Marks(frozenset({1})), Marks(frozenset({0, 2})))
HAND_MARK = (Marks(frozenset({0})), Marks(frozenset({0})))

CRL = "cards.revocations"
(KIND, *_) = KINDS


def quiet(_stage: str) -> None:
    pass


def words(sentence: str) -> Words:
    return Words(el=sentence, en=sentence)


def notice(desk, **changes: object) -> Election:
    return desk.town.election.model_copy(update=changes)


def swapped(desk, election: Election) -> Election:
    """The same Belenios election, whose first two answers have changed places on the screen."""
    first, *rest = election.questions
    a, b, *more = first.answers
    return election.model_copy(update={"questions": (first.model_copy(update={"answers": (b, a, *more)}), *rest)})


def arrive(desk, kind: str, key: str, seq: int, body: str) -> str:
    """One item of a signed page comes in, by the rules of a round. Why it was set aside, "" if it was taken."""
    line = Centre(desk, [Item(kind, key, seq, body)])
    syncing.sync_once(desk.booth, line, lambda *_: None)
    with desk.booth.store.reading() as connection:
        return next((why for item, why in inbox.problems(connection) if (item.kind, item.key) == (kind, key)), "")


class Centre:
    """The other end of the line, with the centre's true keys and bad intentions."""

    trusted = True
    bytes_sent = bytes_received = 0

    def __init__(self, desk, items: list[Item], ahead: timedelta = timedelta(0)) -> None:
        self.desk, self.items, self.clock_offset = desk, items, ahead

    def hello(self) -> Hello:
        now = self.desk.booth.raw_clock()
        return Hello(protocol=PROTOCOL, now=now, municipality=st.MUNICIPALITY, kept_through=None, epoch="1")

    def push(self, _envelopes: object) -> list:
        return []

    def tell_status(self, _status: bytes) -> None:
        return None

    def pull(self, cursor: int, _limit: int = 500) -> Page:
        items = [item for item in self.items if item.seq > cursor]
        last = max((item.seq for item in items), default=cursor)
        sign = server.manifest_signer(self.desk.town.centre_key, kid="centre")
        return decode_page(encode_page(items, last, False, sign))


def known(desk) -> list[Election]:
    with desk.booth.store.reading() as connection:
        return notices.elections(desk.booth, connection)


def sent(desk, election: Election, seq: int = 500, key: str | None = None) -> str:
    body = st.sign(desk.town.centre_key, VoteItem.NOTICE, election.text())
    return arrive(desk, "votes.notice", key or election.election, seq, body)


# -- the centre that shows one question and counts another


def changes_of_a_liar(desk) -> dict[str, Election]:
    election = desk.town.election
    first, second = election.questions
    belenios = election.belenios
    other = json.loads(belenios.election) | {"uuid": "11111111111111"}
    twice = '{"questions":[],' + belenios.election[1:]
    delta = Answer(text=words("Δέλτα"), note=words(""))
    return {
        "answers in another order": swapped(desk, election),
        "another answer": notice(
            desk, questions=(first.model_copy(update={"answers": (delta, *first.answers[1:])}), second)
        ),
        "another question": notice(desk, questions=(first.model_copy(update={"text": words("Άλλη;")}), second)),
        "questions in another order": notice(desk, questions=(second, first)),
        "a question less": notice(desk, questions=(first,)),
        "another maximum": notice(desk, questions=(first.model_copy(update={"maximum": 2}), second)),
        "no blank": notice(desk, questions=(first.model_copy(update={"blank": False}), second)),
        "another title": notice(desk, title=words("Άλλη ψηφοφορία")),
        "another election inside": notice(
            desk,
            belenios=belenios.model_copy(
                update={"election": json.dumps(other, ensure_ascii=False, separators=(",", ":"))}
            ),
        ),
        "one key twice": notice(desk, belenios=belenios.model_copy(update={"election": twice})),
        "no JSON inside": notice(desk, belenios=belenios.model_copy(update={"election": "{"})),
        "JSON of another shape": notice(desk, belenios=belenios.model_copy(update={"election": '{"questions": 7}'})),
        "closing before it opens": notice(desk, closes=election.opens),
    }


@pytest.mark.parametrize(
    "lie",
    [
        "answers in another order",
        "another answer",
        "another question",
        "questions in another order",
        "a question less",
        "another maximum",
        "no blank",
        "another title",
        "another election inside",
        "one key twice",
        "no JSON inside",
        "JSON of another shape",
        "closing before it opens",
    ],
)
def test_a_notice_that_does_not_say_what_is_counted_is_not_taken(open_desk, lie: str) -> None:
    with open_desk() as desk:
        desk.fill(without=("votes.notice",))
        assert sent(desk, changes_of_a_liar(desk)[lie]) != ""
        assert known(desk) == []


def test_a_lying_notice_that_lies_in_the_store_already_is_not_shown(desk) -> None:
    body = st.sign(desk.town.centre_key, VoteItem.NOTICE, swapped(desk, desk.town.election).text())
    with desk.booth.store.writing() as connection:
        inbox.store_item(connection, Item("votes.notice", desk.town.election.election, 900, body))
    assert known(desk) == []
    session = desk.sign_in(st.ANNA)
    assert voting.offered(desk.booth, session) == []


def test_the_true_notice_is_taken(open_desk) -> None:
    with open_desk() as desk:
        desk.fill(without=("votes.notice",))
        assert sent(desk, desk.town.election) == ""
        assert known(desk) == [desk.town.election]


def other_vote(desk) -> Election:
    """Another election of the same town under the number of the first: honest in itself, and not what was announced."""
    from ballot_box import Question, make_setup

    old = desk.town.election
    questions = (Question("Άλλη ερώτηση;", ("Ναι", "Όχι"), 1, 1, False),)
    setup = make_setup(
        old.election,
        old.title.el,
        questions,
        old.belenios.trustees,
        desk.town.credentials,
        description=old.introduction.el,
    )
    record = old.belenios.model_copy(update={"election": setup.election, "trustees": setup.trustees})
    other = notice(desk, questions=tuple(st._question(one) for one in questions), belenios=record)
    return st.signed(other, desk.town.homes)


def test_another_election_under_a_known_number_is_refused_even_after_a_withdrawal(desk) -> None:
    old = desk.town.election
    assert sent(desk, old, 500) == ""
    other = other_vote(desk)
    assert sent(desk, other, 501) != ""
    assert known(desk) == [old]
    assert arrive(desk, "votes.notice", old.election, 502, "") == ""  # docs/wire.md: an empty body withdraws
    assert known(desk) == []
    assert sent(desk, other, 503) != ""
    assert known(desk) == []
    assert sent(desk, old, 504) == ""
    assert known(desk) == [old]


def test_a_vote_may_be_given_a_later_end_by_its_officials_alone_and_none_is_taken_back(desk) -> None:
    election = desk.town.election
    assert sent(desk, election, 500) == ""
    longer = st.extended(election, election.closes + timedelta(days=2), desk.town.homes)
    nobodys = st.extended(
        election, election.closes + timedelta(days=3), desk.town.homes, who=("trustee-1", "trustee-2")
    )
    assert sent(desk, notice(desk, closes=election.closes + timedelta(days=2)), 501) != ""
    assert sent(desk, nobodys, 502) != ""
    assert sent(desk, longer, 503) == ""
    assert (known(desk), known(desk)[0].ends) == ([longer], election.closes + timedelta(days=2))
    assert sent(desk, election, 504) != ""
    assert known(desk) == [longer]


def test_settings_and_revocations_cannot_be_withdrawn(desk) -> None:
    assert arrive(desk, "settings", "settings", 500, "") != ""
    assert arrive(desk, CRL, CRL, 501, "") != ""
    assert public_matter.shop_window(desk.booth).closed is None


# -- malformed and old public matter


def crl_item(desk, *, days: int, authority=None, revoked=()) -> str:
    now = desk.town.now + timedelta(days=days)
    der = make_crl(authority or desk.town.authority, list(revoked), 7 + days, now, now + timedelta(days=7))
    message = Revocations(crl=base64.b64encode(der).decode())
    return st.sign(desk.town.centre_key, CardItem.REVOCATIONS, message.text())


@pytest.mark.parametrize("crl", ["", "%%%", base64.b64encode(b"not a list").decode(), "é"])
def test_a_revocation_list_that_is_none_never_replaces_a_good_one(desk, crl: str) -> None:
    body = st.sign(desk.town.centre_key, CardItem.REVOCATIONS, Revocations(crl=crl).text())
    assert arrive(desk, CRL, CRL, 500, body) != ""
    desk.sign_in(st.ANNA)


def test_a_damaged_revocation_list_in_the_store_closes_the_booth_and_crashes_nothing(desk) -> None:
    body = st.sign(desk.town.centre_key, CardItem.REVOCATIONS, Revocations(crl="%%%").text())
    with desk.booth.store.writing() as connection:
        inbox.store_item(connection, Item(CRL, CRL, 900, body))
    Lobby(desk.booth, MATTERS)
    assert public_matter.shop_window(desk.booth).closed is BoothCode.BOOTH_EMPTY
    desk.reader.insert(desk.cards[st.ANNA])
    assert signing_in.begin(desk.booth) == signing_in.SignInRefused(BoothCode.BOOTH_EMPTY)


def test_an_older_or_a_foreign_revocation_list_never_replaces_the_newer(desk) -> None:
    from card_reader import make_card_authority, make_root

    stranger = make_card_authority(make_root("Άλλος", desk.town.now - timedelta(days=9)), "Κάρτες", desk.town.now)
    assert arrive(desk, CRL, CRL, 499, crl_item(desk, days=0)) == ""
    assert arrive(desk, CRL, CRL, 500, crl_item(desk, days=-3)) != ""
    assert arrive(desk, CRL, CRL, 501, crl_item(desk, days=0, authority=stranger)) != ""
    assert arrive(desk, CRL, CRL, 502, crl_item(desk, days=30)) != ""  # of the future: no card would pass any more
    revoked = [(desk.town.cards[st.NIKOS].certs[slot].serial_number, desk.town.now) for slot in Slot]
    assert arrive(desk, CRL, CRL, 503, crl_item(desk, days=0, revoked=revoked)) == ""
    desk.reader.insert(desk.cards[st.NIKOS])
    assert signing_in.begin(desk.booth) == signing_in.SignInRefused(BoothCode.CARD_REVOKED)


# -- a dossier of somebody else, or that says nonsense


def dossier_item(desk, made: Dossier, card: str = st.ANNA) -> Item:
    token = st.sign(desk.town.centre_key, ItemKind.DOSSIER, made.text())
    public = desk.town.cards[card].certs[Slot.KEY_MANAGEMENT].public_key()
    return Item("dossier", card, 900, seal(token.encode(), public, kid=card, size=4096))


def unlocked(desk, item: Item) -> object:
    with desk.booth.store.writing() as connection:
        inbox.store_item(connection, item)
    desk.reader.insert(desk.cards[item.key])
    asked = signing_in.begin(desk.booth)
    assert isinstance(asked, signing_in.AskPin)
    return signing_in.unlock(desk.booth, asked, Pin(st.PIN))


def test_another_residents_dossier_sealed_to_my_card_is_refused(desk) -> None:
    made = st.dossier(st.NIKOS, 2, (Capacity.RESIDENT,), desk.town.now)
    assert unlocked(desk, dossier_item(desk, made)) == signing_in.SignInRefused(BoothCode.DOSSIER_BROKEN)


@pytest.mark.parametrize("fault", ["not in the family", "two of one entry"])
def test_a_dossier_that_does_not_say_who_its_holder_is_is_refused(desk, fault: str) -> None:
    plain = json.loads(st.dossier(st.ANNA, 1, (Capacity.ELECTOR,), desk.town.now).text())
    if fault == "not in the family":
        plain["person"]["entry"] = 9
    else:
        plain["family"]["members"][1]["entry"] = 1
    with pytest.raises(MessageRefused) as raised:
        Dossier.read(json.dumps(plain))
    assert st.SURNAME not in str(raised.value) and st.AFM not in str(raised.value)
    assert raised.value.__context__ is None  # which would hold the whole dossier


# -- a card that lies


class Nonsense(Exception):
    """What no part of ours ever raises."""


def test_a_card_that_breaks_the_examination_does_not_keep_the_reader(desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise Nonsense

    desk.reader.insert(desk.cards[st.ANNA])
    with monkeypatch.context() as patched:
        patched.setattr(signing_in, "examine", broken)
        with pytest.raises(Nonsense) as raised:
            signing_in.begin(desk.booth)
    assert isinstance(signing_in.begin(desk.booth), signing_in.AskPin), raised  # the connection was let go


def _signed_slip(desk, election: str, credential: str) -> bytes:
    """As the registrar would make it, had they taken that for a credential."""
    text = "municipal-atm voting slip\n" + canonical([st.ANNA, credential, election]).decode()
    signature = sign_bare(desk.town.homes["registrar"].signer.key, text)
    return Slip(card=st.ANNA, election=election, credential=credential, signature=signature).text().encode()


@pytest.mark.parametrize("credential", ["", "not a credential", "AAA-AAA-AAA-AAA-AAA", "é" * 19, "1" * 19])
def test_a_slip_with_a_credential_that_is_none_casts_nothing_and_says_so(desk, credential: str) -> None:
    election = desk.town.election.election
    slip = _signed_slip(desk, election, credential)
    public = desk.town.cards[st.ANNA].certs[Slot.KEY_MANAGEMENT].public_key()
    body = seal(slip, public, kid=st.ANNA, size=1024)
    with desk.booth.store.writing() as connection:
        inbox.store_item(connection, Item("votes.slip", f"{st.ANNA}/{election}", 900, body))
    session = desk.sign_in(st.ANNA)
    outcome = voting.cast(desk.booth, session, desk.town.election, A_VOTE, quiet)
    assert outcome == voting.NotCast(VoteCode.VOTE_NO_SLIP)


# -- a wrong clock


def test_a_clock_before_the_dossier_was_made_casts_no_vote(desk) -> None:
    session = desk.sign_in(st.ANNA)
    clock = desk.booth.clock
    object.__setattr__(session, "pin_at", clock() - timedelta(hours=3))
    object.__setattr__(desk.booth, "clock", lambda: clock() - timedelta(hours=3))
    outcome = voting.cast(desk.booth, session, desk.town.election, A_VOTE, quiet)
    assert outcome == voting.NotCast(BoothCode.CLOCK_IN_DOUBT)


def test_the_window_learns_the_offset_that_a_round_in_another_process_brought(open_desk) -> None:
    with open_desk() as desk:
        before = desk.booth.clock()
        with desk.booth.store.writing() as connection:
            facts.put(connection, facts.CLOCK_OFFSET, "7200.0")
        public_matter.shop_window(desk.booth)
        assert desk.booth.clock() - before >= timedelta(hours=2)
        with desk.booth.store.writing() as connection:
            facts.put(connection, facts.CLOCK_OFFSET, "0.0")
        public_matter.shop_window(desk.booth)
        assert desk.booth.clock() - before < timedelta(hours=1)


# -- a full disk


def test_a_disk_that_fills_up_after_the_vote_was_stored_does_not_unsay_it(desk) -> None:
    session = desk.sign_in(st.ANNA)

    def full(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "wal_checkpoint" in statement:
            raise OperationalError(statement, None, Exception("database or disk is full"))

    event.listen(desk.booth.store.engine, "before_cursor_execute", full)
    assert isinstance(voting.cast(desk.booth, session, desk.town.election, A_VOTE, quiet), voting.Cast)


def test_a_paper_whose_end_cannot_be_written_down_is_not_said_to_be_good(desk, monkeypatch: pytest.MonkeyPatch) -> None:
    session = desk.sign_in(st.ANNA)
    sealed = certificates.issue(desk.booth, session, KIND, quiet)
    assert isinstance(sealed, certificates.Sealed)

    def full(*_: object) -> None:
        raise StoreFull

    with monkeypatch.context() as patched:
        patched.setattr(certificates.journal, "note", full)
        assert certificates.print_out(desk.booth, sealed, quiet) == certificates.Void(CertificateCode.PAPER_NOT_SURE)
    assert certificates.resolve_after_restart(desk.booth) == [sealed.number]


@pytest.mark.parametrize(
    "failure", [OSError("No such device"), TypeError("int(None)"), RecursionError(), MemoryError()]
)
def test_a_printer_that_breaks_its_promise_leaves_a_void_number(desk, failure: Exception) -> None:
    session = desk.sign_in(st.ANNA)
    sealed = certificates.issue(desk.booth, session, KIND, quiet)
    assert isinstance(sealed, certificates.Sealed)

    class Vanished:
        def print(self, *_: object, **__: object) -> Printed:
            raise failure

        def ready(self) -> object:
            raise failure

        look = ready

    object.__setattr__(desk.booth, "printer", Vanished())
    assert certificates.print_out(desk.booth, sealed, quiet) == certificates.Void(CertificateCode.PAPER_NOT_SURE)
    with desk.booth.store.reading() as connection:
        assert connection.execute(text("SELECT fate FROM certificates")).scalars().all() == ["void"]
        assert journal.last(connection, journal.What.CERTIFICATE_VOID, 9)[0][2] == f"{sealed.number} broken"
    assert certificates.issue(desk.booth, session, KIND, quiet) == certificates.NotIssued(BoothCode.PRINTER_NOT_READY)
    assert closures.paper_fault(desk.booth) is BoothCode.PRINTER_NOT_READY
    assert check_printer(desk.booth.printer).name == "printer.gone"


# -- the thief of a disk who has the key too


def test_where_a_ballot_lies_in_the_file_does_not_tell_when_it_was_cast(desk) -> None:
    order = []
    for _ in range(40):
        body = seal_fixed(b"{}", desk.booth.anchors.centre_sealing, kid="centre", size=30_000)
        envelope = sign_envelope(
            kind="votes.ballot",
            version=1,
            booth=desk.booth.id,
            made_at=desk.town.now,
            previous="",
            body=body,
            sign=sign_with(desk.booth.key),
            ballot=True,
        )
        with desk.booth.store.writing() as connection:
            outbox.put(connection, envelope)
        desk.booth.store.fold()
        order.append(body[20_000:20_060].encode())
    pages = [page for place, page in leaks.pages(desk.home / "booth.db", "5a" * 32) if place.endswith("of the file")]
    places = [next(number for number, page in enumerate(pages) if part in page) for part in order]
    later_lies_behind = sum(a < b for a, b in itertools.pairwise(places))
    assert 6 <= later_lies_behind <= 33, places  # of 39; a file that only grows has all 39


# -- the resident who walks away


class Slow:
    """A lobby whose work ends when the test says so: the reader's news can come in between."""

    def __init__(self, desk) -> None:
        self.lobby = Lobby(desk.booth, MATTERS)

    def begin(self, turn):
        run = turn.run
        assert run is not None
        return run, run.job(lambda _working: None)

    def through(self, turn) -> None:
        while turn.run is not None:
            turn = self.lobby.finished(turn.run, turn.run.job(lambda _working: None))


def asked_again(desk) -> Slow:
    """A resident who has confirmed a vote too late and is asked for the PIN once more."""
    slow = Slow(desk)
    states: list = []
    watch = desk.reader.watch(states.append)
    desk.reader.insert(desk.cards[st.ANNA])
    waiting = threading.Event()
    while not any(isinstance(state, Present) for state in states):
        waiting.wait(0.005)  # the test's own time limit ends this
    watch.stop()
    slow.through(slow.lobby.reader(states[-1]))
    slow.through(slow.lobby.act(EnterPin(Pin(st.PIN))))
    visit = slow.lobby._guest
    assert isinstance(visit, Visit)
    visit.session = Session(**{**vars(visit.session), "pin_at": visit.session.pin_at - timedelta(seconds=90)})
    slow.through(slow.lobby.act(OpenCategory(Category.PARTICIPATION)))
    slow.through(slow.lobby.act(Choose(f"votes:{desk.town.election.election}")))
    for marks in HAND_MARK:
        for answer in marks.answers:
            slow.through(slow.lobby.act(Mark(answer)))
        slow.through(slow.lobby.act(Next()))
    assert face(slow.lobby.view) == "Review review"
    slow.through(slow.lobby.act(Next()))
    assert slow.lobby.view == PinEntry(3, again=True)
    return slow


@pytest.mark.parametrize("pin", [st.PIN, "999999"])
def test_a_card_pulled_while_the_pin_is_confirmed_ends_the_visit(desk, pin: str) -> None:
    slow = asked_again(desk)
    run, result = slow.begin(slow.lobby.act(EnterPin(Pin(pin))))  # the card has answered…
    slow.lobby.reader(Empty())  # …and is gone before the window hears of it
    slow.through(slow.lobby.finished(run, result))
    assert slow.lobby.view == Problem(VoteCode.VOTE_NOT_CAST)
    assert slow.lobby._guest is None
    slow.through(slow.lobby.act(Next()))
    assert isinstance(slow.lobby.view, Attract)
    slow.through(slow.lobby.act(Next()))
    assert isinstance(slow.lobby.view, Attract)  # and not the menu of who was here


def test_a_card_gone_during_the_second_pin_leaves_room_for_the_next_resident(desk) -> None:
    slow = asked_again(desk)
    turn = slow.lobby.act(EnterPin(Pin(st.PIN)))
    desk.reader.remove()
    run, result = slow.begin(turn)
    assert result == signing_in.SignInRefused(BoothCode.CARD_GONE)
    slow.lobby.reader(Empty())
    slow.through(slow.lobby.finished(run, result))
    later = desk.booth.clock() + timedelta(minutes=1)
    slow.through(slow.lobby.tick(later))
    assert isinstance(slow.lobby.view, Attract)


def test_the_next_card_is_served_though_it_came_while_the_last_ones_pin_was_confirmed(desk) -> None:
    slow = asked_again(desk)
    run, result = slow.begin(slow.lobby.act(EnterPin(Pin(st.PIN))))
    slow.lobby.reader(Empty())
    desk.reader.remove()
    states: list = []
    watch = desk.reader.watch(states.append)
    desk.reader.insert(desk.cards[st.NIKOS])
    waiting = threading.Event()
    while not any(isinstance(state, Present) for state in states):
        waiting.wait(0.005)
    watch.stop()
    slow.lobby.reader(states[-1])
    slow.through(slow.lobby.finished(run, result))
    assert slow.lobby.view == Problem(VoteCode.VOTE_NOT_CAST), (
        "it may be the same person's card: what came of it is said"
    )
    turn = slow.lobby.act(Next())
    assert isinstance(turn.view, Work)
    slow.through(turn)
    assert slow.lobby.view == PinEntry(3)


def test_a_paper_that_was_not_begun_is_not_called_a_vote(desk) -> None:
    slow = asked_again(desk)
    for _page in ("the review", "the second question", "the first", "the votes", "the menu"):
        slow.through(slow.lobby.act(Back()))
    slow.through(slow.lobby.act(OpenCategory(Category.DOCUMENTS)))
    slow.through(slow.lobby.act(Choose("certificates:family_status")))
    run, result = slow.begin(slow.lobby.act(Next()))
    assert result == PinTooOld()
    slow.lobby.reader(Empty())
    slow.through(slow.lobby.finished(run, result))
    assert slow.lobby.view == Problem(CertificateCode.CERTIFICATE_NOT_MADE)


# -- what an exception, a log or a page tells


def test_the_stores_exceptions_do_not_quote_rows(desk) -> None:
    with pytest.raises(IntegrityError) as raised, desk.booth.store.writing() as connection:
        for _ in range(2):
            connection.execute(text("INSERT INTO facts (name, value) VALUES (:a, :b)"), {"a": "x", "b": "planted"})
    assert "planted" not in str(raised.value)


def test_a_thread_that_dies_is_told_without_the_text_of_its_exception(capfd: pytest.CaptureFixture[str]) -> None:
    import sys

    before = logging.getLogger().handlers[:]
    hook, threads, unraisable = sys.excepthook, threading.excepthook, sys.unraisablehook
    try:
        logs.start()

        def die() -> None:
            raise RuntimeError("planted")

        thread = threading.Thread(target=die)
        thread.start()
        thread.join()
    finally:
        logging.getLogger().handlers[:] = before
        sys.excepthook, threading.excepthook, sys.unraisablehook = hook, threads, unraisable
    said = capfd.readouterr().err
    assert "RuntimeError" in said and "planted" not in said


def test_what_is_sealed_does_not_print(desk) -> None:
    session = desk.sign_in(st.ANNA)
    sealed = certificates.issue(desk.booth, session, KIND, quiet)
    shown = repr(sealed)
    assert sealed.number in shown, "what is nobody's may be said"
    assert not [word for word in (st.ANNA, "%PDF", sealed.code, "/v/") if word in shown]


# -- lists of revoked cards


def list_of(desk, number: int, made: datetime) -> str:
    crl = make_crl(desk.town.authority, [], number, made, made + timedelta(days=30))
    return st.sign(desk.town.centre_key, CardItem.REVOCATIONS, Revocations(crl=base64.b64encode(crl).decode()).text())


def test_of_two_lists_the_number_decides_and_not_the_date(desk) -> None:
    """One that was made by a clock that was ahead gives way to the next; one that is played back never."""
    now = desk.booth.clock().replace(microsecond=0)
    far = now + timedelta(days=19 * 365)
    syncing.sync_once(
        desk.booth,
        Centre(desk, [Item(CRL, CRL, 700, list_of(desk, 8, far))], far - now),
        lambda *_: None,
    )
    with desk.booth.store.reading() as connection:
        assert facts.moment(connection, facts.REVOCATIONS_AS_OF) == far
    assert arrive(desk, CRL, CRL, 701, list_of(desk, 7, now)) == "older-than-the-last"
    assert arrive(desk, CRL, CRL, 702, list_of(desk, 10, now - timedelta(hours=1))) == ""
    assert arrive(desk, CRL, CRL, 703, list_of(desk, 9, now)) == "older-than-the-last"
    assert arrive(desk, CRL, CRL, 704, list_of(desk, 11, now + timedelta(days=1, minutes=1))) == "of-the-future"
    assert arrive(desk, CRL, CRL, 705, list_of(desk, 11, now + timedelta(hours=23))) == ""


def test_a_list_of_the_future_that_an_earlier_program_took_is_outlived(desk) -> None:
    now = desk.booth.clock().replace(microsecond=0)
    for seq, held, answer in (
        (700, timedelta(days=19 * 365), ""),
        (701, timedelta(days=1, minutes=1), ""),
        (702, timedelta(hours=23), "older-than-the-last"),
    ):
        with desk.booth.store.writing() as connection:
            facts.drop(connection, facts.REVOCATIONS_NUMBER)
            facts.put(connection, facts.REVOCATIONS_AS_OF, (now + held).isoformat())
        assert arrive(desk, CRL, CRL, seq, list_of(desk, seq, now)) == answer
