"""The one way up: what becomes a letter, and what is refused before anything is stored."""

import pytest
import small_town as st

from kiosk.kernel import acts
from municipality.matters.cards.messages import CardBlockAct, Revocations
from municipality.matters.votes.messages import BallotAct
from sync import outbox


def test_what_is_no_matters_act_is_not_sent(desk) -> None:
    with desk.booth.store.writing() as connection:
        with pytest.raises(LookupError, match="Revocations is no matter's act"):
            acts.queue(desk.booth, connection, Revocations(crl=""))
        assert outbox.pending(connection, 10) == []


def test_only_an_act_outside_the_chain_has_a_size_of_its_own(desk) -> None:
    now = desk.booth.clock()
    act = CardBlockAct(card=st.ANNA, booth=desk.booth.id, at=now)
    ballot = BallotAct(election="e", booth=desk.booth.id, cast_at=now, ballot="b", certificate="c", signature="s")
    with desk.booth.store.writing() as connection:
        with pytest.raises(ValueError, match=r"cards\.block: a size is for acts outside the chain"):
            acts.queue(desk.booth, connection, act, size=2048)
        with pytest.raises(ValueError, match=r"votes\.ballot: a size is .* outside the chain, and for all of them"):
            acts.queue(desk.booth, connection, ballot)
        assert outbox.pending(connection, 10) == []


def test_an_act_names_the_one_before_it(desk) -> None:
    with desk.booth.store.writing() as connection:
        act = CardBlockAct(card=st.ANNA, booth=desk.booth.id, at=desk.booth.clock())
        ids = [acts.queue(desk.booth, connection, act) for _ in range(2)]
        first, second = outbox.pending(connection, 10)
    assert [first.id, second.id] == ids
    assert (first.previous, second.previous) == ("", first.digest())
