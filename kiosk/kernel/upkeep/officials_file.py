"""The fingerprint of the officials of votes: the anchor that a technician types here from signed paper.

Must never come over the line: whoever runs the town hall's machine could then choose the officials.
"""

from dataclasses import dataclass
from pathlib import Path

from ballot_box.officials import FINGERPRINT_BYTES, CodeRefused, read_code
from kiosk.kernel.upkeep import booth_files
from kiosk.settings import SettingsRefused

NAME = "officials.txt"


@dataclass(frozen=True)
class Kept:
    """`now` is the booth's. `before`: "" if there was none, or what stood there was no fingerprint."""

    before: str
    now: str


@dataclass(frozen=True)
class Another:
    """Nothing was changed: the booth knows other officials, and was not told to forget them."""

    before: str


def fingerprint(text: str) -> str:
    """What somebody typed or an editor wrote, as `code_of` writes it. Raises CodeRefused."""
    return read_code(text, FINGERPRINT_BYTES)


def read(folder: Path) -> str:
    """The fingerprint among the anchors in `folder`; "" where nobody has typed one. Raises SettingsRefused."""
    file = folder / NAME
    try:
        return fingerprint(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise SettingsRefused(f"anchors.folder: {file} cannot be read ({error.strerror})") from None
    except (CodeRefused, UnicodeDecodeError):
        raise SettingsRefused(
            f"anchors.folder: {file} holds no fingerprint of officials; "
            "type it anew from the signed paper: kiosk officials - --again"
        ) from None


def read_or_none(folder: Path) -> str:
    """The same for whoever is about to write it: what cannot be used is as if it were not there."""
    try:
        return read(folder)
    except SettingsRefused:
        return ""


def keep(folder: Path, typed: str, *, again: bool) -> Kept | Another:
    """`typed`: a fingerprint as `fingerprint` gives it. `again`: it may take the place of another.
    Raises SettingsRefused, where what stands there cannot be used and `again` is not said; OSError."""
    before = read_or_none(folder) if again else read(folder)
    if before not in ("", typed) and not again:
        return Another(before)
    if before != typed:
        booth_files.write_whole(folder / NAME, f"{typed}\n")
    return Kept(before, typed)
