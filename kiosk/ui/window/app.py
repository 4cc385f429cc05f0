"""The window: fonts, one QML engine, image providers, keys. One window for one stage.

Never: words, rules or colours (they are in assets/texts, in the flows and in qml/theme).
"""

from pathlib import Path
from typing import cast

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QUrl
from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication, QImage, QKeyEvent
from PySide6.QtQml import QQmlApplicationEngine
from PySide6.QtQuick import QQuickItem, QQuickWindow, QSGRendererInterface

from assets.fonts import inter, noto_sans
from kiosk.ui.input.fingers import WAY_ON, Fingers
from kiosk.ui.input.focus import Focus
from kiosk.ui.input.keys import PAD, Walker
from kiosk.ui.input.wedge import WedgeKeys
from kiosk.ui.speech.voice import Voice
from kiosk.ui.stage.stage import WindowStage
from kiosk.ui.window.pictures import CrestProvider, IconProvider, PictureProvider, QrProvider
from kiosk.ui.window.precompiler import Precompiler
from kiosk.ui.window.qml_types import register

QML = Path(__file__).parents[1] / "qml"
INTER_STYLES = ("Regular", "Medium", "SemiBold", "Bold")
_CHORD = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
_PRESSING = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space, Qt.Key.Key_Select)


class WindowBroken(RuntimeError):
    """QML did not make a window; the text says what it complained about."""


def application(arguments: list[str] | None = None) -> QGuiApplication:
    """The one application of this process, with the booth's fonts. The software renderer is the safe default."""
    running = QCoreApplication.instance()
    app = running if isinstance(running, QGuiApplication) else _new_application(arguments or ["kiosk"])
    _load_fonts(app)
    return app


def _new_application(arguments: list[str]) -> QGuiApplication:
    QQuickWindow.setGraphicsApi(QSGRendererInterface.GraphicsApi.Software)
    return QGuiApplication(arguments)


def _load_fonts(app: QGuiApplication) -> None:
    if app.property("boothFonts"):
        return
    for path in (*(inter(style) for style in INTER_STYLES), noto_sans(), noto_sans("Bold")):
        if QFontDatabase.addApplicationFont(str(path)) < 0:
            raise WindowBroken(f"Qt cannot read the font {path}")
    font = QFont("Inter")
    font.setFamilies(["Inter", "Noto Sans"])
    app.setFont(font)
    app.setProperty("boothFonts", True)


class BoothWindow(QObject):
    """The stage's window; `application()` must have been called. Close it with `close()`."""

    def __init__(
        self,
        stage: WindowStage,
        *,
        size: tuple[int, int] = (1920, 1080),
        fullscreen: bool = False,
        voice: Voice | None = None,
    ) -> None:
        super().__init__()
        self._stage, self._voice, self._bare = stage, voice, fullscreen
        QCoreApplication.installTranslator(stage.translator)
        register()
        self.engine = QQmlApplicationEngine()
        self.engine.addImageProvider("icon", IconProvider())
        self.engine.addImageProvider("crest", CrestProvider(stage.crestDrawing))
        self.engine.addImageProvider("qr", QrProvider())
        self.engine.addImageProvider("picture", PictureProvider())
        self.complaints: list[str] = []
        self.engine.warnings.connect(lambda errors: self.complaints.extend(e.toString() for e in errors))
        heard = {"voice": voice} if voice is not None else {}
        self.engine.setInitialProperties({"stage": stage, "width": size[0], "height": size[1], **heard})
        self.engine.load(QUrl.fromLocalFile(str(QML / "Main.qml")))
        if not self.engine.rootObjects():
            raise WindowBroken("\n".join(self.complaints))
        self.window = cast(QQuickWindow, self.engine.rootObjects()[0])
        self._warm = Precompiler(self.engine, QML / "screens")
        self.window.frameSwapped.connect(self._warm.soon, Qt.ConnectionType.SingleShotConnection)
        self._walker = Walker(self.window)
        if voice is not None:
            voice.attach(self._walker)
        self._fingers = Fingers(self.window, stage, self._walker, voice)
        self._focus = Focus(stage, self._walker)
        self._wedge = WedgeKeys(self.window, stage) if stage.wedge else None
        stage.languageChanged.connect(self.engine.retranslate)
        stage.viewChanged.connect(self._walker.let_go)
        self.window.installEventFilter(self)
        # The geometry is set before: full screen without a window manager would be 160 × 160.
        if fullscreen:
            # Many a glass says that it is a mouse as well: an arrow would stand in the middle of what somebody reads.
            QGuiApplication.setOverrideCursor(Qt.CursorShape.BlankCursor)
            self.window.showFullScreen()
        else:
            self.window.show()
        self.window.requestActivate()

    def grab(self) -> QImage:
        """What the window shows now."""
        return self.window.grabWindow()

    def find(self, name: str) -> QQuickItem | None:
        """The visible item whose objectName is `name`, for walk-throughs and tests."""
        return self._walker.find(name)

    def close(self) -> None:
        """Takes the window and its engine away; the stage stays for its owner to shut down."""
        self.window.removeEventFilter(self)
        if self._bare:
            QGuiApplication.restoreOverrideCursor()
        self._fingers.close()
        self._focus.close()
        if self._wedge is not None:
            self._wedge.close()
        self._stage.languageChanged.disconnect(self.engine.retranslate)
        self._stage.viewChanged.disconnect(self._walker.let_go)
        self.window.close()
        QCoreApplication.removeTranslator(self._stage.translator)
        # At once, not later: QML must not outlive the stage that it is bound to.
        self.engine.deleteLater()
        QCoreApplication.sendPostedEvents(self.engine, QEvent.Type.DeferredDelete.value)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return (self._wedge is not None and self._wedge.taken(event)) or self._key(event)
        return self._fingers.taken(event)

    def _key(self, event: QKeyEvent) -> bool:
        if event.isAutoRepeat():
            return True  # a key held down counts once, everywhere; and what lies on a key is nobody
        warned = self._stage.idleLeft > 0
        self._stage.touched(True)
        if warned:
            if self._voice is not None:
                self._voice.warned()
            return True
        if event.modifiers() & _CHORD:
            return True  # Alt-Space, Ctrl-Alt-Backspace: meant for another machine, and no answer to what is asked here
        key = Qt.Key(event.key())
        if self._voice is not None and self._voice.key(key, event.text()):
            return True
        typing = bool(self._stage.typing) and not self._stage.sheet
        if not typing:
            key = PAD.get(event.text(), key)
        if key in _PRESSING and self._only_just_come():
            return True
        if typing and self._typed(key, event.text()):
            return True
        if key in (Qt.Key.Key_Backspace, Qt.Key.Key_Back, Qt.Key.Key_Escape):
            self._stage.back()
            return True
        return self._walker.key(key)

    def _only_just_come(self) -> bool:
        """No way on is confirmed by the same key that led to it."""
        item = self._walker.focused()
        return self._stage.fresh and item is not None and item.objectName() == WAY_ON

    def _typed(self, key: Qt.Key, text: str) -> bool:
        if text.isascii() and text.isdigit():
            self._stage.pinDigit(int(text))
        elif key == Qt.Key.Key_Backspace:
            self._stage.pinErase()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not self._walker.focused():
            self._stage.primary()
        elif self._stage.typing == "line" and text.isalnum():
            self._stage.letter(text)
        else:
            return False
        return True
