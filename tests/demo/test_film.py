"""The film of a visit: a small file that moves, with the finger before each touch."""

import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage, qRgb

from kiosk.demo import film
from kiosk.demo.film import FRAME, Camera


def seen(red: int, size: tuple[int, int] = (1920, 1080)) -> QImage:
    picture = QImage(*size, QImage.Format.Format_RGB32)
    picture.fill(qRgb(red, 0, 0))
    return picture


def lasting(file: Path) -> list[int]:
    with Image.open(file) as moving:
        frames = []
        for number in range(moving.n_frames):
            moving.seek(number)
            moving.load()
            frames.append(int(moving.info["duration"]))
        return frames


@pytest.mark.parametrize("name", ["visit.webp", "visit.gif"])
def test_stills_and_touches_in_their_order(tmp_path: Path, name: str) -> None:
    camera = Camera()
    camera.still(seen(200))
    camera.touch(seen(200), QPoint(960, 540))
    camera.still(seen(20))
    camera.save(tmp_path / name)
    assert lasting(tmp_path / name) == [1300, 320, 2600]
    with Image.open(tmp_path / name) as moving:
        assert moving.size == FRAME and moving.info["loop"] == 0


def test_the_finger_is_where_the_touch_was() -> None:
    camera = Camera()
    camera.touch(seen(200, (1366, 768)), QPoint(683, 384))
    (frame,) = camera.frames
    middle, corner = frame.picture.getpixel((480, 270)), frame.picture.getpixel((5, 5))
    assert corner == (200, 0, 0) and middle[1] > 100


def test_an_odd_width_is_not_slanted() -> None:
    camera = Camera()
    picture = seen(0, (1367, 769))
    for row in range(769):
        picture.setPixel(0, row, qRgb(255, 255, 255))
    camera.still(picture)
    edge = {camera.frames[0].picture.getpixel((0, row)) for row in range(10, 530)}
    assert len(edge) == 1


def test_another_kind_of_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="webp"):
        Camera().save(tmp_path / "visit.avi")
    assert film.main([str(tmp_path / "visit.avi")]) == film.main([]) == 64
    assert list(tmp_path.iterdir()) == []


@pytest.mark.timeout(300, func_only=True)
def test_a_whole_visit_is_a_small_file(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "kiosk.demo.film", str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    made = tmp_path / "visit.webp"
    assert [made] == list(tmp_path.iterdir())
    assert 30_000 < made.stat().st_size < 2_000_000
    assert len(lasting(made)) > 25
