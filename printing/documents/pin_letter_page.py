"""How a PIN letter looks: A4 folded in three like a Z. The upper third looks out, with the name; secrets face inward.

Large type and short sentences: its reader may be eighty-five.
"""

from __future__ import annotations

from reportlab.pdfgen.canvas import Canvas

from printing.documents import greek
from printing.documents.pin_letter import PinLetter
from printing.documents.sheet import (
    BLUE,
    BOLD,
    BRIGHT,
    HEIGHT,
    INK,
    LEFT,
    LINE,
    MUTED,
    REGULAR,
    RIGHT,
    TINT,
    WIDTH,
    Page,
    bind,
    broken,
    load_type,
)

FIRST_FOLD, SECOND_FOLD = HEIGHT * 2 / 3, HEIGHT / 3
_WINDOW = 320.0  # where a window envelope shows the name (DL, window on the right)
_GUTTER = 18.0
_BODY, _LEAD = 13.0, 17.0

_OWN = (
    "Επιλέξτε τον δικό σας κωδικό PIN",
    "Βάλτε την κάρτα σε ένα μηχάνημα του Δήμου και γράψτε τον κωδικό PIN της επιστολής. Η οθόνη θα σας ζητήσει δικό "
    "σας κωδικό, με έξι ψηφία. Ύστερα ο κωδικός της επιστολής δεν ισχύει.",
)
_LOST = (
    "Αν χάσετε την κάρτα",
    "Πηγαίνετε σε οποιοδήποτε μηχάνημα του Δήμου, αγγίξτε «Έχασα την κάρτα μου» και γράψτε τον αριθμό της κάρτας και "
    "τον κωδικό κλειδώματος. ",
)
_RESIDENT = (
    _OWN,
    (_LOST[0], _LOST[1] + "Κανείς δεν μπορεί πια να τη χρησιμοποιήσει εκεί. Ή ελάτε {office}."),
    (
        "Φυλάξτε την επιστολή",
        "Κρατήστε την στο σπίτι, ποτέ μαζί με την κάρτα. Μην πείτε σε κανέναν τον κωδικό PIN: κανείς από τον Δήμο δεν "
        "θα σας τον ζητήσει.",
    ),
)
_TECHNICIAN = (
    _OWN,
    (_LOST[0], _LOST[1] + "Ύστερα ειδοποιήστε τον Δήμο: η κάρτα ανοίγει τις σελίδες του τεχνικού."),
    (
        "Φυλάξτε την επιστολή",
        "Κρατήστε την στο σπίτι, ποτέ μαζί με την κάρτα ή τα εργαλεία. Μην πείτε σε κανέναν τον κωδικό PIN.",
    ),
)


def draw(document: PinLetter) -> bytes:
    """The page as PDF bytes."""
    load_type()
    page = Page()
    _outside(page, document)
    _secrets(page, document)
    _advice(page, document)
    for fold in (FIRST_FOLD, SECOND_FOLD):
        _fold(page, fold)
    return bind([page], title="Επιστολή PIN", sample="ΔΕΙΓΜΑ" if document.sample else None)


def _outside(page: Page, document: PinLetter) -> None:
    top = HEIGHT - 46
    page.text(LEFT, top, greek.capitals(document.municipality), font=BOLD, size=11, colour=BLUE, spacing=0.6)
    page.rule(top - 10, colour=BLUE, weight=1.6)
    page.rule(top - 12.6, colour=BRIGHT, weight=1.0)
    whose = "Κάρτα τεχνικού" if document.technician else "Κάρτα Δημότη"
    page.text(LEFT, top - 38, whose, font=BOLD, size=17, colour=BLUE)
    page.text(LEFT, top - 58, "Προσωπική επιστολή", size=12)
    page.text(LEFT, top - 74, "Να την ανοίξει μόνο ο παραλήπτης.", size=12)
    page.text(LEFT, FIRST_FOLD + 30, f"Επιστολή {document.serial}", size=9, colour=MUTED)
    page.text(
        LEFT, FIRST_FOLD + 17, greek.long_date(document.made_at.astimezone(greek.ATHENS).date()), size=9, colour=MUTED
    )
    y = HEIGHT - 150
    if not document.name:
        for _ in range(3):
            page.rule(y - 4, _WINDOW, RIGHT, colour=LINE)
            y -= 24
        return
    for line in broken(document.name, BOLD, 13, RIGHT - _WINDOW):
        page.text(_WINDOW, y, line, font=BOLD, size=13)
        y -= 18
    for part in document.address:
        for line in broken(part, REGULAR, 13, RIGHT - _WINDOW):
            page.text(_WINDOW, y, line, size=13)
            y -= 18


def _secrets(page: Page, document: PinLetter) -> None:
    y, half = FIRST_FOLD - 40, (RIGHT - LEFT - _GUTTER) / 2
    page.text(LEFT, y, "Αριθμός κάρτας", size=11, colour=MUTED)
    page.text(LEFT + 102, y, document.card, font=BOLD, size=15)
    low, tall = SECOND_FOLD + 34, y - 24 - SECOND_FOLD - 34
    pin = f"{document.pin[:4]} {document.pin[4:]}"
    for x, title, value, words in (
        (LEFT, "Ο κωδικός PIN της επιστολής", pin, "Μόνο για την πρώτη φορά. Οκτώ ψηφία, χωρίς κενό."),
        (
            LEFT + half + _GUTTER,
            "Ο κωδικός κλειδώματος",
            document.block_code,
            "Με αυτόν κλειδώνετε την κάρτα, αν τη χάσετε.",
        ),
    ):
        page.block(x, low, half, tall, TINT, round_=8)
        page.text(x + 16, low + tall - 32, title, font=BOLD, size=14, colour=BLUE)
        page.text(x + half / 2, low + tall - 92, value, font=BOLD, size=32, colour=INK, align="centre")
        down = low + tall - 128
        for line in broken(words, REGULAR, _BODY, half - 32):
            page.text(x + 16, down, line, size=_BODY)
            down -= _LEAD


def _advice(page: Page, document: PinLetter) -> None:
    y = SECOND_FOLD - 34
    for place, (title, words) in enumerate(_TECHNICIAN if document.technician else _RESIDENT, 1):
        page.text(LEFT, y, f"{place}.", font=BOLD, size=13, colour=BLUE)
        page.text(LEFT + 20, y, title, font=BOLD, size=13, colour=BLUE)
        y -= _LEAD + 1
        for line in broken(words.format(office=document.office), REGULAR, _BODY, RIGHT - LEFT - 20):
            page.text(LEFT + 20, y, line, size=_BODY)
            y -= _LEAD
        y -= 6


def _fold(page: Page, y: float) -> None:
    """Short marks at both edges: where to fold."""

    def paint(canvas: Canvas) -> None:
        canvas.setStrokeColorRGB(*MUTED)
        canvas.setLineWidth(0.5)
        canvas.line(8, y, 22, y)
        canvas.line(WIDTH - 22, y, WIDTH - 8, y)

    page.ink.append(paint)
