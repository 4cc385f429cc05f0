"""What is renewed beside the serving: one bad row stops neither a block nor anybody else's dossier."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from waiting import until

from central.kernel.centre import Centre
from central.office.cards import keys as card_keys
from central.office.roll import registry
from central.store.line import feed
from central.store.office import registry as rows
from municipality.matters.cards.messages import CardItem


@pytest.fixture
def bad(town: Any, centre: Centre) -> str:
    """The first card by number; what the register says of its holder is no person."""
    registry.refresh(centre)
    with centre.store.writing() as tx:
        first = rows.holders_after(tx, "", 1)[0].card.card
        holder = sa.text(
            "UPDATE residents SET person = '{}' WHERE resident = (SELECT resident FROM cards WHERE card = :c)"
        )
        tx.connection.execute(holder, {"c": first})
    return first


def _last_but(centre: Centre, bad: str) -> str:
    with centre.store.reading() as tx:
        return [one.card.card for one in rows.holders_after(tx, "", 1000) if one.person and one.card.card != bad][-1]


def _number_of_the_list(centre: Centre) -> int:
    with centre.store.reading() as tx:
        item = feed.find(tx, CardItem.REVOCATIONS, CardItem.REVOCATIONS)
    assert item is not None
    return item.seq


def test_a_block_is_published_behind_a_row_that_cannot_be_read(centre: Centre, bad: str) -> None:
    other = _last_but(centre, bad)
    with registry.kept_fresh(centre, every=0.2):
        before = _number_of_the_list(centre)
        with centre.store.writing() as tx:
            rows.revoke(tx, other, centre.clock())
        until(lambda: _number_of_the_list(centre) > before, 60)


def test_a_block_is_published_though_nothing_else_can_be_renewed(
    town: Any, centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry.refresh(centre)
    other = _last_but(centre, "")

    def fail(*_: object, **__: object) -> int:
        raise RuntimeError

    with registry.kept_fresh(centre, every=0.2):
        monkeypatch.setattr("central.office.cards.published.publish", fail)
        monkeypatch.setattr(registry, "publish_dossiers", fail)
        before = _number_of_the_list(centre)
        with centre.store.writing() as tx:
            rows.revoke(tx, other, centre.clock())
        until(lambda: _number_of_the_list(centre) > before, 60)


def test_the_others_get_their_dossiers_and_an_alarm_names_the_card(centre: Centre, bad: str) -> None:
    other = _last_but(centre, bad)
    with centre.store.writing() as tx:
        rows.set_capacities(tx, _resident(tx, other), '["staff"]')
    assert registry.refresh(centre) >= 1
    assert registry.refresh(centre) == 0
    assert [(one.what, one.booth, one.detail) for one in card_keys.waiting(centre)] == [("card-unreadable", "", bad)]


def _resident(tx: Any, card: str) -> str:
    return str(tx.connection.execute(sa.text("SELECT resident FROM cards WHERE card = :c"), {"c": card}).scalar_one())


def test_a_blocked_card_that_cannot_be_read_stops_no_other_block(town: Any, centre: Centre) -> None:
    registry.refresh(centre)
    with centre.store.writing() as tx:
        broken, other = (one.card.card for one in rows.holders_after(tx, "", 2))
        for card in (broken, other):
            rows.revoke(tx, card, centre.clock())
        tx.connection.execute(sa.text("UPDATE cards SET key_management = 'no PEM' WHERE card = :c"), {"c": broken})
    assert registry.publish_revocations(centre) == 1
    assert registry.publish_revocations(centre) == 0
    assert [one.detail for one in card_keys.waiting(centre)] == [broken]
