"""How signed records travel between town hall and officials, and lie on the public page: JSON in canonical form."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from ballot_box.officials import signing
from ballot_box.officials.opening import Evidence, Signed
from ballot_box.officials.records import (
    Declaration,
    Extension,
    Final,
    Setup,
    read_declaration,
    read_extension,
    read_final,
    read_setup,
)
from ballot_box.officials.records.auditors import read_deposits, read_listed
from ballot_box.officials.signing import BadRecord, Signature, canonical, read_canonical, typed, with_keys
from ballot_box.officials.statement import Stated, read_stated

BOARD, AUDITORS, EVIDENCE = "election.bel", "auditors.bel", "evidence.json"
_LARGEST = 512 << 20  # bytes of one file in a package
# What zipfile raises of one that was made to do harm; RuntimeError: of an entry under a password.
_NO_PACKAGE = (zipfile.BadZipFile, KeyError, UnicodeDecodeError, RuntimeError, EOFError, zlib.error)


def signed_file(text: str, signatures: Signed) -> str:
    """A record and its signatures."""
    return canonical({"record": text, "signatures": [one.plain() for one in signatures]})


def read_signed(text: str, what: str) -> tuple[str, tuple[Signature, ...]]:
    """The record's text and its signatures, of which none has been looked at. Raises BadRecord."""
    value = with_keys(read_canonical(text, what), ("record", "signatures"), what)
    return typed(value, "record", str, what), signing.read_signatures(value["signatures"], what)


def setup_file(setup: str, signatures: Signed, extensions: Sequence[tuple[str, Signed]]) -> str:
    """A set-up with everything that was signed of it before its end."""
    return canonical(
        {
            "extensions": [signed_file(text, theirs) for text, theirs in extensions],
            "setup": signed_file(setup, signatures),
        }
    )


def read_setup_file(text: str) -> tuple[Setup, Signed, tuple[tuple[Extension, Signed], ...]]:
    """Raises BadRecord."""
    what = "set-up"
    value = with_keys(read_canonical(text, what), ("extensions", "setup"), what)
    record, signatures = read_signed(typed(value, "setup", str, what), what)
    extensions = []
    for one in typed(value, "extensions", list, what):
        if not isinstance(one, str):
            raise BadRecord(f"{what}: an extension is not text")
        extension, theirs = read_signed(one, "extension")
        extensions.append((read_extension(extension), theirs))
    return read_setup(record), signatures, tuple(extensions)


def evidence_file(
    setup: str,
    statements: Sequence[Stated],
    superseded: Sequence[str],
    declaration: tuple[str, Signed] | None,
    listed: str | None = None,
    deposits: str | None = None,
) -> str:
    """`setup`: a set-up file. `listed`, `deposits`: texts of ballot_box.officials.records.auditors."""
    return canonical(
        {
            "declaration": None if declaration is None else signed_file(*declaration),
            "deposits": deposits,
            "listed": listed,
            "setup": setup,
            "statements": [one.text() for one in statements],
            "superseded": sorted(superseded),
        }
    )


def read_evidence(text: str) -> Evidence:
    """Raises BadRecord."""
    what = "what is handed to a trustee"
    keys = ("declaration", "deposits", "listed", "setup", "statements", "superseded")
    value = with_keys(read_canonical(text, what), keys, what)
    listed, deposits = (typed(value, key, (str, type(None)), what) for key in ("listed", "deposits"))
    setup, signatures, extensions = read_setup_file(typed(value, "setup", str, what))
    return Evidence(
        setup=setup,
        setup_signatures=signatures,
        extensions=extensions,
        statements=tuple(read_stated(one) for one in _texts(value, "statements", what)),
        superseded=_texts(value, "superseded", what),
        declaration=_declaration(value, what),
        listed=None if listed is None else read_listed(listed),
        deposits=None if deposits is None else read_deposits(deposits),
    )


def _texts(value: Mapping[str, Any], key: str, what: str) -> tuple[str, ...]:
    found = typed(value, key, list, what)
    if not all(isinstance(one, str) for one in found):
        raise BadRecord(f"{what}: {key} are not texts")
    return tuple(found)


def _declaration(value: Mapping[str, Any], what: str) -> tuple[Declaration, Signed] | None:
    if value["declaration"] is None:
        return None
    record, signatures = read_signed(typed(value, "declaration", str, what), what)
    return read_declaration(record), signatures


def read_final_file(text: str) -> tuple[Final, Signed]:
    """Raises BadRecord."""
    record, signatures = read_signed(text, "final record")
    return read_final(record), signatures


def pack(board: Path, evidence: str, auditors: Path | None = None) -> bytes:
    """What a trustee is handed, as one file. `auditors`: their board, of a vote with such cards."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as package:
        package.write(board, BOARD)
        if auditors:
            package.write(auditors, AUDITORS)
        package.writestr(EVIDENCE, evidence)
    return whole.getvalue()


def unpack(package: Path, into: Path) -> tuple[Path, str]:
    """The board's file, below `into`, and the evidence; that of auditors lies beside it (`beside`). Raises BadRecord,
    OSError."""
    if package.is_dir():
        with suppress(UnicodeDecodeError):
            return package / BOARD, (package / EVIDENCE).read_text(encoding="utf-8")
        raise BadRecord(f"{EVIDENCE}: not text")
    with suppress(*_NO_PACKAGE), zipfile.ZipFile(package) as opened:
        names = sorted(opened.namelist())
        if names in (sorted((BOARD, EVIDENCE)), sorted((AUDITORS, BOARD, EVIDENCE))):
            if any(one.file_size > _LARGEST for one in opened.infolist()):
                raise BadRecord("the package is larger than that of any vote")
            # By our own names: what stands in a package must not choose where it is written.
            for name in names[:-1]:
                (into / name).write_bytes(opened.read(name))
            return into / BOARD, opened.read(EVIDENCE).decode("utf-8")
    raise BadRecord(f"{package.name}: not a package for trustees ({BOARD} and {EVIDENCE} in a zip)")


def beside(board: Path) -> Path | None:
    """The auditors' board that was unpacked with this one, if there was one."""
    found = board.with_name(AUDITORS)
    return found if found.exists() else None
