"""QR codes are read back by an independent reader; icons take the colour asked for."""

from typing import Any

import zxingcpp
from PIL import Image
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QImage

from kiosk.desk.blocks import Code
from kiosk.desk.pages import Done
from kiosk.ui.gallery.samples import samples
from kiosk.ui.window.pictures import IconProvider, qr_image


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


def test_icons_take_their_colour(app: object) -> None:
    image = IconProvider().requestImage("arrow-right/a01522", QSize(), QSize(96, 96))
    colours = {QColor(image.pixelColor(x, 48)).name() for x in range(96) if image.pixelColor(x, 48).alpha() == 255}
    assert colours == {"#a01522"} and image.pixelColor(0, 0).alpha() == 0
