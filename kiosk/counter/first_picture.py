"""What the window showed first at the last start, kept beside the settings: it stands there again before the counter
has its libraries together. Never: a notice, the time, anything of a resident.
"""

import json
from dataclasses import replace
from pathlib import Path

from assets.texts import languages
from kiosk.counter.showing import Frame, Hearing, Opening

# Faces of pictures that no counter shows: a touch on them is meant for none of its screens.
FACE, LATE_FACE = -1, -2
# Grows with what a window needs to find in a picture; one of another form is not shown.
_FORM = 2


def place(config: Path) -> Path:
    """Beside the booth's settings file."""
    return config.with_name(f"{config.stem}.first-picture.json")


def read(file: Path) -> Opening | None:
    """None where there is none, or none that this program understands: then the window waits for its counter."""
    try:
        told = json.loads(file.read_bytes())
        opening = Opening.from_json(told["opening"])
        return opening if told["form"] == _FORM and _sound(opening) else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def keep(file: Path, opening: Opening) -> None:
    """A folder that cannot be written costs the next start half a second and nothing else."""
    still = replace(opening, showing=replace(opening.showing, face=FACE, clocks=_no_time(opening)))
    content = json.dumps({"form": _FORM, "opening": still.to_json()}, ensure_ascii=False, indent=1).encode()
    try:
        if not file.exists() or file.read_bytes() != content:
            new = file.with_name(f"{file.name}.new")
            new.write_bytes(content)
            new.replace(file)
    except OSError:
        return


def forget(file: Path) -> None:
    """A booth that does not open must not greet anybody while it is tried again."""
    try:
        file.unlink(missing_ok=True)
    except OSError:
        return


def _no_time(opening: Opening) -> dict[str, dict[str, str]]:
    return {language: dict.fromkeys(words, "") for language, words in opening.showing.clocks.items()}


def _sound(opening: Opening) -> bool:
    """Whether a window can be made of it: somebody may have written into the file."""
    stage, showing = opening.stage, opening.showing
    offered = set(stage.languages)
    tables = (stage.municipality, stage.unit_name, showing.screens, showing.clocks, opening.starting)
    return (
        bool(offered)
        and offered <= set(languages())
        and all(set(table) == offered for table in tables)
        and all(screen["screen"] == "Attract" for screen in showing.screens.values())
        and all(screen["screen"] == "Closed" for screen in opening.starting.values())
        and all(clock == _NO_CLOCK for clock in showing.clocks.values())
        and (showing.face, showing.restart) == (FACE, False)
        and _like(opening.frame, Frame())
        and _like(opening.hearing, Hearing(0, 0, True, "", "", ""))
        and all(type(each) is int for each in (stage.idle_seconds, stage.warning_seconds))
    )


_NO_CLOCK = {"time": "", "date": "", "short": ""}


def _like(one: Frame | Hearing, other: Frame | Hearing) -> bool:
    return [type(each) for each in vars(one).values()] == [type(each) for each in vars(other).values()]
