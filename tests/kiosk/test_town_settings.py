"""What the town hall says of itself reaches the screen, by both forms of its settings; its crest is cleaned again."""

from pathlib import Path
from typing import Any

import pytest
import small_town as st

from kiosk.counter import first_picture
from kiosk.counter.counter import Counter
from kiosk.counter.opening import opening_of, opening_without_store, stage_settings
from kiosk.counter.presenting.presenters import present
from kiosk.counter.process import LOOK_SECONDS, Renewal
from kiosk.desk.door.lost_card import Reporting
from kiosk.desk.views import Attract, LostCard, Menu
from kiosk.identity import lost_card
from kiosk.kernel import public_matter
from kiosk.kernel.closures import Around
from kiosk.kernel.matter import Fact
from kiosk.syncing import applying
from kiosk.ui.gallery.samples import CONTACT
from kiosk.ui.gallery.screens import ShowingLobby
from municipality.matters.cards.messages import BlockCodes, CardItem
from municipality.messages import ItemKind, Settings
from sync import Item, inbox

CREST = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 4 4"></svg>'


def settings(desk: Any) -> Settings:
    with desk.booth.store.reading() as connection:
        found = public_matter.settings(desk.booth, connection)
    assert found is not None
    return found


def pull(desk: Any, told: Settings) -> None:
    item = Item("settings", "settings", 90, st.sign(desk.town.centre_key, ItemKind.SETTINGS, told.text()))
    with desk.booth.store.writing() as connection:
        assert applying.apply(desk.booth, connection, item, desk.booth.clock()) is None
        inbox.store_item(connection, item)


def test_settings_of_before_leave_the_screen_as_it_was(desk: Any) -> None:
    assert settings(desk).version == 1
    stage = stage_settings(desk.booth)
    assert (dict(stage.contact), stage.crest) == ({"el": [], "en": []}, "")


def test_contact_and_crest_reach_the_screen(desk: Any) -> None:
    pull(desk, settings(desk).telling(CONTACT, CREST))
    stage = stage_settings(desk.booth)
    assert stage.crest == CREST
    assert stage.contact["el"][0]["text"] == "Τηλέφωνο: 210 000 0100"
    assert stage.contact["en"][1]["text"] == "1 Paradeigmatos Street, ground floor"
    assert stage.municipality["el"] == settings(desk).name.el


@pytest.mark.parametrize(
    "crest", ["<svg/>", CREST.replace("></svg>", "><script/></svg>"), CREST.replace("4 4", "4 400"), "x"]
)
def test_a_crest_that_could_do_more_than_draw_is_not_drawn_and_closes_nothing(desk: Any, crest: str) -> None:
    pull(desk, settings(desk).telling(CONTACT, crest))
    stage = stage_settings(desk.booth)
    assert stage.crest == "" and stage.contact["el"]
    assert public_matter.shop_window(desk.booth).closed is None


def test_what_is_new_is_shown_without_a_restart_once_nobody_is_here(desk: Any, tmp_path: Path) -> None:
    now = [0.0]
    lobby = ShowingLobby(Attract())
    counter = Counter(lobby, ("el", "en"), desk.booth.clock, lambda call: call())
    opening = opening_of(desk.booth, counter.showing)
    kept = tmp_path / "kept.json"
    renewal = Renewal(desk.booth, counter, opening, kept, lambda: now[0])
    now[0] = LOOK_SECONDS
    assert renewal.look() is None, "nothing is new"
    pull(desk, settings(desk).telling(CONTACT, CREST))
    now[0] += LOOK_SECONDS - 1
    assert renewal.look() is None, "it has looked a moment ago"
    now[0] += 1
    lobby.show(Menu())
    counter.beat()
    assert renewal.look() is None, "somebody is here"
    lobby.show(Attract())
    counter.beat()
    other = renewal.look()
    assert other is not None and other.stage.crest == CREST and other.showing == counter.showing
    again = first_picture.read(kept)
    assert again is not None and again.stage == other.stage
    now[0] += LOOK_SECONDS
    assert renewal.look() is None, "it was said"
    assert counter.close()


def test_without_a_store_there_is_no_contact(desk: Any) -> None:
    stage = opening_without_store(desk.booth.settings, None).stage  # type: ignore[arg-type]
    assert not any(stage.contact.values()) and stage.crest == ""


@pytest.mark.parametrize(
    ("cards", "hint"),
    [(["AAK-000001", "AAK-000002", "KT-000001"], "AAK"), (["KT-000001", "KD-000002", "KD-000003"], "KD"), ([], "")],
)
def test_the_hint_shows_the_letters_of_this_municipalitys_cards(desk: Any, cards: list[str], hint: str) -> None:
    body = BlockCodes(entries=dict.fromkeys(cards, f"scrypt$14$8$1${'A' * 22}${'A' * 43}")).text()
    with desk.booth.store.writing() as connection:
        inbox.store_item(
            connection, Item("cards.block_codes", "000", 91, st.sign(desk.town.centre_key, CardItem.BLOCK_CODES, body))
        )
    assert lost_card.letters(desk.booth) == hint
    around = Around(public_matter.ShopWindow(None, facts=frozenset({Fact.CARDS_CAN_BE_BLOCKED})))
    asked = Reporting(desk.booth).begin(around).view
    assert isinstance(asked, LostCard) and asked.letters == hint
    assert present(asked, "el")["hint"] == (f"{hint}-000000" if hint else "000000")
