"""What goes over the line comes out as it went in, and what no window says is refused."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kiosk.counter import Deed, Frame, Hearing, Opening, Showing, Touch, first_picture
from kiosk.counter.presenting.presenters import clock_words, present
from kiosk.desk.views import Closed
from kiosk.ui.gallery.samples import NOW, sample_settings, samples
from municipality.failures import BoothCode

CLOCKS = {language: clock_words(NOW, language) for language in ("el", "en")}
STARTING = Closed(BoothCode.BOOTH_STARTING)
HEARING = Hearing(160, 60, True, "none", "none", "speech")


def opening_of(name: str) -> Opening:
    screens, starting = ({each: present(view, each) for each in ("el", "en")} for view in (samples()[name], STARTING))
    return Opening(sample_settings(), Frame(), HEARING, Showing(3, screens, CLOCKS, restart=False), starting)


@pytest.mark.parametrize("name", samples())
def test_every_screen_travels_whole(name: str) -> None:
    opening = opening_of(name)
    assert Opening.from_json(json.loads(json.dumps(opening.to_json()))) == opening


@pytest.mark.parametrize(
    "touch",
    [Touch(Deed.NEXT, 0), Touch(Deed.MARK, 7, 0), Touch(Deed.CATEGORY, 2, "social"), Touch(Deed.TEXT, 2, "KD-000001"),
     Touch(Deed.SCAN, 2, "0105201234567890\x1d10AB")],
)  # fmt: skip
def test_every_touch_travels_whole(touch: Touch) -> None:
    assert Touch.from_json(json.loads(json.dumps(touch.to_json()))) == touch


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"deed": "vote", "face": 1, "value": None},
        {"deed": "next", "face": "1", "value": None},
        {"deed": "next", "face": True, "value": None},
        {"deed": "next", "face": 1, "value": 3},
        {"deed": "mark", "face": 1, "value": "3"},
        {"deed": "mark", "face": 1, "value": True},
        {"deed": "choose", "face": 1, "value": None},
        {"deed": "text", "face": 1, "value": ["a"]},
        {"deed": "scan", "face": 1, "value": None},
    ],
)
def test_what_no_window_says_is_refused(told: dict[str, object]) -> None:
    with pytest.raises((KeyError, ValueError, TypeError)):
        Touch.from_json(told)


def test_neither_a_touch_nor_a_screen_shows_what_it_holds() -> None:
    shown = repr(opening_of("review")) + repr(Touch(Deed.MARK, 1, 2)) + repr(Touch(Deed.TEXT, 1, "Ζωγραφοπούλου"))
    assert "Ζωγραφοπούλου" not in shown and "value" not in shown and "screens" not in shown


def test_the_first_picture_is_kept_without_the_time(tmp_path: Path) -> None:
    file = first_picture.place(tmp_path / "kiosk.toml")
    assert file == tmp_path / "kiosk.first-picture.json" and first_picture.read(file) is None
    opening = opening_of("attract")
    first_picture.keep(file, opening)
    kept = first_picture.read(file)
    assert kept is not None and set(kept.showing.clocks["el"].values()) == {""}
    assert replace(kept, showing=opening.showing) == opening
    assert kept.showing.face < 0, "no screen of a counter has this face"
    assert kept.showing.screens == opening.showing.screens
    written = file.stat()
    first_picture.keep(file, opening)
    assert file.stat().st_mtime_ns == written.st_mtime_ns, "the same is not written again"
    first_picture.keep(file, replace(opening, frame=Frame(1280, 1024)))
    again = first_picture.read(file)
    assert again is not None and again.frame.width == 1280
    first_picture.forget(file)
    first_picture.forget(file)
    assert first_picture.read(file) is None and list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"form": 1, "opening": 7}', "[" * 200_000])
def test_a_first_picture_that_cannot_be_read_is_none(tmp_path: Path, content: str) -> None:
    file = tmp_path / "kiosk.first-picture.json"
    file.write_text(content)
    assert first_picture.read(file) is None


def changed(told: Any, *path: str, to: Any) -> Any:
    """`told` with another value at `path`."""
    *way, last = path
    place = told
    for name in way:
        place = place[name]
    place[last] = to
    return told


@pytest.mark.parametrize(
    ("path", "to"),
    [
        (("form",), 1),
        (("opening", "stage", "languages"), []),
        (("opening", "stage", "languages"), ["el", "xx"]),
        (("opening", "stage", "municipality"), {"el": "Δήμος"}),
        (("opening", "stage", "idle_seconds"), "7"),
        (("opening", "showing", "screens"), {}),
        (("opening", "showing", "screens", "el"), {}),
        (("opening", "showing", "screens", "el", "screen"), "PinEntry"),
        (("opening", "showing", "clocks", "el"), {}),
        (("opening", "showing", "face"), 0),
        (("opening", "showing", "restart"), True),
        (("opening", "starting"), {}),
        (("opening", "frame", "width"), "abc"),
        (("opening", "frame", "fullscreen"), 1),
        (("opening", "hearing", "rate"), None),
        (("opening", "hearing"), {}),
    ],
)
def test_a_first_picture_that_somebody_wrote_into_is_none(tmp_path: Path, path: tuple[str, ...], to: Any) -> None:
    file = tmp_path / "kiosk.first-picture.json"
    first_picture.keep(file, opening_of("attract"))
    assert first_picture.read(file) is not None
    file.write_text(json.dumps(changed(json.loads(file.read_bytes()), *path, to=to)))
    assert first_picture.read(file) is None


def test_a_folder_that_cannot_be_written_is_no_fault(tmp_path: Path) -> None:
    first_picture.keep(tmp_path / "missing" / "kiosk.first-picture.json", opening_of("attract"))
    assert list(tmp_path.iterdir()) == []
