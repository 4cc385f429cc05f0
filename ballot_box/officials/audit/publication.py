"""A vote as it lies on its public page: the board, and beside it what its officials signed; all of it as one zip.

Believes nothing of what it reads: `check` says what of it holds.
"""

from __future__ import annotations

import io
import re
import shutil
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ballot_box import tally
from ballot_box.board import Board, NotVerified, Verified
from ballot_box.officials import audit, files, signing
from ballot_box.officials.body import Office, Officials, read_officials
from ballot_box.officials.opening import Signed, declaration_fault
from ballot_box.officials.records import Declaration, Extension, Final, Setup, read_declaration
from ballot_box.officials.records.auditors import read_deposits, read_listed
from ballot_box.officials.signing import BadRecord
from ballot_box.officials.trustee import Audited

OFFICIALS, SETUP, FINAL, DECLARATION = "officials.json", "setup.json", "final.json", "declaration.json"
# Of a vote with auditors' cards, once it is over. Nobody signed them: the set-up has their digests.
LISTED, DEPOSITS = "auditors.json", "deposits.json"
SIGNED = (OFFICIALS, SETUP, FINAL, DECLARATION, LISTED, DEPOSITS)
_BOARD = re.compile(r"[0-9A-Za-z]{14,64}\.bel", re.ASCII)
_LARGEST_BOARD, _LARGEST_TEXT = 1 << 30, 16 << 20  # bytes
_PIECE = 1 << 20
_MAGIC = b"PK\x03\x04"
# What zipfile raises of one that was made to do harm; RuntimeError: of an entry under a password.
_NO_ZIP = (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error)


@dataclass(frozen=True)
class Publication:
    """What is at hand of a vote. Without `officials` nothing else that was signed is there either."""

    board: Board
    officials: Officials | None = None
    setup: tuple[Setup, Signed, tuple[tuple[Extension, Signed], ...]] | None = None
    final: tuple[Final, Signed] | None = None
    declaration: tuple[Declaration, Signed] | None = None
    audited: Audited = field(default_factory=Audited)


def read(board: Path, signed: Mapping[str, str], auditors: Path | None = None) -> Publication:
    """`signed`: texts by the names in SIGNED; `auditors`: their board. Raises BadRecord."""
    texts = {name: text.strip() for name, text in signed.items()}
    if texts and OFFICIALS not in texts:
        raise BadRecord(f"{', '.join(sorted(texts))}: without {OFFICIALS} nobody can say who signed it")
    declared = files.read_signed(texts[DECLARATION], "declaration") if DECLARATION in texts else None
    return Publication(
        board=Board(board),
        officials=read_officials(texts[OFFICIALS]) if texts else None,
        setup=files.read_setup_file(texts[SETUP]) if SETUP in texts else None,
        final=files.read_final_file(texts[FINAL]) if FINAL in texts else None,
        declaration=(read_declaration(declared[0]), declared[1]) if declared else None,
        audited=Audited(
            read_listed(texts[LISTED]) if LISTED in texts else None,
            read_deposits(texts[DEPOSITS]) if DEPOSITS in texts else None,
            Board(auditors) if auditors else None,
        ),
    )


def check(found: Publication, fingerprint: str | None = None, head: str | None = None) -> Verified | NotVerified:
    """Everything that can be checked of it. `fingerprint`, of the officials, and `head` come from somewhere else."""
    if found.officials is None:
        if fingerprint is not None:
            return NotVerified(f"there is no {OFFICIALS} whose fingerprint could be compared")
        return tally.verify(found.board, head)
    if found.setup is None:
        return NotVerified(f"{SETUP} is missing: what the officials signed is compared with the board")
    given = (found.board, found.officials, found.setup, found.final)
    checked = audit.verify(*given, fingerprint, head, found.audited)
    if isinstance(checked, NotVerified) or found.declaration is None:
        return checked
    declared, signatures = found.declaration
    fault = declaration_fault(declared, signatures, found.setup[0], found.officials)
    if fault := fault or _denied(declared, found.setup[0], found.board, found.audited.board):
        return NotVerified(f"the declaration: {fault}")
    by = names(signatures, signing.DECLARATION, declared.text, found.officials, Office.OFFICER)
    lost, decided = len(declared.lost), len(declared.decided)
    return Verified(
        (*checked.summary, f"Booths lost: {lost}, ballots decided: {decided}; declared by {', '.join(by)}.")
    )


def _denied(declared: Declaration, setup: Setup, board: Board, auditors: Board | None) -> str:
    """What of the boards or the set-up says otherwise; "" if nothing does."""
    if {one.booth for one in declared.lost} - set(setup.booths):
        return "a booth is said to be lost that does not take part"
    boards = [board, auditors] if auditors else [board]
    standing = {tracker for one in boards for tracker in one.trackers()}
    if {one.tracker for one in declared.decided if not one.counts} & standing:
        return "a ballot stands on the board that the officers have refused"
    return ""


def names(signatures: Signed, typ: str, text: str, officials: Officials, office: Office) -> tuple[str, ...]:
    """Those with this office who have signed `text`, in the order of the officials' record."""
    return officials.names(signing.signers(signatures, typ, text, officials.keys(office)), office)


def quorum(percent: int, roll: int) -> int:
    """How many ballots make `percent` of the roll: as many as reach it."""
    return -(-percent * roll // 100)


def pack(board: Path, uuid: str, signed: Mapping[str, str], auditors: Path | None = None) -> Iterator[bytes]:
    """One zip of all of it, piece by piece; of the same vote always the same bytes. The board is not compressed: there
    is little to gain in numbers that look random. `uuid`: belenios-tool wants the board under the election's name."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as whole:
        for name in SIGNED:
            if name in signed:
                whole.writestr(_entry(name), signed[name])
        for name, path in ((f"{uuid}.bel", board), (files.AUDITORS, auditors)):
            if path:
                yield from _packed(whole, name, path, sink)
    yield sink.take()


def _packed(whole: zipfile.ZipFile, name: str, path: Path, sink: _Sink) -> Iterator[bytes]:
    with path.open("rb") as file:
        entry = _entry(name)
        entry.file_size = file.seek(0, io.SEEK_END)
        file.seek(0)
        with whole.open(entry, "w") as into:
            while piece := file.read(_PIECE):
                into.write(piece)
                yield sink.take()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)  # of the year 1980: when it was downloaded is nobody's business
    entry.external_attr = 0o644 << 16
    return entry


class _Sink(io.RawIOBase):
    """Keeps what zipfile writes until it is taken."""

    def __init__(self) -> None:
        super().__init__()
        self._kept = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, piece: Any) -> int:
        size = len(self._kept)
        self._kept += piece
        return len(self._kept) - size

    def take(self) -> bytes:
        taken = bytes(self._kept)
        self._kept.clear()
        return taken


def is_zip(file: Path) -> bool:
    """By how it begins: a .bel may hold anything further on."""
    with file.open("rb") as opened:
        return opened.read(len(_MAGIC)) == _MAGIC


def unpack(file: Path, into: Path) -> Publication:
    """A zip that `pack` made, or anybody since. The board is written below `into`. Raises BadRecord, OSError."""
    try:
        with zipfile.ZipFile(file) as opened:
            entries = {one.filename: one for one in opened.infolist()}
            boards = [name for name in entries if _BOARD.fullmatch(name)]
            known = {*SIGNED, *boards, files.AUDITORS}
            if len(boards) != 1 or len(entries) != len(opened.infolist()) or set(entries) - known:
                raise BadRecord(f"{file.name}: not a vote's files (ELECTION.bel, {', '.join(SIGNED)}) in a zip")
            for name, one in entries.items():
                if one.file_size > (_LARGEST_BOARD if name.endswith(".bel") else _LARGEST_TEXT):
                    raise BadRecord(f"{file.name}: larger than any vote")
            # By our own name: what stands in a zip must not choose where it is written.
            board = _written(opened, boards[0], into / files.BOARD)
            auditors = None
            if files.AUDITORS in entries:
                auditors = _written(opened, files.AUDITORS, into / files.AUDITORS)
            texts = {name: opened.read(name).decode("utf-8") for name in SIGNED if name in entries}
            return read(board, texts, auditors)
    except UnicodeDecodeError:
        raise BadRecord(f"{file.name}: a file in it is no text") from None
    except _NO_ZIP:
        raise BadRecord(f"{file.name}: the zip is damaged") from None


def _written(opened: zipfile.ZipFile, name: str, path: Path) -> Path:
    with opened.open(name) as source, path.open("wb") as target:
        shutil.copyfileobj(source, target)
    return path
