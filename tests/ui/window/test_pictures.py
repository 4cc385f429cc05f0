"""QR codes are read back by an independent reader; icons take the colour asked for; a picture of a vote is drawn whole,
or not at all."""

import io
from base64 import b64encode
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QImage

from assets.pictures import clean, packed
from kiosk.desk.blocks import Code
from kiosk.desk.pages import Done
from kiosk.ui.gallery.samples import samples
from kiosk.ui.window.pictures import IconProvider, picture, qr_image


def as_pillow(image: QImage) -> Image.Image:
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    return Image.frombytes("RGB", (image.width(), image.height()), bytes(image.constBits()), "raw", "RGB",
                           image.bytesPerLine(), 1)  # fmt: skip


def test_a_code_is_read_back(app: object) -> None:
    text = "https://kiosk.example.gr/vote/1f8a0c64e2b97d53"
    (found,) = zxingcpp.read_barcodes(as_pillow(qr_image(text, 300)))
    assert found.text == text


def test_the_code_on_the_screen_is_read_back_in_every_scheme(make_booth: Any) -> None:
    view = samples()["vote-done"]
    assert isinstance(view, Done)
    (code,) = [block for block in view.blocks if isinstance(block, Code)]
    booth = make_booth(view)
    for scheme in range(4):
        booth.stage.setScheme(scheme)
        booth.settle()
        (found,) = zxingcpp.read_barcodes(as_pillow(booth.window.grab()))
        assert found.text == code.qr


def test_a_picture_of_a_vote_is_drawn_in_its_own_colours(app: object) -> None:
    red = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 1"><rect width="2" height="1" fill="#d01020"/></svg>'
    drawn = picture(packed("svg", clean(red.encode())), 80, 80)
    assert drawn.pixelColor(40, 40).name() == "#d01020" and drawn.pixelColor(40, 5).alpha() == 0
    out = io.BytesIO()
    Image.new("RGB", (4, 4), (16, 32, 208)).save(out, "PNG")
    bitmap = picture(packed("png", b64encode(out.getvalue()).decode()), 80, 80)
    assert (bitmap.width(), bitmap.pixelColor(40, 40).name()) == (80, "#1020d0")


@pytest.mark.attack
def test_what_could_do_more_than_be_seen_is_not_drawn(app: object) -> None:
    """Also where it has come past the centre, the officials and the booth's own look at the notice."""
    around = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/>{}</svg>'
    for inside in ("<script/>", '<image href="file:///etc/passwd"/>', "<g id='x'/>"):
        drawn = picture(packed("svg", around.format(inside)), 9, 9)
        assert (drawn.width(), drawn.height(), drawn.pixelColor(4, 4).alpha()) == (9, 9, 0)
    for name in ("", "svg/", "svg/AAAA", "../../etc/passwd", "png/eJwDAAAAAAE="):
        assert picture(name, 9, 9).pixelColor(4, 4).alpha() == 0


def test_each_answer_of_a_ballot_shows_its_own(make_booth: Any) -> None:
    """The four drawings stand on the page, in four rows, each in its colours."""
    booth = make_booth(samples()["ballot-pictures"])
    shown = booth.window.grab()
    blue, dark, green, red = (QColor(one).rgb() for one in ("#0B6FB8", "#0F2240", "#4F8A3A", "#D6453D"))
    rows = [booth.window.find(f"answer_{index}").mapRectToScene(booth.window.find(f"answer_{index}").boundingRect())
            for index in range(4)]  # fmt: skip
    for place, colour in enumerate((blue, dark, green, red)):
        found = [
            index for index, row in enumerate(rows)
            if sum(shown.pixel(int(row.x() + x), int(row.y() + y)) == colour
                   for x in range(80, 300, 3) for y in range(0, int(row.height()), 3)) > 20
        ]  # fmt: skip
        assert place in found


def test_icons_take_their_colour(app: object) -> None:
    image = IconProvider().requestImage("arrow-right/a01522", QSize(), QSize(96, 96))
    colours = {QColor(image.pixelColor(x, 48)).name() for x in range(96) if image.pixelColor(x, 48).alpha() == 255}
    assert colours == {"#a01522"} and image.pixelColor(0, 0).alpha() == 0
