"""Every control of the kit in every state, as PNG files: what `scripts/screens --gallery OUT` makes, and what tests
measure. Never: a real resident's data.
"""

import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast

from PySide6.QtCore import QCoreApplication, QEvent, QSizeF, QUrl
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtQml import QQmlApplicationEngine
from PySide6.QtQuick import QQuickWindow

from kiosk.ui.stage.stage import WindowStage
from kiosk.ui.window.pictures import IconProvider, PictureProvider, QrProvider
from kiosk.ui.window.qml_types import register

PAGES = ("Buttons", "Answers", "Typing", "Remarks", "Reading", "Results", "Signing", "Question", "Alarm")
_KIT = Path(__file__).parents[1] / "qml" / "gallery" / "Kit.qml"
_PARAGRAPH = (
    "Το παλιό αμαξοστάσιο έκλεισε το 2009 και μένει άδειο από τότε. Ο Δήμος ζητά τη γνώμη σας για τη νέα του χρήση. "
    "Το κτίριο είναι διατηρητέο και θα συντηρηθεί, όποια πρόταση κι αν προτιμήσετε. Οι προτάσεις συζητήθηκαν στις "
    "συνελεύσεις των δημοτικών κοινοτήτων και αναρτήθηκαν στον ιστότοπο του Δήμου."
)


class KitWindow:
    """One page of the kit's gallery, dressed as for a screen of `size`; as high as what it holds. Close it."""

    def __init__(self, stage: WindowStage, size: tuple[int, int], page: str) -> None:
        self._stage = stage
        QCoreApplication.installTranslator(stage.translator)
        register()
        self.engine = QQmlApplicationEngine()
        self.engine.addImageProvider("icon", IconProvider())
        self.engine.addImageProvider("qr", QrProvider())
        self.engine.addImageProvider("picture", PictureProvider())
        self.complaints: list[str] = []
        self.engine.warnings.connect(lambda errors: self.complaints.extend(e.toString() for e in errors))
        # The page is there from the start: setting it later from Python would hold the interpreter while Qt's loader
        # thread works, and whatever there asked for Python would wait for ever.
        given = {"stage": stage, "shown": specimens(), "page": page, "nominal": QSizeF(*size)}
        self.engine.setInitialProperties({**given, "width": size[0], "height": size[1]})
        self.engine.load(QUrl.fromLocalFile(str(_KIT)))
        self.window = cast(QQuickWindow, self.engine.rootObjects()[0])
        self.window.show()
        self.settle()

    def settle(self) -> None:
        """Until every row has its place and the window its height."""
        for _ in range(4):
            QGuiApplication.processEvents()
            self.window.grabWindow()
            self.window.setHeight(int(self.window.property("wanted")))

    def grab(self) -> QImage:
        return self.window.grabWindow()

    def close(self) -> None:
        self.window.close()
        QCoreApplication.removeTranslator(self._stage.translator)
        self.engine.deleteLater()
        QCoreApplication.sendPostedEvents(self.engine, QEvent.Type.DeferredDelete.value)


def render_kit(
    stage: WindowStage, out: Path, sizes: Iterable[tuple[int, int]], looks: Iterable[tuple[int, int]]
) -> int:
    """Writes every page for each size and each (scheme, text size) into `out`; the number of pictures."""
    count, looks = 0, list(looks)
    for wide, high in sizes:
        for page in PAGES:
            kit = KitWindow(stage, (wide, high), page)
            for scheme, text in looks:
                stage.setScheme(scheme)
                stage.setTextSize(text)
                kit.settle()
                kit.grab().save(str(out / f"kit-{page}_{wide}x{high}_s{scheme}_t{text}.png"))
                count += 1
            kit.close()
    return count


def signature() -> list[list[dict[str, float]]]:
    """Two strokes that look like a name, in parts of the pad's sides."""
    wave = [{"x": 0.2 + 0.5 * i / 60, "y": 0.5 + 0.18 * math.sin(i / 3) * (1 - i / 80)} for i in range(61)]
    return [wave, [{"x": 0.28, "y": 0.7}, {"x": 0.72, "y": 0.62}]]


def specimens() -> dict[str, Any]:
    """The words of the gallery: samples of what the town hall or a resident would say."""
    return {
        "primary": "Συνέχεια",
        "secondary": "Πίσω",
        "language": "English",
        "entry": {"text": "Η νέα ζωή του παλιού αμαξοστασίου", "note": "Ανοιχτή έως Τετάρτη 25 Νοεμβρίου 2026, 21:00"},
        "tile": {
            "text": "Συμμετοχή",
            "note": "Ψηφοφορίες, διαβουλεύσεις, προτάσεις πολιτών",
            "badge": "1 ανοιχτή ψηφοφορία",
        },
        "answers": [
            {"text": "Πάρκο με χώρους άθλησης", "note": "Πράσινο, γήπεδα, διαδρομή περιπάτου"},
            {"text": "Πολιτιστικό κέντρο και βιβλιοθήκη", "note": "Αναγνωστήριο, αίθουσα εκδηλώσεων"},
            {"text": "Δημοτική αγορά τοπικών προϊόντων", "note": "Σκεπαστή αγορά με 40 θέσεις"},
        ],
        "moved": "Πολιτιστικό κέντρο και βιβλιοθήκη: τώρα στη θέση 2 από 3.",
        "people": {"text": "Άτομα στο νοικοκυριό", "note": "Μαζί με εσάς"},
        "field": {
            "label": "Οδός και αριθμός",
            "hint": "για παράδειγμα Ηρώων Πολυτεχνείου 12",
            "text": "Ταΰγετου 14, Άγιοι Ανάργυροι",
            "fault": "Η οδός αυτή δεν βρέθηκε στον Δήμο. Διορθώστε την ή διαλέξτε από τον κατάλογο.",
        },
        "remark": "Μπορείτε να ψηφίσετε ξανά μέχρι να κλείσει η ψηφοφορία. Μετράει μόνο η τελευταία ψήφος σας.",
        "advisory": "Συμβουλευτική ψηφοφορία",
        "step": {"number": 2, "of": 4, "text": "Βήμα 2 από 4"},
        "facts": [
            {"name": "Οικογενειακή μερίδα", "value": "10482/3"},
            {"name": "Δημοτική ενότητα", "value": "Αγίων Αναργύρων"},
        ],
        "score": {
            "text": "Πράσινο και σκιά",
            "note": "Βάρος 30 %",
            "lowest": "1: καθόλου",
            "highest": "5: πάρα πολύ",
            "unknown": "Δεν ξέρω",
        },
        "code": {
            "title": "Κωδικός επαλήθευσης",
            "groups": ["7F3K", "92QD", "1M8X", "0A4T"],
            "code": "7F3K-92QD-1M8X-0A4T",
            "qr": "https://kiosk.example.gr/c/7F3K",
            "note": "",
            "qrNote": "Σαρώστε τον για να ελέγξετε το έντυπο",
            "site": "kiosk.example.gr/v",
            "siteNote": "Γράψτε τη διεύθυνση και τον κωδικό:",
        },
        "notices": ["Η νέα ζωή του παλιού αμαξοστασίου", "Το όνομα της νέας πλατείας", "Σημεία φόρτισης οχημάτων"],
        "text": {"title": "Εισήγηση", "text": "\n\n".join([_PARAGRAPH] * 7)},
        "results": [
            {
                "text": "Πολιτιστικό κέντρο και βιβλιοθήκη",
                "votes": "2.431",
                "share": "46,1 %",
                "part": 0.461,
                "first": True,
            },
            {"text": "Πάρκο με χώρους άθλησης", "votes": "1.782", "share": "33,8 %", "part": 0.338},
            {"text": "Δημοτική αγορά τοπικών προϊόντων", "votes": "904", "share": "17,1 %", "part": 0.171},
            {"text": "Λευκό", "votes": "158", "share": "3,0 %", "part": 0.03},
        ],
        "turnout": "Ψήφισαν 5.275 από 48.112 εγγεγραμμένους (11,0 %). Η ψηφοφορία ήταν συμβουλευτική.",
        "steps": [
            {"text": "Απόφαση του δημοτικού συμβουλίου", "note": "12 Ιανουαρίου 2027", "state": "done"},
            {"text": "Μελέτη του κτιρίου", "note": "έως τον Ιούνιο του 2027", "state": "now"},
            {"text": "Έργα", "note": "", "state": "later"},
        ],
        "queue": [
            {"number": "A 042", "served": "A 037", "before": 5, "minutes": 20},
            {"number": "A 042", "served": "A 041", "before": 1, "minutes": 4},
            {"number": "A 042", "served": "A 042", "before": 0, "minutes": 0},
        ],
        "strokes": signature(),
        "question": {
            "title": "Να σταματήσει η αίτηση;",
            "text": "Όσα γράψατε δεν θα κρατηθούν.",
            "warning": "Θα χρειαστεί να τα γράψετε ξανά.",
            "yes": "Συνέχεια της αίτησης",
            "no": "Να σταματήσει",
        },
    }
