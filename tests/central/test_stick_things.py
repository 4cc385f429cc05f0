"""What may lie on a stick in a letter's place: links, pipes, folders, devices, files that change under the reader. One
sentence at both ends, nobody waits for ever, and nothing outside the stick is read or written."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import bare_centre
import pytest
from away import watched
from cryptography.hazmat.primitives.asymmetric import ec
from outbox_life import BoothOnly

from central.kernel.centre import Centre
from central.kernel.serving import stick as at_the_centre
from kiosk.technician import extract
from sync import Apply, BadMessage, Hello, Item, Policy, agree_with, server, stick
from sync.stick import file as stick_file
from sync.stick.records import decode_pages
from sync.wire.canonical import canonical
from sync.wire.envelope import sign_with

SECRET = b"what lies outside the stick\n"


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    home = tmp_path_factory.mktemp("sticks") / "centre"
    bare_centre.build(home, f"sqlite:///{home / 'centre.db'}")
    with bare_centre.opened(home) as opened:
        yield opened


@pytest.fixture(scope="module")
def booth(centre: Centre, tmp_path_factory: pytest.TempPathFactory) -> BoothOnly:
    return bare_centre.add_booth(centre, tmp_path_factory.mktemp("booth"), "kamatero-1", "AA1")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "stick"
    made.mkdir()
    return made


def _not_on_a_stick(hello: Hello) -> None:
    raise AssertionError(f"heard on a stick: {hello.now}")


class Carrier:
    """A booth that writes letters and takes answers, and a centre that answers them."""

    def __init__(self, centre: Centre, booth: BoothOnly, folder: Path) -> None:
        self.centre, self.booth, self.folder = centre, booth, folder
        self.engine = booth.engine()
        self.policy = Policy({"centre": booth.centre_signing}, bare_centre.MUNICIPALITY)
        self.letter = folder / stick.name_of("to-centre", booth.id)
        self.reply = folder / stick.name_of("to-booth", booth.id)

    def write(self) -> int:
        key, sealing = sign_with(self.booth.key), self.booth.centre_sealing
        where = {"booth": self.booth.id, "sign": key, "centre": sealing, "kid": "centre"}
        return stick.write_letter(self.engine.begin, self.policy, self.folder, now=datetime.now(UTC), **where)  # type: ignore[arg-type]

    def take(self) -> stick.Answered | None:
        # No time comes with a stick: whoever listens for one must not be called.
        store, apply = self.engine.begin, Apply(lambda *_: None, heard=_not_on_a_stick)
        return stick.take_answer(store, apply, self.policy, self.folder, booth=self.booth.id, now=datetime.now(UTC))

    def answer(self) -> str:
        """ "answered", or why not."""
        try:
            return "answered" if at_the_centre.answer(self.centre, self.letter) else ""
        except stick.StickRefused as refused:
            return refused.reason


@pytest.fixture
def carrier(centre: Centre, booth: BoothOnly, folder: Path) -> Iterator[Carrier]:
    made = Carrier(centre, booth, folder)
    yield made
    made.engine.dispose()


def _link(place: Path) -> None:
    outside = place.parent.parent / "outside"
    outside.write_bytes(SECRET)
    place.symlink_to(outside)


def _socket(place: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        before = Path.cwd()
        os.chdir(place.parent)  # a socket's path is short
        try:
            made.bind(place.name)
        finally:
            os.chdir(before)


def _device(place: Path) -> None:
    with suppress(PermissionError):
        os.mknod(place, 0o600 | 0o020000, os.makedev(1, 5))  # /dev/zero: it has no end
        return
    place.symlink_to("/dev/zero")  # who may not make one can still point at it


def _sparse(place: Path) -> None:
    with place.open("wb") as file:
        file.truncate(stick_file.MOST_BYTES + 1)


THINGS: dict[str, tuple[Callable[[Path], object], str]] = {
    "link": (_link, "not-a-file"),
    "broken link": (lambda place: place.symlink_to("nowhere"), "not-a-file"),
    "link to itself": (lambda place: place.symlink_to(place.name), "not-a-file"),
    "link to a pipe": (lambda place: (os.mkfifo(place.parent / "p"), place.symlink_to("p")), "not-a-file"),
    "pipe": (os.mkfifo, "not-a-file"),
    "folder": (lambda place: (place / "in it").mkdir(parents=True), "not-a-file"),
    "socket": (_socket, "not-a-file"),
    "device": (_device, "not-a-file"),
    "one byte too large": (_sparse, "too-large"),
    "empty": (lambda place: place.touch(), "not-a-letter"),
    "zeros": (lambda place: place.write_bytes(bytes(5_000_000)), "not-a-letter"),
}


@pytest.mark.parametrize("thing", THINGS)
def test_in_a_letters_place_at_the_centre(carrier: Carrier, thing: str) -> None:
    """The others on the stick are answered all the same."""
    make, reason = THINGS[thing]
    carrier.write()
    odd = carrier.folder / "another.to-centre.atm"
    make(odd)
    done = at_the_centre.answer_all(carrier.centre, carrier.folder)
    assert [one.reason if isinstance(one, stick.StickRefused) else one.booth for one in done] == [
        reason,
        carrier.booth.id,
    ]
    assert carrier.reply.is_file()


@pytest.mark.parametrize("thing", THINGS)
def test_in_an_answers_place_at_the_booth(carrier: Carrier, thing: str) -> None:
    make, reason = THINGS[thing]
    carrier.write()
    make(carrier.reply)
    with pytest.raises(stick.StickRefused) as refused:
        carrier.take()
    assert refused.value.reason == reason and str(refused.value) == stick.SENTENCES[reason]
    assert carrier.answer() == ("not-a-file" if thing == "folder" else "answered")


@pytest.mark.parametrize("thing", [name for name in THINGS if "large" not in name])
def test_what_is_written_takes_its_place_and_never_goes_through_it(carrier: Carrier, thing: str) -> None:
    THINGS[thing][0](carrier.letter)
    if thing == "folder":
        with pytest.raises(stick.StickRefused, match="folder"):
            carrier.write()
        assert [one.name for one in carrier.folder.iterdir()] == [carrier.letter.name], "nothing half is left"
        return
    carrier.write()
    assert carrier.letter.is_file() and not carrier.letter.is_symlink()
    assert carrier.answer() == "answered"
    outside = carrier.folder.parent / "outside"
    assert not outside.exists() or outside.read_bytes() == SECRET


def test_as_large_as_may_be_is_looked_into(folder: Path) -> None:
    """Just below the limit it is read like any other: its end is looked for without reading what is before."""
    file = folder / "b.to-centre.atm"
    end = b"\nend 0\n"
    with file.open("wb") as out:
        out.write(
            canonical({"format": stick_file.FORMAT, "kind": "to-centre", "booth": "b", "letter": "0" * 32}) + b"\n"
        )
        out.truncate(stick_file.MOST_BYTES - len(end))
        out.seek(0, os.SEEK_END)
        out.write(end)
    assert file.stat().st_size == stick_file.MOST_BYTES
    assert stick.read_cover(file).booth == "b"
    with pytest.raises(stick.StickRefused, match="changed"):
        list(stick.read_records(file, agree_with(ec.generate_private_key(ec.SECP256R1())), kid="centre"))


def test_a_page_on_a_stick_is_the_lines_own_bytes() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    page = server.encode_page([Item("k", "ψ", 7, "b")], 7, False, server.manifest_signer(key, kid="centre"))
    said = stick.encode_pages(5, page)
    assert said == b'{"after":5,"page":' + page + b"}"
    after, read = decode_pages(said)
    assert (after, read.cursor, read.items[0].key) == (5, 7, "ψ")
    for other in (
        b"",
        b"{}",
        b"[5," + page + b"]",
        said + b" ",
        said.replace(b'"page":', b'"page": '),
        said.replace(b'"cursor":7', b'"cursor": 7'),
        said.replace(b'{"after":5', b'{"after":5,"after":5'),
        said.replace(b'"after":5', b'"after":-1'),
        said.replace(b'"after":5', b'"after":9007199254740992'),
        said.replace(b'"after":5', b'"after":5.0'),
        said[:-1] + b',"x":1}',
        b'{"after":5,"page":' + b"[" * 100_000,
    ):
        with pytest.raises(BadMessage):
            decode_pages(other)


def test_a_letter_of_the_line_before_is_none(folder: Path) -> None:
    file = folder / "b.to-centre.atm"
    cover = {"kind": "to-centre", "booth": "b", "letter": "0" * 32}
    file.write_bytes(canonical({**cover, "format": "municipal-atm stick 2"}) + b"\nend 0\n")
    assert stick.read_cover(file).booth == "b"
    file.write_bytes(canonical({**cover, "format": "municipal-atm stick 1"}) + b"\nend 0\n")
    with pytest.raises(stick.StickRefused, match="no letter of this program"):
        stick.read_cover(file)


@pytest.mark.parametrize("what", ["gone", "link", "pipe", "grown", "cut", "another's"])
def test_a_letter_that_changes_between_two_looks(
    carrier: Carrier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    """The centre looks through a letter before it takes anything, and reads it again to take it: a stick may be a
    computer of its own. Every record is verified each time that it is read."""
    carrier.booth.queue(1, datetime.now(UTC))
    carrier.write()
    forged = tmp_path / "forged"
    forged.mkdir()
    stranger = Carrier(carrier.centre, BoothOnly(
        carrier.booth.id, "AA1", tmp_path / "x.db", carrier.booth.centre_sealing, carrier.booth.centre_signing
    ), forged)  # fmt: skip
    stranger.booth.queue(1, datetime.now(UTC))
    stranger.write()
    whole = carrier.letter.read_bytes()

    def change() -> None:
        carrier.letter.unlink()
        match what:
            case "link":
                carrier.letter.symlink_to(stranger.letter)
            case "pipe":
                os.mkfifo(carrier.letter)
            case "grown":
                carrier.letter.write_bytes(whole + b"more\n")
            case "cut":
                carrier.letter.write_bytes(whole[: len(whole) // 2])
            case "another's":
                carrier.letter.write_bytes(stranger.letter.read_bytes())

    real = at_the_centre._check_all

    def checked(*words: object) -> object:
        key = real(*words)  # type: ignore[arg-type]
        change()
        return key

    with monkeypatch.context() as between:
        between.setattr(at_the_centre, "_check_all", checked)
        reason = carrier.answer()
    expected = {"gone": "none", "link": "not-a-file", "pipe": "not-a-file", "grown": "edited", "another's": "edited"}
    assert reason in ({"edited", "cut"} if what == "cut" else {expected[what]})
    assert not carrier.reply.exists()
    stranger.engine.dispose()
    if os.path.lexists(carrier.letter):
        carrier.letter.unlink()
    carrier.letter.write_bytes(whole)
    assert carrier.answer() == "answered", "nothing of it was lost"


def test_a_file_that_grows_while_it_is_read_is_left(carrier: Carrier) -> None:
    """A record more for each that is read: without an end to it nobody would ever be done."""
    carrier.write()
    lines = carrier.letter.read_bytes().splitlines(keepends=True)
    carrier.letter.write_bytes(b"".join(lines[:-1]))
    records = stick.read_records(carrier.letter, agree_with(carrier.centre.keys.sealing), kid="centre")
    with carrier.letter.open("ab", buffering=0) as growing, pytest.raises(stick.StickRefused) as refused:
        for _ in zip(range(50), records, strict=False):
            growing.write(lines[1])
    assert refused.value.reason == "edited"


@pytest.mark.parametrize(
    "name", [b"\xff\xfe\n.to-centre.atm", "ά.to-centre.atm".encode(), b" .to-centre.atm", b"-x.to-centre.atm"]
)
def test_odd_names_are_names(carrier: Carrier, name: bytes) -> None:
    carrier.write()
    os.rename(carrier.letter, os.fsencode(carrier.folder) + b"/" + name)
    (done,) = at_the_centre.answer_all(carrier.centre, carrier.folder)
    assert isinstance(done, at_the_centre.Taken) and carrier.reply.is_file()


def test_the_journal_goes_into_no_link_and_no_pipe(folder: Path) -> None:
    """What a technician carries away is written beside first, under a name that may be guessed."""
    outside = folder.parent / "outside"
    outside.write_bytes(SECRET)
    for plant in (lambda place: place.symlink_to(outside), os.mkfifo):
        file = folder / f"journal-{plant.__name__.strip('<>')}.txt"
        plant(folder / f".{file.name}.part")
        with pytest.raises(FileExistsError):
            extract._put(file, "text")
        assert not file.exists() and outside.read_bytes() == SECRET


def test_a_store_that_fails_at_any_statement_refuses_no_letter(carrier: Carrier) -> None:
    """Each statement, that one alone and from that one on: answered, or "try again", and nothing is lost."""
    carrier.booth.queue(1, datetime.now(UTC))
    carrier.write()
    with watched(carrier.centre) as away:
        assert carrier.answer() == "answered"
        heard = set()
        for at in range(1, away.asked + 1):
            for once in (False, True):
                away.first, away.once, away.asked = at, once, 0
                heard.add(carrier.answer())
                away.first = 0
        assert heard == {"answered", "busy"}
        assert carrier.answer() == "answered"
    assert carrier.take() is not None and carrier.booth.counts().waiting_acts == 0


def test_another_town_halls_answer_is_not_taken_and_our_own_is_afterwards(carrier: Carrier) -> None:
    carrier.write()
    assert carrier.answer() == "answered"
    ours, carrier.policy = carrier.policy, Policy(carrier.policy.keys, "another")
    with pytest.raises(stick.StickRefused) as refused:
        carrier.take()
    assert refused.value.reason == "another-town"
    carrier.policy = ours
    assert carrier.take() is not None
