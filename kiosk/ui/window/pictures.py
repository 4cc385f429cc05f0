"""Image providers for QML: icons and drawings in any colour, and QR codes, drawn at the size of the device.

`image://icon/<name>/<rrggbb or aarrggbb>`, `image://qr/<the text, percent-encoded>`, and `image://picture/` with the
name that assets.pictures has packed. Never: a network, a file.
"""

from functools import lru_cache
from urllib.parse import unquote

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtQuick import QQuickImageProvider
from PySide6.QtSvg import QSvgRenderer

from assets import pictures
from assets.icons import path

QUIET_ZONE = 4  # modules of white around a code; ISO/IEC 18004 asks for four


class IconProvider(QQuickImageProvider):
    """Outlines and drawings whose `currentColor` becomes the colour asked for."""

    def __init__(self) -> None:
        super().__init__(QQuickImageProvider.ImageType.Image)

    def requestImage(self, id: str, size: QSize, requestedSize: QSize) -> QImage:
        name, _, colour = id.partition("/")
        wide, high = max(1, requestedSize.width()), max(1, requestedSize.height())
        return _icon(name, colour, wide, high)


@lru_cache(maxsize=256)
def _icon(name: str, colour: str, wide: int, high: int) -> QImage:
    colour_asked = QColor(f"#{colour}")
    svg = path(name).read_text(encoding="utf-8").replace("currentColor", colour_asked.name())
    return drawn(svg, wide, high, colour_asked.alphaF())


def drawn(svg: str, wide: int, high: int, opacity: float = 1.0) -> QImage:
    """The whole drawing as large as it fits, in the middle."""
    renderer = QSvgRenderer(QByteArray(svg.encode()))
    image = QImage(wide, high, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setOpacity(opacity)
    natural = renderer.defaultSize()
    fitted = natural.scaled(wide, high, Qt.AspectRatioMode.KeepAspectRatio)
    renderer.render(
        painter, QRectF((wide - fitted.width()) / 2, (high - fitted.height()) / 2, fitted.width(), fitted.height())
    )
    painter.end()
    return image


class CrestProvider(QQuickImageProvider):
    """The municipality's crest, whatever is asked for: whole, in the middle, in its own colours."""

    def __init__(self, drawing: str) -> None:
        super().__init__(QQuickImageProvider.ImageType.Image)
        self._drawing = drawing

    def requestImage(self, id: str, size: QSize, requestedSize: QSize) -> QImage:
        wide, high = max(1, requestedSize.width()), max(1, requestedSize.height())
        return drawn(self._drawing, wide, high)


class PictureProvider(QQuickImageProvider):
    """A picture of a vote: whole, in the middle, in its own colours. Nothing where it could do more than be seen: this
    window believes nobody, and whoever votes has its words."""

    def __init__(self) -> None:
        super().__init__(QQuickImageProvider.ImageType.Image)

    def requestImage(self, id: str, size: QSize, requestedSize: QSize) -> QImage:
        return picture(id, max(1, requestedSize.width()), max(1, requestedSize.height()))


def picture(name: str, wide: int, high: int) -> QImage:
    try:
        kind, data = pictures.unpacked(name)
    except pictures.NotPlain:
        kind, data = "", ""
    if not kind or pictures.fault(kind, data):
        nothing = QImage(wide, high, QImage.Format.Format_ARGB32_Premultiplied)
        nothing.fill(Qt.GlobalColor.transparent)
        return nothing
    if kind == pictures.SVG:
        return drawn(data, wide, high)
    points = QImage.fromData(pictures.file_of(kind, data))
    return points.scaled(wide, high, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)


class QrProvider(QQuickImageProvider):
    """Black on white in every scheme, whole pixels per module: a phone must read it."""

    def __init__(self) -> None:
        super().__init__(QQuickImageProvider.ImageType.Image)

    def requestImage(self, id: str, size: QSize, requestedSize: QSize) -> QImage:
        return qr_image(unquote(id), max(1, min(requestedSize.width(), requestedSize.height())))


def qr_image(text: str, side: int) -> QImage:
    """A square of at most `side` pixels, its quiet zone included."""
    import segno  # it brings an HTTP client along, and no first picture has a QR

    modules = [list(row) for row in segno.make(text, error="m", micro=False).matrix]
    count = len(modules) + 2 * QUIET_ZONE
    pixel = max(1, side // count)
    image = QImage(count * pixel, count * pixel, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    for y, row in enumerate(modules):
        for x, dark in enumerate(row):
            if dark:
                left, top = (x + QUIET_ZONE) * pixel, (y + QUIET_ZONE) * pixel
                painter.fillRect(left, top, pixel, pixel, Qt.GlobalColor.black)
    painter.end()
    return image
