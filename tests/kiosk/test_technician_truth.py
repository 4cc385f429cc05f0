"""What the record says of a change, what a full disk leaves undone, and which settings count as good."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import small_town as st
from full_store import full, full_at_commit
from lobby_house import House, house_of
from technicians import OTHERS, acts, lines

import card_reader
from card_reader import Pin
from kiosk.desk.actions import Back, Choose, EnterPin, EnterText, Next
from kiosk.desk.pages import Form
from kiosk.desk.technician.views import TechnicianPage
from kiosk.desk.views import Menu
from kiosk.kernel.upkeep import settings_file
from kiosk.settings import load
from kiosk.syncing import rounds as syncing
from kiosk.technician import StoreFull, rehearsal, rounds
from sync import Answer, outbox

FULL = pytest.mark.parametrize("no_room", [full, full_at_commit])


@pytest.fixture
def house(desk) -> Iterator[House]:
    object.__setattr__(desk.booth, "config", desk.home / "kiosk.toml")
    with house_of(desk) as made:
        yield made


@pytest.fixture
def config(house: House) -> Path:
    return house.desk.home / "kiosk.toml"


def enter(house: House, number: str = st.TECHNICIAN, pin: str = st.PIN) -> object:
    house.insert(number)
    return house.act(EnterPin(Pin(pin)))


def left(house: House) -> list[object]:
    """What stands in the booth's folder: settings, officials, papers, and which files there are."""
    home = house.desk.home
    files = sorted(file.name for file in home.iterdir() if not file.name.startswith("booth."))
    texts = [(home / name).read_text("utf-8") for name in ("kiosk.toml", "officials.txt")]
    return [texts, len(list((home / "papers").iterdir())), files]


# The record says what was changed


def test_a_printer_that_was_moved_and_moved_back_stands_in_the_record(house: House, config: Path) -> None:
    enter(house)
    house.act(Choose("set:printer.uri"))
    house.act(EnterText("ipp://laptop.example/ipp/print"))
    house.act(Next())
    house.act(Choose("undo:"))
    told = [
        "settings.saved printer.uri: - -> ipp://laptop.example/ipp/print",
        "settings.undone printer.uri: ipp://laptop.example/ipp/print -> -",
    ]
    assert acts(house)[1:] == told and lines(house)[1:] == [f"{st.TECHNICIAN} {one}" for one in told]
    assert load(config).printer.uri == ""


def test_undo_names_every_key_and_no_secret(house: House, config: Path) -> None:
    enter(house)
    house.act(Choose("save:sound.volume=80"))
    text = config.read_text("utf-8").replace('signing = "signing.pem"', 'signing = "pkcs11:token=a?pin-value=4711"')
    config.write_text(text, encoding="utf-8")
    house.act(Choose("undo:"))
    assert set(acts(house)[2:]) == {"settings.undone keys.signing", "settings.undone sound.volume: 80 -> 60"}
    assert "4711" not in repr(lines(house))


def test_a_password_in_a_file_of_before_is_not_copied_into_the_record(house: House, config: Path) -> None:
    from kiosk.technician import settings as change

    assert change._written("ipp://anna:secret@printer/ipp") == "ipp://***@printer/ipp"
    assert change._written("a\nb\x00😀" + "x" * 400) == "a?b??" + "x" * 295


def test_what_is_saved_as_it_was_leaves_no_line(house: House) -> None:
    enter(house)
    house.act(Choose("save:sound.volume=60"))
    assert [one.split()[0] for one in acts(house)] == ["opened"] and not settings_file.can_undo(house.desk.booth.config)


# A full disk: nothing was done


@pytest.fixture
def there(house: House, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    stick = tmp_path / "stick"
    stick.mkdir()
    monkeypatch.setattr(rounds, "sticks", lambda: [stick])
    return stick


@FULL
@pytest.mark.parametrize("key", ["test-page:", "print-journal:", "sync:", "stick:", "write-journal:", "rehearse:",
                                 "paper-changed:", "save:sound.volume=80", f"save:officials={OTHERS}", "undo:", "log:",
                                 "restart:"])  # fmt: skip
def test_nothing_was_done_is_true(
    house: House, there: Path, monkeypatch: pytest.MonkeyPatch, key: str, no_room
) -> None:
    began: list[str] = []
    monkeypatch.setattr(rehearsal, "rehearse", lambda *_args, **_more: began.append("rehearsal") or [])
    monkeypatch.setattr(syncing, "sync_once", lambda *_args, **_more: began.append("round"))
    monkeypatch.setattr(syncing, "by_stick", lambda *_args, **_more: began.append("stick"))
    enter(house)
    house.act(Choose("save:sound.volume=40"))
    before, told = left(house), lines(house)
    with no_room(house.desk.booth.store):
        page = house.act(Choose(key))
        assert isinstance(page, TechnicianPage) and page.page == "not-stored", page
        assert left(house) == before
    assert began == [] and list(there.iterdir()) == [] and lines(house) == told
    assert logging.getLogger("kiosk").level != logging.DEBUG


@FULL
def test_a_letter_waits_again_with_its_line_or_not_at_all(house: House, no_room) -> None:
    booth = house.desk.booth
    enter(house)
    with booth.store.writing() as connection:
        (waiting,) = outbox.pending(connection, 10)
        outbox.acknowledge(connection, [Answer(waiting.id, "rejected", "unknown-kind")])
    with no_room(booth.store):
        assert house.act(Choose(f"retry:{waiting.id}")).page == "not-stored"
    assert [one.id for one in syncing.dead_letters(booth)] == [waiting.id]
    assert house.act(Choose(f"retry:{waiting.id}")).page == "queue"
    assert syncing.dead_letters(booth) == [] and lines(house)[-1].endswith(f"letter.retried {waiting.id}")


@pytest.mark.parametrize(("key", "name"), [("sync:", "sync_once"), ("stick:", "by_stick")])
def test_a_disk_that_fills_in_the_middle_of_a_round_is_not_said_to_have_done_nothing(
    house: House, there: Path, monkeypatch: pytest.MonkeyPatch, key: str, name: str
) -> None:
    def half_way(*_args: object, **_more: object) -> None:
        raise StoreFull

    monkeypatch.setattr(syncing, name, half_way)
    enter(house)
    page = house.act(Choose(key))
    assert page.page == "sync" and "What was stored stays" in page.text.id


# A reader that is not there, and the file to go back to


@pytest.fixture
def real_reader(house: House, config: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    config.write_text(config.read_text("utf-8").replace('reader = "virtual"', 'reader = "pcsc"'), encoding="utf-8")
    names = ["ACS ACR39U ICC Reader 00 00"]
    monkeypatch.setattr(card_reader, "list_readers", lambda: names)
    return names


def test_readers_that_are_there_are_offered_and_others_refused(
    house: House, config: Path, real_reader: list[str]
) -> None:
    enter(house)
    page = house.act(Choose("set:card.name"))
    assert [row.key for row in page.rows] == ["value:card.name=", f"value:card.name={real_reader[0]}"]
    assert page.rows[0].chosen and "Any reader" in page.rows[0].name.id
    for press in (Choose("value:card.name=ACS ACR93U"), Choose("save:card.name=ACS ACR93U")):
        again = house.act(press)
        assert isinstance(again, TechnicianPage) and again.page == "value"
        assert "No card reader of this name is here" in again.text.id and load(config).card.name == ""
    house.act(Choose(f"value:card.name={real_reader[0]}"))
    house.act(Next())
    assert load(config).card.name == real_reader[0]
    real_reader[:] = ["Gemalto PC Twin Reader 01 00"]
    page = house.act(Choose("set:card.name"))
    assert len(page.rows) == 3, "the present value stays on the list"


def good(house: House) -> Path:
    return settings_file.last_good(house.desk.home / "kiosk.toml")


@pytest.mark.parametrize("who", [st.ANNA, st.TECHNICIAN])
def test_a_file_is_good_once_somebody_has_signed_in_under_it(house: House, config: Path, who: str) -> None:
    enter(house, who, "999999")
    assert not good(house).exists(), "a card alone, or a wrong PIN, proves little"
    house.pull()
    enter(house, who)
    assert good(house).read_text("utf-8") == config.read_text("utf-8")
    good(house).unlink()
    house.pull()
    enter(house, who)
    assert not good(house).exists(), "once for a start"


def test_what_was_saved_meanwhile_is_not_good_before_it_has_served(house: House, config: Path) -> None:
    enter(house)
    before = config.read_text("utf-8")
    house.act(Choose("save:sound.volume=80"))
    house.pull()
    assert isinstance(enter(house, st.ANNA), Menu)
    assert good(house).read_text("utf-8") == before != config.read_text("utf-8")


def test_a_start_without_a_reader_does_not_make_its_file_the_good_one(open_desk) -> None:
    """The auditor's way: a slip in the name, a restart, nobody can sign in, and `--last-good` must still help."""
    with open_desk() as desk:
        desk.fill()
        object.__setattr__(desk.booth, "config", desk.home / "kiosk.toml")
        with house_of(desk) as house:
            enter(house, st.ANNA)
    config = desk.home / "kiosk.toml"
    sound = config.read_text("utf-8")
    config.write_text(sound.replace("[printer]", 'name = "a slip"\n[printer]'), encoding="utf-8")
    with open_desk() as desk:
        object.__setattr__(desk.booth, "config", config)
        with house_of(desk):
            pass  # no card is ever read
    assert settings_file.restore_good(config) and config.read_text("utf-8") == sound


def test_a_full_disk_keeps_nobody_out(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def full_disk(*_args: object) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(settings_file, "_beside", full_disk)
    assert isinstance(enter(house, st.ANNA), Menu) and not good(house).exists()


# What is refused is said in the reader's language


def greek(page: object) -> str:
    from kiosk.counter.presenting.presenters import present

    return json.dumps(present(page, "el"), ensure_ascii=False)


def test_a_value_that_is_not_on_the_list_may_be_chosen_again(house: House, config: Path) -> None:
    text = config.read_text("utf-8").replace("[screen]", '[screen]\nlanguages = ["en", "el"]')
    config.write_text(text, encoding="utf-8")
    enter(house)
    page = house.act(Choose("set:screen.languages"))
    assert page.rows[0].key == "value:screen.languages=en,el" and page.rows[0].chosen
    assert house.act(Choose("value:screen.languages=en,el")).page == "settings", "nothing to change"
    page = house.act(Choose("value:screen.languages=el"))
    assert page.page == "change"


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("screen.languages", "el,xx"),
        ("screen.idle_seconds", "5"),
        ("sound.tones", "maybe"),
        ("sound.player", "gramophone"),
        ("printer.uri", "nowhere"),
        ("printer.fingerprint", "AB:CD"),
        ("centre.url", "ftp://x"),
        ("centre.url", "http://town.example"),
        ("centre.url", "https://" + "a" * 400),
    ],
)
def test_what_is_refused_is_said_in_greek_and_english(house: House, config: Path, key: str, text: str) -> None:
    from kiosk.counter.presenting.presenters import present

    before = config.read_text("utf-8")
    enter(house)
    house.act(Choose(f"set:{key}"))
    view = house.act(EnterText(text)) if isinstance(house.view, Form) else None
    view = view or house.act(Choose(f"value:{key}={text}"))
    greek, english = (present(view, language) for language in ("el", "en"))
    said = [shown.get("fault") or shown["lead"][0]["text"] for shown in (greek, english)]
    assert all(said) and said[0] != said[1], said
    assert "expected" not in said[0] and "tuple" not in said[1] and key not in said[1], said
    assert config.read_text("utf-8") == before
    house.act(Back())


def test_pages_have_words_for_what_the_line_and_the_journal_say_in_codes(house: House) -> None:
    booth = house.desk.booth
    enter(house)
    with booth.store.writing() as connection:
        (waiting,) = outbox.pending(connection, 10)
        outbox.acknowledge(connection, [Answer(waiting.id, "rejected", "unknown-kind")])
    shown = greek(house.act(Choose("open:queue")))
    assert "Είδος πράξης που δεν γνωρίζει ο Δήμος" in shown
    assert "Ενέργεια τεχνικού" in shown, "what its matter calls it, not its name on the wire"
    house.act(Choose("paper-changed:"))
    round_page = greek(house.act(Choose("sync:")))
    assert "δεν υπάρχει γραμμή" in round_page and "line down" not in round_page
    journal = greek(house.act(Choose("open:journal")))
    assert f"Τεχνικός {st.TECHNICIAN}: γέμισε τον δίσκο χαρτιού" in journal
    assert "συγχρονισμός: Διακόπηκε" in journal
    assert not [word for word in ("paper.changed", "complete", "opened", ": cut") if word in journal]


def test_every_act_has_words() -> None:
    from kiosk.technician import Did
    from kiosk.technician.journal_words import sentence
    from municipality.matters.technicians.rules import DEEDS

    assert set(DEEDS) == set(Did)
    assert sentence("technician", f"{st.TECHNICIAN} of.tomorrow") == (
        "Technician {card}: {did}", {"card": st.TECHNICIAN, "did": "of.tomorrow"}
    )  # fmt: skip
    assert sentence("of tomorrow", "") == ("of tomorrow", {})


def test_every_reason_of_a_void_number_has_words() -> None:
    from typing import get_args

    from assets.texts import catalogue
    from kiosk.technician.journal_words import spelt
    from municipality.words.printers import WORDS as PRINTER
    from printing.job import UnknownWhy, Why

    assert set(PRINTER) == {*get_args(Why), *get_args(UnknownWhy)}
    greek = catalogue("el").gettext
    assert all(greek(words) != words for words in PRINTER.values())
    assert spelt("certificate void", "ΔΟΚ1/2026/000001 line-lost", greek) == (
        "πιστοποιητικό άκυρο: ΔΟΚ1/2026/000001 (ο εκτυπωτής έπαψε να απαντά)"
    )
    assert spelt("certificate void", "ΔΟΚ1/2026/000001", greek) == "πιστοποιητικό άκυρο: ΔΟΚ1/2026/000001"


def test_one_is_not_said_as_many(house: House) -> None:
    import re

    enter(house)
    for key in ("open:home", "open:queue", "open:paper", "open:health", "open:booth"):
        said = greek(house.act(Choose(key)))
        assert not re.search(r"\b1 (πράξεις|επισκέψεις|ημέρες|ώρες|φύλλα|σημεία|στοιχεία)", said), said
