"""Qt reads our words by itself: the same as gettext's, in every language, and never by way of Python."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication

from assets.texts import LANGUAGES, catalogue
from assets.texts.__main__ import ROOT, extracted
from kiosk.ui.stage.translator import CatalogueTranslator


@pytest.mark.parametrize("language", LANGUAGES)
def test_qt_says_what_gettext_says(app: object, language: str) -> None:
    translator = CatalogueTranslator(language)
    assert QCoreApplication.installTranslator(translator)
    try:
        ids = [str(message.id) for message in extracted() if message.id]
        assert len(ids) > 300
        for each in (*ids, "Never written"):
            assert QCoreApplication.translate("AnyScreen", each) == catalogue(language).gettext(each)
        translator.spoken = "el"
        assert QCoreApplication.translate("AnyScreen", "Welcome") == "Καλώς ήρθατε"
    finally:
        assert QCoreApplication.removeTranslator(translator)


def test_an_uninstalled_one_stays_uninstalled(app: object) -> None:
    translator = CatalogueTranslator("el")
    translator.spoken = "en"
    assert not QCoreApplication.removeTranslator(translator)


_OPEN_AND_CLOSE = """
import sys, time
from kiosk.ui import BoothWindow
from kiosk.ui.gallery.screens import showing_stage
from PySide6.QtCore import QCoreApplication, QUrl
from PySide6.QtQml import QQmlComponent
sys.setswitchinterval(60)  # the GUI thread keeps the interpreter, as it may at any moment
for _ in range(4):
    lobby, stage = showing_stage()
    window = BoothWindow(stage)
    for name in ("Choice", "Menu", "Review", "Work"):
        component = QQmlComponent(window.engine, window.engine)
        component.loadUrl(QUrl.fromLocalFile(f"kiosk/ui/qml/screens/{name}.qml"),
                          QQmlComponent.CompilationMode.Asynchronous)
    until = time.monotonic() + 0.05
    while time.monotonic() < until:
        pass
    QCoreApplication.removeTranslator(stage.translator)
    window.close()
    stage.shutdown()
print("closed")
"""


def test_closing_while_qml_is_compiled_on_its_own_thread_does_not_hang(tmp_path: Path) -> None:
    """An empty cache makes the loader thread ask for translated messages while the window goes away."""
    done = subprocess.run(
        [sys.executable, "-c", _OPEN_AND_CLOSE],
        cwd=ROOT,
        env={**os.environ, "XDG_CACHE_HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stdout.strip() == "closed", done.stderr
