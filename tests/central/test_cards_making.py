"""A blank card becomes somebody's: in memory, over the real pcscd, pulled at many moments. No secret stays behind."""

from __future__ import annotations

import argparse
import json
import re
import shutil
import stat
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from card_office import MARIA, codes, crl, held, list_of
from cards import Counted, PulledAt
from cryptography import x509
from machine import Machine
from pcscd import running_pcscd
from random_tests import examples
from staff_desk import employ

from card_reader import (
    Anchors,
    CardGone,
    CardImage,
    Genuine,
    ManagementAlgorithm,
    ManagementKey,
    NotBlank,
    Pin,
    PivCard,
    Slot,
    Verified,
    VirtualCard,
    VirtualReader,
    Vpicc,
    WrongManagementKey,
    WrongPuk,
    block_code_holds,
    examine,
    is_transport,
    personalise_card,
)
from central.cli import main
from central.clock import ClockInDoubt, LastKnown
from central.kernel.centre import Centre
from central.kernel.outcome import Done, Refused
from central.office.cards import lifecycle
from central.office.cards import making as card_making
from central.office.cards.letters import LetterFailed, LetterFile, LetterPrinter
from central.office.cards.lifecycle import Why
from central.office.cards.making import Blank, Failed, Made, Overtaken
from central.office.roll import registry
from central.staff.commands import cards as card_commands
from central.store import audit, last_time
from central.store.office import cards as rows
from central.store.office import registry as registry_rows
from municipality.matters.cards.rules import State
from municipality.staff import TECHNICIAN_ROLE
from printing import FolderPrinter

_PIN = re.compile(r"\b(\d{4}) (\d{4})\b")
_CODE = re.compile(r"\b([0-9A-Z]{4}-[0-9A-Z]{4})\b")


@dataclass(frozen=True)
class Letter:
    """What its reader sees."""

    pin: str
    code: str
    words: str


def read(pdf: Path) -> Letter:
    words = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, text=True, check=True).stdout
    pin, code = _PIN.search(words), _CODE.search(words)
    assert pin is not None and code is not None, words
    return Letter("".join(pin.groups()), code.group(1), words)


@dataclass
class Bench:
    """A reader with a card, which is put in anew for each line."""

    reader: VirtualReader
    card: VirtualCard

    def line(self) -> Any:
        self.reader.insert(self.card)
        return self.reader.connect()


def bench(card: VirtualCard | None = None) -> Bench:
    return Bench(VirtualReader(), card or VirtualCard(CardImage.blank()))


@pytest.fixture
def ordered(centre: Centre) -> str:
    """A card for the elector, whose old one was lost."""
    made = lifecycle.replace(centre, "AAK-000001", lost=True, who=MARIA)
    assert isinstance(made, Done)
    return made.about


def anchors(town: Any) -> Anchors:
    folder = town.home / "anchors"
    roots, authorities = (
        tuple(x509.load_pem_x509_certificates((folder / f"{name}.pem").read_bytes()))
        for name in ("root", "card-authority")
    )
    return Anchors(roots, authorities, None)


def certificates(card: VirtualCard) -> set[int]:
    reader = VirtualReader()
    reader.insert(card)
    piv = PivCard(reader.connect())
    assert piv.select()
    return {one.serial_number for slot in Slot if (one := piv.certificate(slot)) is not None}


def sign_in(town: Any, centre: Centre, line: Any, pin: str) -> Genuine:
    piv = PivCard(line)
    found = examine(piv, replace(anchors(town), crl=list_of(centre)), centre.clock())
    assert isinstance(found, Genuine), found
    assert piv.verify(Pin(pin)) == Verified()
    return found


def everything_kept(town: Any) -> Iterator[tuple[str, bytes]]:
    """Each file of the centre's folder, and the database as text."""
    for file in town.home.rglob("*"):
        if file.is_file():
            yield str(file.relative_to(town.home)), file.read_bytes()


def test_a_residents_card_from_the_order_to_the_booth(
    town: Any, centre: Centre, ordered: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    here, pdf = bench(), tmp_path / "letter.pdf"
    before = [content for _, content in everything_kept(town)]
    made = card_making.personalise(centre, here.line(), ordered, LetterFile(pdf), who=MARIA)
    assert isinstance(made, Made) and made.card == ordered and made.management_changed
    assert stat.S_IMODE(pdf.stat().st_mode) == 0o600
    letter = read(pdf)
    assert made.letter in letter.words and ordered in letter.words and is_transport(Pin(letter.pin))
    with centre.store.reading() as tx:
        row = registry_rows.find_card(tx, ordered)
    assert row is not None and row.state == State.PERSONALISED and row.not_after > centre.clock()
    assert ordered not in codes(centre), "nobody has it yet"
    assert lifecycle.hand_over(centre, ordered, made.letter, who=MARIA) == Done(ordered, State.HANDED_OVER)
    registry.refresh(centre)
    found = sign_in(town, centre, here.line(), letter.pin)
    assert (found.number, found.roles) == (ordered, frozenset())
    assert block_code_holds(letter.code, codes(centre)[ordered])
    image = here.card.image()
    secret = [letter.pin, f"{letter.pin[:4]} {letter.pin[4:]}", letter.code, letter.code.replace("-", "")]
    secret += [image.puk.digits(), image.management.key.hex()]
    # The election's numbers have thousands of digits: eight of them in a row may be a PIN by chance, but not two PINs.
    chance = [word for word in secret if any(word.encode() in content for content in before)]
    assert len(chance) <= 1
    secret = [word for word in secret if word not in chance]
    for name, content in everything_kept(town):
        assert not any(word.encode() in content for word in secret), name
    assert not any(word in caplog.text + repr(made) for word in secret)
    with centre.store.reading() as tx:
        told = [one.what for one in reversed(audit.newest(tx, 50)) if one.about == ordered]
    assert told == ["card.order", "card.begin", "card.personalise", "card.hand_over"]
    pdf.unlink()


@pytest.mark.parametrize(
    "key",
    [ManagementKey(bytes(range(24)), ManagementAlgorithm.TRIPLE_DES), ManagementKey(bytes(range(32)))],
    ids=["3DES", "AES-256"],
)
@pytest.mark.parametrize("rsa_keys", [False, True], ids=["P-256", "RSA-2048"])
def test_cards_of_every_make(
    town: Any, centre: Centre, ordered: str, on_paper: list[Any], tmp_path: Path, key: ManagementKey, rsa_keys: bool
) -> None:
    here = bench(VirtualCard(CardImage.blank(key)))
    box = LetterFile(tmp_path / "letter.pdf")
    assert card_making.personalise(centre, here.line(), ordered, box, who=MARIA) == Failed(WrongManagementKey())
    assert not box.path.exists(), "no letter for a card that is none"
    blank = Blank(management=key, rsa_keys=rsa_keys)
    made = card_making.personalise(centre, here.line(), ordered, box, who=MARIA, blank=blank)
    assert isinstance(made, Made)
    assert here.card.image().management.key != key.key, "each card has one of its own"
    sign_in(town, centre, here.line(), on_paper[-1].pin)


def _total(centre: Centre, tmp_path: Path) -> int:
    counted = PulledAt(bench().line(), -1, lambda: None)
    one = lifecycle.order_technicians(centre, who=MARIA)
    assert isinstance(one, Done)
    made = card_making.personalise(centre, counted, one.about, LetterFile(tmp_path / "count.pdf"), who=MARIA)
    assert isinstance(made, Made)
    return len(counted.said)


@pytest.mark.parametrize("during", [False, True], ids=["before", "while"])
def test_pulled_at_any_moment_it_is_finished_by_the_next_attempt(
    town: Any, centre: Centre, ordered: str, on_paper: list[Any], tmp_path: Path, during: bool
) -> None:
    """All moments in the long form; here ten of them. One number is one card, and no half card is ever good."""
    total = _total(centre, tmp_path)
    assert total > 30
    box = LetterFile(tmp_path / "letter.pdf")
    step = max(1, total // examples(10))
    last: Bench | None = None
    for at in range(0, total, step):
        here = bench() if last is None else last
        line = PulledAt(here.line(), at, here.reader.remove, during=during)
        outcome = card_making.personalise(centre, line, ordered, box, who=MARIA)
        if isinstance(outcome, Made):  # it was pulled when all was done: at the very last APDU
            break
        assert isinstance(outcome, Failed) and isinstance(outcome.outcome, CardGone), (at, outcome)
        assert held(centre, ordered).state is State.ORDERED and not box.path.exists()
        assert certificates(here.card) <= crl(centre), "what is on a half card is revoked at once"
        last = here
    assert last is not None
    made = card_making.personalise(centre, last.line(), ordered, box, who=MARIA)
    assert isinstance(made, Made), made
    assert not certificates(last.card) & crl(centre)
    sign_in(town, centre, last.line(), on_paper[-1].pin)
    box.path.unlink()
    other = card_making.personalise(centre, bench().line(), ordered, box, who=MARIA)
    assert other == Refused(Why.NOT_NOW), "never a second card under this number"


def jumping(centre: Centre) -> tuple[Machine, Centre, Callable[[], None]]:
    """The centre on a machine whose clock the last of these sets to 2045."""
    made = Machine()
    there = made.watched(centre)
    last_time.File(centre.settings.state).replace(LastKnown(made.now(), made.count()))
    return made, there, lambda: made.set(datetime(2045, 1, 2, tzinfo=UTC))


class _Jumps(Counted):
    """A line at whose first word the clock jumps."""

    def __init__(self, connection: object, jump: Callable[[], None]) -> None:
        super().__init__(connection)
        self.jump = jump

    def transmit(self, apdu: bytes | bytearray) -> bytes:
        self.jump()
        return super().transmit(apdu)


def test_pulled_while_the_clock_comes_into_doubt_it_ends_as_ever(centre: Centre, ordered: str, tmp_path: Path) -> None:
    """What was issued is void at once, the outcome is the true one; the list follows when the time is known again."""
    made, there, jump = jumping(centre)
    here, box = bench(), LetterFile(tmp_path / "letter.pdf")

    def pull() -> None:
        jump()
        here.reader.remove()

    line = PulledAt(here.line(), _total(centre, tmp_path) - 4, pull)
    outcome = card_making.personalise(there, line, ordered, box, who=MARIA)
    assert isinstance(outcome, Failed) and isinstance(outcome.outcome, CardGone)
    issued = certificates(here.card)
    with centre.store.reading() as tx:
        revoked = {serial for serial, _at in rows.revoked_issued(tx)}
    assert issued and issued <= revoked and not issued & crl(centre)
    made.wrong = timedelta(0)
    registry.refresh(there)
    assert issued <= crl(centre)


def test_a_clock_in_doubt_half_way_loses_no_finished_card_and_no_letter(
    town: Any, centre: Centre, ordered: str, on_paper: list[Any], tmp_path: Path
) -> None:
    made, there, jump = jumping(centre)
    here = bench()
    line = _Jumps(here.line(), jump)
    first = card_making.personalise(there, line, ordered, LetterFile(tmp_path / "letter.pdf"), who=MARIA)
    assert isinstance(first, Made) and held(centre, ordered).state is State.PERSONALISED
    box = LetterFile(tmp_path / "again.pdf")
    with pytest.raises(ClockInDoubt):
        card_making.new_letter(there, here.line(), ordered, box, who=MARIA)
    made.wrong = timedelta(0)
    line = _Jumps(here.line(), jump)
    second = card_making.new_letter(there, line, ordered, box, who=MARIA)
    assert isinstance(second, Made) and held(centre, ordered).letter == second.letter
    sign_in(town, centre, here.line(), on_paper[-1].pin)


def test_another_blank_card_after_a_pulled_one(
    town: Any, centre: Centre, ordered: str, on_paper: list[Any], tmp_path: Path
) -> None:
    first, second = bench(), bench()
    box = LetterFile(tmp_path / "letter.pdf")
    total = _total(centre, tmp_path)
    line = PulledAt(first.line(), total - 4, first.reader.remove)
    assert isinstance(card_making.personalise(centre, line, ordered, box, who=MARIA), Failed)
    assert isinstance(card_making.personalise(centre, second.line(), ordered, box, who=MARIA), Made)
    assert certificates(first.card) and certificates(first.card) <= crl(centre)
    assert not certificates(second.card) & crl(centre)
    # The first one serves for somebody else, once it is emptied: its PUK is that of the other number.
    other = lifecycle.order_technicians(centre, who=MARIA)
    assert isinstance(other, Done)
    box.path.unlink()
    again = card_making.personalise(centre, first.line(), other.about, box, who=MARIA)
    assert isinstance(again, Failed) and isinstance(again.outcome, WrongManagementKey | WrongPuk)
    emptied = card_making.personalise(centre, first.line(), other.about, box, who=MARIA, blank=Blank(wipe=True))
    assert isinstance(emptied, Made)
    assert sign_in(town, centre, first.line(), on_paper[-1].pin).roles == frozenset({TECHNICIAN_ROLE})


def test_a_letter_that_fails_leaves_no_good_card(
    town: Any, centre: Centre, ordered: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, box = bench(), LetterFile(tmp_path / "letter.pdf")

    def jam(*_: object) -> None:
        raise LetterFailed("the printer is not ready: jam")

    with monkeypatch.context() as broken:
        broken.setattr(card_making, "send", jam)
        outcome = card_making.personalise(centre, here.line(), ordered, box, who=MARIA)
    assert isinstance(outcome, Failed) and isinstance(outcome.outcome, LetterFailed)
    assert held(centre, ordered).state is State.ORDERED
    assert len(certificates(here.card)) == 3 and certificates(here.card) <= crl(centre)
    # The card itself is whole by now: the next attempt knows it by its number and makes it anew.
    folder = tmp_path / "printed"
    folder.mkdir()
    made = card_making.personalise(centre, here.line(), ordered, LetterPrinter(FolderPrinter(folder)), who=MARIA)
    assert isinstance(made, Made)
    (printed,) = folder.iterdir()
    sign_in(town, centre, here.line(), read(printed).pin)


def test_failures_tell_no_secret(
    town: Any,
    centre: Centre,
    ordered: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Marker secrets, and a name that the press cannot set."""
    pin, code = "83726154", "7KQ4-M2XT"
    monkeypatch.setattr(card_making, "_random_pin", lambda: Pin(pin))
    monkeypatch.setattr("central.office.cards.making.new_block_code", lambda: code)
    monkeypatch.setattr(card_making, "_whose", lambda *_: ("名前 Marker", ()))
    caplog.set_level("DEBUG")
    here, box = bench(), LetterFile(tmp_path / "letter.pdf")
    outcome = card_making.personalise(centre, here.line(), ordered, box, who=MARIA)
    assert isinstance(outcome, Failed) and isinstance(outcome.outcome, LetterFailed) and not box.path.exists()
    gone = PulledAt(here.line(), 20, here.reader.remove)
    pulled = card_making.personalise(centre, gone, ordered, box, who=MARIA)
    assert isinstance(pulled, Failed) and isinstance(pulled.outcome, CardGone)
    chain: list[str] = []
    for trouble in (outcome.outcome, pulled.outcome):
        link: BaseException | None = trouble
        while link is not None:
            chain += [*traceback.format_exception(link), repr(link.args)]
            link = link.__cause__ or link.__context__
    told = " ".join([*chain, caplog.text, repr(outcome), repr(pulled)])
    for secret in (pin, code, code.replace("-", ""), "Marker", "名"):
        assert secret not in told
        assert not any(secret.encode() in content for _, content in everything_kept(town)), secret


def test_nothing_is_begun_where_no_letter_can_go(centre: Centre, ordered: str, tmp_path: Path) -> None:
    here, taken = bench(), tmp_path / "there.pdf"
    taken.write_bytes(b"mine")
    before = here.card.image().to_json()
    with pytest.raises(LetterFailed, match="expected a new file"):
        card_making.personalise(centre, here.line(), ordered, LetterFile(taken), who=MARIA)
    with pytest.raises(LetterFailed, match="the folder for papers is not there"):
        box = LetterPrinter(FolderPrinter(tmp_path / "nowhere"))
        card_making.personalise(centre, here.line(), ordered, box, who=MARIA)
    assert here.card.image().to_json() == before and taken.read_bytes() == b"mine"
    assert held(centre, ordered).state is State.ORDERED


def test_two_at_once_make_one_card(
    centre: Centre, ordered: str, on_paper: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = bench(), bench()
    step = "central.office.cards.making.personalise_card"

    def slowly(connection: Any, order: Any) -> Any:
        """While the first card is being made, somebody begins and finishes the same number elsewhere."""
        monkeypatch.setattr(step, personalise_card)
        other = LetterFile(tmp_path / "second.pdf")
        assert isinstance(card_making.personalise(centre, second.line(), ordered, other, who="eleni"), Made)
        return personalise_card(connection, order)

    monkeypatch.setattr(step, slowly)
    box = LetterFile(tmp_path / "first.pdf")
    assert card_making.personalise(centre, first.line(), ordered, box, who=MARIA) == Overtaken()
    assert not certificates(second.card) & crl(centre) and not certificates(first.card) - crl(centre)


def test_cards_of_others_are_left_alone(town: Any, centre: Centre, ordered: str, tmp_path: Path) -> None:
    here, box = bench(VirtualCard(town.card("staff"))), LetterFile(tmp_path / "letter.pdf")
    before = here.card.image().to_json()
    number = town.card("staff").number
    assert card_making.personalise(centre, here.line(), ordered, box, who=MARIA) == Failed(NotBlank(number))
    assert here.card.image().to_json() == before
    assert card_making.personalise(centre, here.line(), "AAK-000002", box, who=MARIA) == Refused(Why.NOT_NOW)
    assert card_making.personalise(centre, here.line(), "AAK-999999", box, who=MARIA) == Refused(Why.NO_SUCH_CARD)


def test_a_new_letter_for_a_locked_card(
    town: Any, centre: Centre, ordered: str, on_paper: list[Any], tmp_path: Path
) -> None:
    here, pdf = bench(), tmp_path / "letter.pdf"
    first = card_making.personalise(centre, here.line(), ordered, LetterFile(pdf), who=MARIA)
    assert isinstance(first, Made)
    lifecycle.hand_over(centre, ordered, first.letter, who=MARIA)
    piv = PivCard(here.line())
    assert piv.select()
    for _ in range(3):
        piv.verify(Pin("000000"))
    stranger = bench(VirtualCard(town.card("staff")))
    again = LetterFile(tmp_path / "again.pdf")
    tries = stranger.card.image().puk_tries
    refused = card_making.new_letter(centre, stranger.line(), ordered, again, who=MARIA)
    assert refused == Failed(NotBlank(town.card("staff").number)) and stranger.card.image().puk_tries == tries
    made = card_making.new_letter(centre, here.line(), ordered, again, who=MARIA)
    assert isinstance(made, Made) and made.letter != first.letter
    sign_in(town, centre, here.line(), on_paper[-1].pin)
    registry.refresh(centre)
    assert block_code_holds(on_paper[-1].block_code, codes(centre)[ordered])
    assert not block_code_holds(on_paper[0].block_code, codes(centre)[ordered])


@pytest.fixture
def desk(centre: Centre, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    """`kiosk-central cards …` of the registrar maria: the answer, or the words of a refusal."""
    employ(centre, monkeypatch)

    def run(*words: str, who: str = "maria") -> Any:
        capsys.readouterr()
        by = [] if words[0] == "list" else ["--who", who]
        code = main(["cards", words[0], "--home", str(centre.settings.home), *by, *words[1:]])
        told = capsys.readouterr()
        return json.loads(told.out) if code == 0 else told.err

    return run


def test_the_command_line(town: Any, centre: Centre, desk: Callable[..., Any]) -> None:
    assert "another card that works" in desk("order", "--resident", held(centre, "AAK-000001").resident)
    made = desk("replace", "--card", "AAK-000001")
    assert made["state"] == "ordered" and made["replaces"] == "AAK-000001"
    assert desk("list", "--state", "ordered")["cards"][0]["card"] == made["card"]
    assert desk("block", "--card", "ΑΑΚ–000002") == {"card": "AAK-000002", "state": "blocked"}
    assert desk("unblock", "--card", "AAK-000002") == {"card": "AAK-000002", "state": "active"}
    assert desk("expire")["expired"] == []
    assert "no active account of a registrar" in desk("block", "--card", "AAK-000002", who="tina")
    assert "not a technician's" in desk("technician", "--card", "AAK-000002")
    assert desk("technician", "--card", "AAT-000901", "--booth", "kamatero-1")["booths"] == ["kamatero-1"]
    nowhere = ["--reader", "no such reader", "--letter", str(town.folder / "x.pdf")]
    assert "0 readers have this" in desk("personalise", "--card", made["card"], *nowhere)
    assert "does not take this step" in desk("hand-over", "--card", made["card"], "--letter", "000001")


def test_a_letter_goes_over_no_line_that_others_may_read() -> None:
    def to(**changes: Any) -> Any:
        wanted = {"printer": "ipp://192.0.2.7/ipp/print", "fingerprint": "", "trusted_link": [], **changes}
        return card_commands._box(argparse.Namespace(**wanted))

    with pytest.raises(LetterFailed, match="not ready: the line to the printer is not trusted"):
        to().make_ready()
    for wrong in ({"printer": "http://192.0.2.7/"}, {"fingerprint": "AB:CD"}, {"trusted_link": ["192.0.2.7/24"]}):
        with pytest.raises(card_commands.CardsRefused, match="--printer, --fingerprint or --trusted-link: "):
            to(**wrong)


@pytest.mark.timeout(300, func_only=True)
def test_over_the_real_pcscd(town: Any, centre: Centre, desk: Callable[..., Any], tmp_path: Path) -> None:
    resident, pdf = held(centre, "AAK-000001").resident, tmp_path / "letter.pdf"
    made = desk("replace", "--card", "AAK-000001")
    with running_pcscd() as pcscd:
        piece = Vpicc(VirtualCard(CardImage.blank()), port=pcscd.port)
        piece.insert()
        try:
            _wait_for_card(pcscd.reader)
            done = desk("personalise", "--reader", pcscd.reader, "--resident", resident, "--letter", str(pdf))
            assert done["card"] == made["card"], done
            letter = read(pdf)
            anchors_of_cards = tmp_path / "trust"
            anchors_of_cards.mkdir()
            for name in ("root.pem", "card-authority.pem"):
                shutil.copy(town.home / "anchors" / name, anchors_of_cards)
            command = ["-m", "card_reader", "sign-in", "--reader", pcscd.reader, "--trust", str(anchors_of_cards)]
            (tmp_path / "list.crl").write_bytes(list_of(centre))
            signed = subprocess.run(
                [sys.executable, *command, "--crl", str(tmp_path / "list.crl")],
                input=letter.pin, capture_output=True, text=True, check=False,
            )  # fmt: skip
            assert json.loads(signed.stdout)["outcome"] == "SignedIn", signed.stdout + signed.stderr
            assert letter.pin not in signed.stdout + signed.stderr + pcscd.log
        finally:
            piece.remove()


def _wait_for_card(reader: str) -> None:
    import time

    from card_reader import PcscReader

    deadline = time.monotonic() + 60
    while True:
        try:
            PcscReader(reader).connect().close()
            return
        except CardGone:
            assert time.monotonic() < deadline
            time.sleep(0.05)


def test_secrets_of_a_card_come_from_both_halves() -> None:
    one = card_making._derived(b"o" * 32, b"s" * 16, "AAK-1")
    assert card_making._derived(b"o" * 32, b"s" * 16, "AAK-1") == one
    for other in ((b"p" * 32, b"s" * 16, "AAK-1"), (b"o" * 32, b"t" * 16, "AAK-1"), (b"o" * 32, b"s" * 16, "AAK-2")):
        made = card_making._derived(*other)
        assert made.puk != one.puk and made.management != one.management
    assert one.puk.digits() not in repr(one) and one.management.hex() not in repr(one)


def test_the_rows_show_no_secret() -> None:
    assert "5a17" not in repr(rows.Secrets("5a17", "scrypt$x")) and "scrypt" not in repr(
        rows.Secrets("5a17", "scrypt$x")
    )
