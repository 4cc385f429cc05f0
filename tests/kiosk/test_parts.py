"""An election whose credentials come in parts: not open before all are here, and one part is all that a vote reads."""

import random
import tracemalloc
from dataclasses import dataclass

import pytest
import small_town as st
from random_tests import LONG

from ballot_box import group, list_digest, part_of, split
from kiosk.kernel import public_matter
from kiosk.matters.votes import service as voting
from kiosk.syncing import applying
from municipality.matters.votes.failures import VoteCode
from municipality.matters.votes.messages import Credentials, Election, VoteItem, credentials_key
from municipality.matters.votes.rules import Marks, MayVote
from municipality.messages import MessageRefused
from sync import Item, Reject, inbox

A_VOTE = (Marks(frozenset({1})), Marks(frozenset({0, 2})))
ELECTORS = 60_000 if LONG else 3_000


@dataclass(frozen=True)
class InParts:
    notice: Election
    parts: tuple[tuple[str, ...], ...]


@pytest.fixture(scope="session")
def large(town) -> InParts:
    """Anna's vote with a great many others on the list."""
    dice = random.Random(7)
    others = [str(dice.randrange(1, group.P)) for _ in range(ELECTORS - 1)]
    parts = split([*others, *town.credentials])
    return InParts(in_parts(town, parts), parts)


def in_parts(town, parts) -> Election:
    values = town.election.model_dump() | {
        "roll_size": sum(map(len, parts)),
        "parts": tuple(map(list_digest, parts)),
        "credentials_digest": list_digest([one for part in parts for one in part]),
    }
    return st.signed(Election.model_validate(values), town.homes)


def item(desk, election: str, place: int, credentials, *, seq: int = 0, key: str | None = None) -> Item:
    message = Credentials(election=election, part=place, credentials=credentials)
    body = st.sign(desk.town.centre_key, VoteItem.CREDENTIALS, message.text())
    return Item("votes.credentials", key or credentials_key(election, place), seq or 1_000 + place, body)


@pytest.fixture
def loaded(desk, large):
    """The booth knows the notice and has no part yet."""
    body = st.sign(desk.town.centre_key, VoteItem.NOTICE, large.notice.text())
    with desk.booth.store.writing() as connection:
        inbox.store_item(connection, Item("votes.notice", large.notice.election, 900, body))
    return desk


def put(desk, items) -> None:
    with desk.booth.store.writing() as connection:
        for one in items:
            inbox.store_item(connection, one)


def all_parts(desk, large) -> list[Item]:
    return [item(desk, large.notice.election, place, part) for place, part in enumerate(large.parts)]


def cast(desk, session, notice):
    return voting.cast(desk.booth, session, notice, A_VOTE, lambda _stage: None)


def standings(desk, session) -> list[MayVote]:
    return [vote.standing for vote in voting.offered(desk.booth, session)]


def test_not_open_before_every_part_is_here(loaded, large) -> None:
    session = loaded.sign_in(st.ANNA)
    items = all_parts(loaded, large)
    missing = items.pop(len(items) // 2)
    put(loaded, items)
    assert standings(loaded, session) == [MayVote.NOT_WHOLE]
    put(loaded, [missing])
    assert standings(loaded, session) == [MayVote.OPEN]
    assert isinstance(cast(loaded, session, large.notice), voting.Cast)


def test_without_its_own_part_no_vote_is_cast(loaded, large) -> None:
    session = loaded.sign_in(st.ANNA)
    assert cast(loaded, session, large.notice) == voting.NotCast(VoteCode.VOTE_NOT_WHOLE)


def test_a_part_that_the_notice_does_not_name_is_as_if_it_were_not_there(loaded, large) -> None:
    session = loaded.sign_in(st.ANNA)
    items = all_parts(loaded, large)
    mine = part_of(loaded.town.credentials[0], len(large.parts))
    items[mine] = item(loaded, large.notice.election, mine, (*large.parts[mine], "4"))
    put(loaded, items)
    assert cast(loaded, session, large.notice) == voting.NotCast(VoteCode.VOTE_NOT_WHOLE)


def test_who_is_not_on_the_list_has_no_vote(desk, large) -> None:
    mine = desk.town.credentials[0]
    parts = split([one for part in large.parts for one in part if one != mine])
    notice = in_parts(desk.town, parts)
    put(desk, [item(desk, notice.election, place, part) for place, part in enumerate(parts)])
    assert cast(desk, desk.sign_in(st.ANNA), notice) == voting.NotCast(VoteCode.VOTE_NO_SLIP)


def test_a_vote_holds_one_part_in_memory_and_the_shop_window_none(loaded, large) -> None:
    session = loaded.sign_in(st.ANNA)
    put(loaded, all_parts(loaded, large))
    assert len(large.notice.text()) < 32 * 1024
    tracemalloc.start()
    try:
        assert standings(loaded, session) == [MayVote.OPEN]
        assert public_matter.shop_window(loaded.booth).closed is None
        assert tracemalloc.get_traced_memory()[1] < 1024 * 1024
        assert isinstance(cast(loaded, session, large.notice), voting.Cast)
        assert tracemalloc.get_traced_memory()[1] < 4 * 1024 * 1024
    finally:
        tracemalloc.stop()


def test_what_a_round_takes_and_what_not(loaded, large) -> None:
    election = large.notice.election
    good = item(loaded, election, 0, large.parts[0])
    unsigned = Item("votes.credentials", good.key, 5, good.body[:-4] + "AAAA")
    elsewhere = item(loaded, election, 0, large.parts[0], key=credentials_key(election, 1))
    other_kind = Item("votes.credentials", good.key, 5, st.sign(loaded.town.centre_key, VoteItem.NOTICE, "{}"))
    withdrawn = Item("votes.credentials", good.key, 5, "")
    told = []
    with loaded.booth.store.writing() as connection:
        for one in (good, withdrawn, unsigned, elsewhere, other_kind):
            told.append(applying.apply(loaded.booth, connection, one, loaded.town.now))
    assert told == [None, None, Reject("not-signed"), Reject("another-part"), Reject("not-signed")]


def test_a_notice_is_of_this_version_and_names_its_credentials(large) -> None:
    text = large.notice.model_dump_json()
    assert Election.read(text) == large.notice
    for wrong in (text.replace('"version":3', '"version":2'), text.replace('"parts":[', '"credentials":[')):
        assert wrong != text
        with pytest.raises(MessageRefused):
            Election.read(wrong)


def test_parts_are_the_sorted_list_and_a_number_tells_its_part(large) -> None:
    flat = [one for part in large.parts for one in part]
    assert flat == sorted(flat, key=int)
    assert len(flat) == ELECTORS
    assert max(map(len, large.parts)) <= 2_000
    for place, part in enumerate(large.parts):
        assert {part_of(one, len(large.parts)) for one in part} <= {place}
    with pytest.raises(ValueError, match="credential"):
        part_of("0", 3)


def test_small_lists_have_one_part() -> None:
    assert split([]) == ((),)
    assert split(["7", "5"]) == (("5", "7"),)
