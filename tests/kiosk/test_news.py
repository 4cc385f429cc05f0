"""What the town hall tells a resident, at the booth: opened with the dossier's secret and no more of the card; where it
has not come, or is not to be believed, one line says so and the visit goes on."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import small_town as st
from cryptography.hazmat.primitives.asymmetric import ec
from lobby_house import Desk, House
from playing import play

from card_reader import Slot
from kiosk.desk.actions import Choose, OpenCategory
from kiosk.desk.blocks import Fact, Notice, Paragraph, Told
from kiosk.desk.matter import Here
from kiosk.desk.pages import Done, Problem
from kiosk.identity import signing_in
from kiosk.identity.news import News, read_news
from kiosk.identity.signing_in import Session
from kiosk.matters.votes.afterwards import told
from municipality.failures import BoothCode
from municipality.matter import NOBODY, Carried, Category, Section, news_size
from municipality.matters.votes import TOLD
from municipality.matters.votes.messages import ToldVote, VotesTold
from municipality.messages import DOSSIER_TYPE, Dossier, ItemKind, Message, Sections, sections_info
from municipality.register import FAILURES, SECTIONS
from municipality.residents import Capacity
from sync import Item, inbox, seal, seal_shared, sign_matter

SECRET, OTHER = "5e" * 32, "0f" * 32


def dossier(desk: Desk, number: str = st.ANNA, sequence: int = 7, secret: str = SECRET) -> Dossier:
    plain = st.dossier(number, 1, (Capacity.ELECTOR,), desk.town.now)
    return plain.model_copy(
        update={"version": 2, "secret": secret, "sequence": sequence, "expires_at": desk.town.now + timedelta(days=30)}
    )


def put(desk: Desk, kind: str, number: str, body: str, seq: int = 90) -> list[Any]:
    with desk.booth.store.writing() as connection:
        return [inbox.store_item(connection, Item(kind, number, seq, body))]


def put_dossier(desk: Desk, of: Dossier) -> None:
    token = sign_matter(of.pack(), desk.town.centre_key, kid="centre", typ=DOSSIER_TYPE)
    public = desk.town.cards[of.card].certs[Slot.KEY_MANAGEMENT].public_key()
    put(desk, ItemKind.DOSSIER, of.card, seal(token.encode(), public, kid=of.card, size=1536))


def written(of: Dossier, told: VotesTold | None = None, **other: Any) -> Sections:
    plain = {} if told is None else {"votes": TOLD.filled(told)}
    return Sections(
        municipality=of.municipality,
        card=of.card,
        dossier=of.sequence,
        sequence=3,
        made_at=of.made_at,
        sections=plain,
    ).model_copy(update=other)


def sealed(desk: Desk, of: Dossier, what: Sections, **how: Any) -> str:
    signed = {"key": desk.town.centre_key, "typ": str(ItemKind.SECTIONS)} | how
    token = sign_matter(what.text().encode(), signed["key"], kid="centre", typ=signed["typ"])
    info = how.get("info", sections_info(of.municipality, of.card))
    secret = bytes.fromhex(how.get("secret", of.secret))
    return seal_shared(token.encode(), secret, kid=of.card, info=info, size=news_size(SECTIONS))


def signed_in(desk: Desk, body: str | None, of: Dossier | None = None) -> Session:
    put_dossier(desk, of or dossier(desk))
    if body is not None:
        put(desk, ItemKind.SECTIONS, st.ANNA, body)
    return desk.sign_in(st.ANNA)


RECORDED = VotesTold(votes=(ToldVote(election="vote-1", recorded=True),))


def test_they_are_read_as_the_town_hall_wrote_them_by_one_act_of_the_card(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    of, asked = dossier(desk), []
    opener_of = signing_in.opener_of
    monkeypatch.setattr(signing_in, "opener_of", lambda *who: asked.append(who) or opener_of(*who))
    session = signed_in(desk, sealed(desk, of, written(of, RECORDED)), of)
    assert session.section(TOLD) == RECORDED
    assert session.news is not None and session.news.as_of == of.made_at
    assert len(asked) == 1
    assert "vote-1" not in repr(session) + repr(session.news) + repr(session.news.sections)
    assert SECRET not in repr(session) + repr(session.dossier)


def impostor() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


BAD: dict[str, Callable[[Desk, Dossier], str]] = {
    "damaged": lambda desk, of: sealed(desk, of, written(of, RECORDED))[:-9] + "AAAAAAAAA",
    "no seal at all": lambda desk, of: "nothing",
    "withdrawn": lambda desk, of: "",
    "under another secret": lambda desk, of: sealed(desk, of, written(of, RECORDED), secret=OTHER),
    "for another use": lambda desk, of: sealed(desk, of, written(of, RECORDED), info=b"drafts"),
    "of an older dossier": lambda desk, of: sealed(desk, of, written(of, RECORDED, dossier=of.sequence - 1)),
    "of a later dossier": lambda desk, of: sealed(desk, of, written(of, RECORDED, dossier=of.sequence + 1)),
    "of another card": lambda desk, of: sealed(desk, of, written(of, RECORDED, card=st.NIKOS)),
    "of another town": lambda desk, of: sealed(desk, of, written(of, RECORDED, municipality="elsewhere")),
    "an impostor's": lambda desk, of: sealed(desk, of, written(of, RECORDED), key=impostor()),
    "signed as something else": lambda desk, of: sealed(desk, of, written(of, RECORDED), typ="dossier"),
}


def test_what_is_not_to_be_believed_is_no_news(desk: Desk) -> None:
    of = dossier(desk)

    def read(body: str) -> News | None:
        return read_news(desk.booth, of, Item(ItemKind.SECTIONS, st.ANNA, 90, body))

    assert read(sealed(desk, of, written(of, RECORDED))) is not None
    assert {why: read(bad(desk, of)) for why, bad in BAD.items()} == dict.fromkeys(BAD)


def test_and_the_visit_goes_on(desk: Desk) -> None:
    of = dossier(desk)
    session = signed_in(desk, BAD["damaged"](desk, of), of)
    assert session.news is None and session.section(TOLD) is None
    assert session.dossier == of


def test_so_is_what_has_not_come(desk: Desk) -> None:
    assert signed_in(desk, None).news is None


def test_a_dossier_of_before_has_no_secret_and_opens_as_ever(desk: Desk) -> None:
    """The town hall is older than the booth: nothing is missing but the news."""
    session = desk.sign_in(st.ANNA)
    assert (session.dossier.version, session.dossier.secret, session.news) == (1, "", None)
    with pytest.raises(ValueError, match="secret is version 2's"):
        Dossier.model_validate({**dict(session.dossier), "secret": SECRET})
    assert "secret" not in session.dossier.text()


def test_older_sections_do_not_replace_newer_ones(desk: Desk) -> None:
    of = dossier(desk)
    old, new = (sealed(desk, of, written(of, one)) for one in (VotesTold(), RECORDED))
    put(desk, ItemKind.SECTIONS, st.ANNA, new, seq=90)
    assert [one.name for one in put(desk, ItemKind.SECTIONS, st.ANNA, old, seq=89)] == ["STALE"]
    assert signed_in(desk, None, of).section(TOLD) == RECORDED


class Later(Message):
    anything: int = 0


def test_a_town_hall_may_be_newer_than_the_booth(desk: Desk) -> None:
    """A section of a matter that is not known here, and one in a form that is not known yet."""
    of = dossier(desk)
    plain = {"parcels": {"a": 1}, "votes": {"votes": [], "more": 0, "since": 1}}
    session = signed_in(desk, sealed(desk, of, written(of, sections=plain)), of)
    assert session.news is not None
    assert session.section(TOLD) is None
    assert session.section(Section("missing", Later, Carried(NOBODY, NOBODY), 9)) is None


# -- what of it residents see


@pytest.fixture
def over(open_desk: Any) -> Any:
    """The day after the small town's vote has ended, with everything that came by then."""
    with open_desk() as desk:
        desk.fill(without=("votes.notice",))
        notice = next(item for item in desk.town.items if item.kind == "votes.notice")
        ended = desk.town.election.model_copy(
            update={"opens": desk.town.now - timedelta(days=9), "closes": desk.town.now - timedelta(days=1)}
        )
        body = st.sign(desk.town.centre_key, notice.kind, st.signed(ended, desk.town.homes).text())
        with desk.booth.store.writing() as connection:
            inbox.store_item(connection, Item(notice.kind, notice.key, notice.seq, body))
        yield desk


def rows_of(desk: Desk, session: Session) -> list[tuple[str, bool]]:
    from kiosk.matters.votes import desk as votes

    found = votes.prepare(desk.booth, session)
    return [(row.key, row.closed) for row in found.entries(None) if row.key == "votes:told"]


def told_in(desk: Desk, news: VotesTold | None) -> Any:
    from kiosk.matters.votes import desk as votes

    of = dossier(desk)
    session = signed_in(desk, None if news is None else sealed(desk, of, written(of, news)), of)
    script = votes.prepare(desk.booth, session).open("votes:told")
    if isinstance(script, BoothCode):
        return rows_of(desk, session), script
    assert callable(script)
    return rows_of(desk, session), play(script, here=Here(desk.booth, session)).end


@pytest.mark.parametrize(("recorded", "words"), [(True, "Your vote was recorded"), (False, "No vote was recorded")])
def test_a_resident_reads_whether_their_vote_was_recorded(over: Desk, recorded: bool, words: str) -> None:
    election = over.town.election
    rows, end = told_in(over, VotesTold(votes=(ToldVote(election=election.election, recorded=recorded),)))
    assert rows == [("votes:told", False)]
    assert isinstance(end, Done) and end.office and end.advisory
    facts = [block for block in end.blocks if isinstance(block, Fact)]
    assert [(one.name, one.value, one.personal) for one in facts] == [
        (election.title, Told(words), True),
        (facts[-1].name, dossier(over).made_at, False),
    ]
    assert [one.text for one in end.blocks if isinstance(one, Notice)] == [Told(told.NOT_SO)]
    kept = end.without_card().blocks
    assert [type(one) for one in kept] == [Fact, Notice], "nothing of it is left to whoever has no card in"


def test_with_nothing_to_tell_it_says_when_there_will_be(over: Desk) -> None:
    rows, end = told_in(over, VotesTold())
    assert rows == [("votes:told", False)]
    assert isinstance(end, Done) and end == told.told_page(told.Said((), 0, dossier(over).made_at))
    assert [type(one) for one in end.blocks] == [Paragraph, Fact] and end.blocks[0].personal and not end.office


def test_a_vote_that_is_not_known_here_is_one_of_the_rest(over: Desk) -> None:
    votes = tuple(ToldVote(election=one, recorded=True) for one in ("never-heard", over.town.election.election))
    _, end = told_in(over, VotesTold(votes=votes, more=2))
    assert end == told.told_page(told.Said(((over.town.election.title, True),), 3, dossier(over).made_at))


def test_where_the_news_have_not_come_the_line_says_so_and_leads_to_what_to_do(over: Desk) -> None:
    rows, end = told_in(over, None)
    assert rows == [("votes:told", True)] and end is BoothCode.NEWS_MISSING
    assert not FAILURES[BoothCode.NEWS_MISSING].ends_visit and FAILURES[BoothCode.NEWS_MISSING].office
    session = Here(over.booth, replace(over.sign_in(st.ANNA), news=None))
    assert play(told.my_votes, here=session).end == Problem(BoothCode.NEWS_MISSING)


def test_while_a_vote_is_open_there_is_no_such_line(desk: Desk) -> None:
    """It would say nothing, and whoever looks over a shoulder would think that it does."""
    of = dossier(desk)
    assert rows_of(desk, signed_in(desk, sealed(desk, of, written(of, RECORDED)), of)) == []


def test_the_line_is_the_same_whether_they_voted_or_not(over: Desk) -> None:
    election = over.town.election.election
    lines = [
        told_in(over, VotesTold(votes=(ToldVote(election=election, recorded=one),) if one is not None else ()))[0]
        for one in (True, False, None)
    ]
    assert lines[0] == lines[1] == lines[2] != []


def of_news() -> list[object]:
    """What the whole process holds of what residents are told."""
    return [thing for thing in gc.get_objects() if issubclass(type(thing), News | Sections | VotesTold | told.Said)]


def test_with_the_visit_all_of_it_goes(over: Desk) -> None:
    """Read in a visit through the menu, as a resident does; then the card is pulled."""
    gc.collect()
    earlier = of_news()  # that another test may have left
    of = dossier(over)
    put_dossier(over, of)
    here = VotesTold(votes=(ToldVote(election=over.town.election.election, recorded=True),))
    put(over, ItemKind.SECTIONS, st.ANNA, sealed(over, of, written(of, here)))
    del here
    house = House(over)
    house.sign_in()
    house.act(OpenCategory(Category.PARTICIPATION))
    page = house.act(Choose("votes:told"))
    assert isinstance(page, Done) and page.name == "votes-told" and page.title == Told("My votes")
    assert {type(one) for one in of_news()} - {type(one) for one in earlier} >= {News, Sections}
    del page
    house.pull()
    house.watch.stop()
    gc.collect()
    assert [type(one).__name__ for one in of_news() if not any(one is other for other in earlier)] == []
