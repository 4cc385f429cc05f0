"""A booth knows its officials by the fingerprint that somebody typed, and those who follow them by their word alone."""

import io
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import small_town as st
from lobby_house import Desk
from technicians import OTHERS

from ballot_box.officials.body import Officials, record_of
from ballot_box.officials.ceremony import PASSPHRASE_FILE, rehearse, sign_officials, signed_officials
from ballot_box.officials.codes import SLIP_BYTES, code_of
from ballot_box.officials.home import Home, Passphrase
from kiosk import health, settings, wiring
from kiosk.commands import doctor
from kiosk.commands.cli import main
from kiosk.health import Check, Finding, Light, found
from kiosk.kernel.booth import Booth
from kiosk.kernel.upkeep import officials_file
from kiosk.matters.votes import officials
from kiosk.settings import SettingsRefused
from municipality.matters.votes.messages import OfficialsNotice, VoteItem
from sync import Item, inbox

NEXT_TERM, FAR_TERM = "2029-2033", "2034-2038"
TRUSTEES = ("trustee-1", "trustee-2", "trustee-3")


@pytest.fixture(scope="module")
def strangers(tmp_path_factory: pytest.TempPathFactory) -> Officials:
    return rehearse(tmp_path_factory.mktemp("strangers"), st.MUNICIPALITY, NEXT_TERM)


@pytest.fixture(scope="module")
def next_term(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folders of those who come after."""
    folder = tmp_path_factory.mktemp("next")
    rehearse(folder, st.MUNICIPALITY, NEXT_TERM)
    return folder


def official(played: Path, name: str) -> Home:
    return Home.open(played / name, Passphrase((played / name / PASSPHRASE_FILE).read_text("utf-8").strip()))


def following(played: Path, before: Officials, term: str, voices: tuple[Home, ...]) -> Officials:
    """Those in `played` as the successors of `before`, by the word of `voices` as well as their own."""
    own = [official(played, name) for name in ("registrar", *TRUSTEES, "officer-1", "officer-2")]
    made = own[1].officials()
    text = record_of(made.municipality, term, made.threshold, made.trustees, made.officials, before.fingerprint)
    return signed_officials(text, [sign_officials(home, text) for home in (*own, *voices)])


def voices(town: st.SmallTown, *names: str) -> tuple[Home, ...]:
    return tuple(town.homes[name] for name in names)


def told(desk: Desk, *those: Officials, seq: int = 50) -> None:
    for place, one in enumerate(those):
        body = st.sign(desk.town.centre_key, VoteItem.OFFICIALS, OfficialsNotice(officials=one.file()).text())
        put(desk, Item(VoteItem.OFFICIALS, one.fingerprint, seq + place, body))


def put(desk: Desk, item: Item) -> None:
    with desk.booth.store.writing() as connection:
        inbox.store_item(connection, item)


def knowing(booth: Booth, fingerprint: str) -> Booth:
    return replace(booth, anchors=replace(booth.anchors, officials=fingerprint))


def known(booth: Booth) -> dict[str, Officials]:
    with booth.store.reading() as connection:
        return dict(officials.known(booth, connection))


def of_theirs(one: Officials) -> Finding:
    names = tuple(each.name for each in one.officials)
    return found("officials.ok", term=one.term, names=names, fingerprint=one.fingerprint)


# Who is believed


def test_those_of_the_paper_are_known_and_no_others(desk: Desk, strangers: Officials) -> None:
    ours = desk.town.officials
    assert known(desk.booth) == {ours.fingerprint: ours}
    assert officials.look(desk.booth) == of_theirs(ours)
    told(desk, strangers)
    assert known(desk.booth) == {ours.fingerprint: ours}
    assert officials.look(desk.booth) == found("officials.others", start=strangers.fingerprint[:9])
    there = knowing(desk.booth, strangers.fingerprint)
    assert known(there) == {strangers.fingerprint: strangers}
    assert officials.look(there) == of_theirs(strangers)


def test_without_a_fingerprint_nobody_is_known(desk: Desk) -> None:
    nobody = knowing(desk.booth, "")
    assert known(nobody) == {}
    assert officials.look(nobody) == found("officials.none")


def test_a_fingerprint_alone_makes_nobody_known(open_desk: Callable[..., Any]) -> None:
    with open_desk() as desk:
        desk.fill(without=(VoteItem.OFFICIALS,))
        assert known(desk.booth) == {}
        assert officials.look(desk.booth) == found("officials.awaited")


def test_whom_two_of_three_trustees_have_signed_for_follow(desk: Desk, next_term: Path) -> None:
    ours = desk.town.officials
    then = following(next_term, ours, NEXT_TERM, voices(desk.town, "trustee-1", "trustee-3"))
    told(desk, then)
    assert known(desk.booth) == {ours.fingerprint: ours, then.fingerprint: then}
    assert officials.look(desk.booth) == of_theirs(then)
    # Who was told of the later ones hears no more of the earlier, and is not alarmed by their record.
    later = knowing(desk.booth, then.fingerprint)
    assert known(later) == {then.fingerprint: then}
    told(desk, ours, seq=90)
    assert officials.look(later) == of_theirs(then)


@pytest.mark.parametrize("names", [(), ("trustee-1",), ("registrar", "officer-1", "officer-2", "trustee-2")])
def test_whom_fewer_have_signed_for_do_not(desk: Desk, next_term: Path, names: tuple[str, ...]) -> None:
    ours = desk.town.officials
    told(desk, then := following(next_term, ours, NEXT_TERM, voices(desk.town, *names)))
    assert known(desk.booth) == {ours.fingerprint: ours}
    assert officials.look(desk.booth) == found("officials.others", start=then.fingerprint[:9])


def test_a_chain_holds_in_whatever_order_it_came(desk: Desk, next_term: Path, tmp_path: Path) -> None:
    ours = desk.town.officials
    second = following(next_term, ours, NEXT_TERM, voices(desk.town, "trustee-1", "trustee-2"))
    rehearse(tmp_path / "third", st.MUNICIPALITY, FAR_TERM)
    of_second = tuple(official(next_term, name) for name in ("trustee-2", "trustee-3"))
    third = following(tmp_path / "third", second, FAR_TERM, of_second)
    told(desk, third)
    assert known(desk.booth) == {ours.fingerprint: ours}
    told(desk, second, seq=60)
    assert set(known(desk.booth)) == {ours.fingerprint, second.fingerprint, third.fingerprint}
    # The third follow the second, not the first: with the word of the first's trustees they do not.
    false = following(tmp_path / "third", second, FAR_TERM, voices(desk.town, "trustee-1", "trustee-2"))
    told(desk, false, seq=70)
    assert len(known(desk.booth)) == 2


def test_damaged_items_are_as_if_they_had_not_come(desk: Desk, strangers: Officials) -> None:
    ours, key = desk.town.officials, desk.town.centre_key
    unsigned = OfficialsNotice(officials=replace(strangers, signatures=strangers.signatures[1:]).file()).text()
    for place, body in enumerate((
        "no token",
        st.sign(desk.town.sealing_key, VoteItem.OFFICIALS, OfficialsNotice(officials=strangers.file()).text()),
        st.sign(key, VoteItem.NOTICE, OfficialsNotice(officials=strangers.file()).text()),
        st.sign(key, VoteItem.OFFICIALS, unsigned),
        st.sign(key, VoteItem.OFFICIALS, OfficialsNotice(officials="{}").text()),
        st.sign(key, VoteItem.OFFICIALS, "{}"),
    )):  # fmt: skip
        put(desk, Item(VoteItem.OFFICIALS, f"damaged-{place}", 50 + place, body))
    assert known(desk.booth) == {ours.fingerprint: ours}
    assert officials.look(desk.booth) == of_theirs(ours)
    put(desk, Item(VoteItem.OFFICIALS, ours.fingerprint, 99, "no token"))
    assert known(desk.booth) == {}


def test_each_record_is_read_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    officials._read.cache_clear()
    read: list[str] = []
    real = officials.read_officials
    monkeypatch.setattr(officials, "read_officials", lambda text: (read.append(text), real(text))[1])
    assert known(desk.booth) == known(desk.booth)
    assert read == [desk.town.officials.file()]


# The file


@pytest.fixture
def config(town: st.SmallTown, tmp_path: Path) -> Path:
    home = tmp_path / "apart"
    shutil.copytree(town.home, home)
    return home / "kiosk.toml"


@pytest.mark.parametrize(
    "text",
    ["", "\n", OTHERS[:-1], OTHERS + "A", f"{OTHERS}\n{OTHERS}\n", OTHERS.replace("L", "M", 1), "1" + OTHERS[1:]],
)
def test_a_file_that_holds_no_fingerprint_is_refused_and_says_what_to_do(config: Path, text: str) -> None:
    file = config.parent / "officials.txt"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsRefused) as refused:
        wiring.anchors_in(file.parent)
    assert str(refused.value) == (
        f"anchors.folder: {file} holds no fingerprint of officials; "
        "type it anew from the signed paper: kiosk officials - --again"
    )


def test_doctor_names_a_spoilt_file_and_no_other_anchor(config: Path) -> None:
    (config.parent / "officials.txt").write_text("spoilt", encoding="utf-8")
    lights = {one.check: (one.name, one.light) for one in doctor.examine(config)[1]}
    assert lights[Check.OFFICIALS] == ("officials.unusable", Light.RED)
    assert lights[Check.ANCHORS][1] is Light.GREEN


def test_a_file_that_an_editor_has_written_is_read_as_people_write(config: Path, town: st.SmallTown) -> None:
    file = config.parent / "officials.txt"
    for text in (town.officials.fingerprint.lower(), town.officials.fingerprint.replace("-", "  ") + "\r\n"):
        file.write_text(text, encoding="utf-8")
        assert officials_file.read(file.parent) == town.officials.fingerprint
    file.unlink()
    with wiring.open_booth(settings.load(config)) as booth:
        assert booth.anchors.officials == ""
    file.mkdir()
    with pytest.raises(SettingsRefused, match="cannot be read"):
        officials_file.read(file.parent)


def test_whose_votes_are_taken_is_one_row_of_the_checks(desk: Desk, strangers: Officials) -> None:
    def said(booth: Booth) -> list[tuple[str, Light]]:
        return [(one.name, one.light) for one in health.examine_stored(booth) if one.check is Check.OFFICIALS]

    assert said(desk.booth) == [("officials.ok", Light.GREEN)]
    told(desk, strangers)
    assert said(desk.booth) == [("officials.others", Light.RED)]
    assert said(knowing(desk.booth, "")) == [("officials.none", Light.AMBER)]


# The command


def test_the_command_says_old_and_new_and_replaces_only_when_told(
    config: Path, town: st.SmallTown, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file, ours = config.parent / "officials.txt", town.officials.fingerprint
    file.unlink()
    place = ("--config", str(config))
    monkeypatch.setattr("sys.stdin", io.StringIO(ours.lower().replace("-", " ") + "\n"))
    assert main(["officials", "-", *place]) == 0
    assert capsys.readouterr() == (f"before: none\nnow:    {ours}\nIt counts from the next start of the program.\n", "")
    assert (file.read_text(), file.stat().st_mode & 0o777) == (ours + "\n", 0o600)
    assert main(["officials", OTHERS, *place]) == 78
    assert capsys.readouterr() == (
        "",
        f"the booth knows officials already: {ours}; --again puts others in their place\n",
    )
    assert main(["officials", ours, *place]) == 0
    assert file.read_text() == ours + "\n"
    capsys.readouterr()
    assert main(["officials", OTHERS, "--again", *place]) == 0
    assert capsys.readouterr().out.splitlines()[:2] == [f"before: {ours}", f"now:    {OTHERS}"]
    assert file.read_text() == OTHERS + "\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (OTHERS[:-1], "10 groups of 4"),
        (OTHERS.replace("L", "M", 1), "a letter of the code is wrong"),
        (code_of("5a" * SLIP_BYTES, SLIP_BYTES), "10 groups of 4"),
        ("", "10 groups of 4"),
    ],
)
def test_what_is_no_fingerprint_changes_nothing(
    config: Path, town: st.SmallTown, capsys: pytest.CaptureFixture[str], text: str, words: str
) -> None:
    assert main(["officials", text, "--again", "--config", str(config)]) == 78
    assert words in capsys.readouterr().err
    assert officials_file.read(config.parent) == town.officials.fingerprint


def test_a_spoilt_file_is_replaced_only_when_told(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = config.parent / "officials.txt"
    file.write_text("spoilt", encoding="utf-8")
    assert main(["officials", OTHERS, "--config", str(config)]) == 78
    assert "kiosk officials - --again" in capsys.readouterr().err
    assert file.read_text() == "spoilt"
    assert main(["officials", OTHERS, "--again", "--config", str(config)]) == 0
    assert officials_file.read(config.parent) == OTHERS
