"""A technician types the fingerprint of the officials of votes: told with the old and the new one, then done.

Never: one that came by the line, or from anywhere but the paper in their hand.
"""

from kiosk.kernel.booth import Booth
from kiosk.kernel.hand import Hand
from kiosk.kernel.upkeep import booth_files, officials_file
from kiosk.technician.records import record
from municipality.matters.technicians.rules import Did


class Known:
    """It is the one that the booth has: nothing was done."""


class Done:
    """The file is in place; the booth reads it at its next start."""


def type_in(booth: Booth, by: Hand, fingerprint: str) -> Done | Known:
    """`fingerprint`: as `officials_file.fingerprint` gives it. Raises StoreFull (nothing is done then), OSError."""
    folder = booth.settings.anchors.folder
    before = officials_file.read_or_none(folder)
    if fingerprint == before:
        return Known()
    file = folder / officials_file.NAME
    aside = booth_files.written_beside(file, f"{fingerprint}\n")
    try:
        # The record is committed before the file moves: a commit may want room, a move does not.
        with booth.store.writing() as connection:
            record(booth, connection, by, Did.OFFICIALS_TYPED, "votes", before=before, after=fingerprint)
        booth_files.move(aside, file)
    finally:
        aside.unlink(missing_ok=True)
    return Done()
