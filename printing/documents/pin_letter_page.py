"""How a PIN letter looks: A4 folded in three like a Z. The upper third looks out, with the name; secrets face inward.

Large type and short sentences: its reader may be eighty-five.
"""

from __future__ import annotations

from functools import partial

from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, HRFlowable, Spacer

from printing.documents import greek
from printing.documents.blocks import Said
from printing.documents.flow import ROOM
from printing.documents.pin_letter import PinLetter
from printing.documents.sheet import (
    BLUE,
    BRIGHT,
    HEIGHT,
    LEFT,
    LINE,
    MUTED,
    RIGHT,
    WIDTH,
    Look,
    bind,
    column,
    style,
    text,
)

FIRST_FOLD, SECOND_FOLD = HEIGHT * 2 / 3, HEIGHT / 3
_WINDOW = 320.0  # where a window envelope shows the name (DL, window on the right)
_GUTTER = 18.0
_BODY = style(13, 17)
_HEAD = style(13, 18, bold=True, colour=BLUE)
_NAME = style(13, 18, bold=True)
_MUTED = style(9, 13, colour=MUTED)

_WORDS = {
    "title": Said("Επιστολή PIN", "PIN letter"),
    "resident": Said("Κάρτα Δημότη", "Citizen Card"),
    "technician": Said("Κάρτα τεχνικού", "Technician’s card"),
    "personal": Said("Προσωπική επιστολή", "Personal letter"),
    "addressee": Said("Να την ανοίξει μόνο ο παραλήπτης.", "To be opened by the addressee alone."),
    "letter": Said("Επιστολή", "Letter"),
    "card": Said("Αριθμός κάρτας", "Card number"),
    "pin": Said("Ο κωδικός PIN της επιστολής", "The PIN of this letter"),
    "once": Said(
        "Μόνο για την πρώτη φορά. Οκτώ ψηφία, χωρίς κενό.", "For the first time only. Eight digits, no space."
    ),
    "block": Said("Ο κωδικός κλειδώματος", "The block code"),
    "blocks": Said("Με αυτόν κλειδώνετε την κάρτα, αν τη χάσετε.", "With it you block the card, if you lose it."),
}
_OWN = (
    Said("Επιλέξτε τον δικό σας κωδικό PIN", "Choose your own PIN"),
    Said(
        "Βάλτε την κάρτα σε ένα μηχάνημα του Δήμου και γράψτε τον κωδικό PIN της επιστολής. Η οθόνη θα σας ζητήσει "
        "δικό σας κωδικό, με έξι ψηφία. Ύστερα ο κωδικός της επιστολής δεν ισχύει.",
        "Put the card into one of the municipality’s booths and type the PIN of this letter. The screen will ask you "
        "for a PIN of your own, of six digits. After that the PIN of this letter is void.",
    ),
)
_LOST = Said("Αν χάσετε την κάρτα", "If you lose the card")
_BLOCK = Said(
    "Πηγαίνετε σε οποιοδήποτε μηχάνημα του Δήμου, αγγίξτε «Έχασα την κάρτα μου» και γράψτε τον αριθμό της κάρτας και "
    "τον κωδικό κλειδώματος. ",
    "Go to any of the municipality’s booths, touch “I have lost my card”, and type the number of the card and the "
    "block code. ",
)
_KEEP = Said("Φυλάξτε την επιστολή", "Keep this letter safe")
_RESIDENT = (
    _OWN,
    (
        _LOST,
        Said(
            _BLOCK.el + "Κανείς δεν μπορεί πια να τη χρησιμοποιήσει εκεί. Ή ελάτε {office}.",
            _BLOCK.en + "Nobody can use it there any more. Or come {office}.",
        ),
    ),
    (
        _KEEP,
        Said(
            "Κρατήστε την στο σπίτι, ποτέ μαζί με την κάρτα. Μην πείτε σε κανέναν τον κωδικό PIN: κανείς από τον Δήμο "
            "δεν θα σας τον ζητήσει.",
            "Keep it at home, never together with the card. Tell nobody the PIN: nobody of the municipality will ask "
            "you for it.",
        ),
    ),
)
_TECHNICIAN = (
    _OWN,
    (
        _LOST,
        Said(
            _BLOCK.el + "Ύστερα ειδοποιήστε τον Δήμο: η κάρτα ανοίγει τις σελίδες του τεχνικού.",
            _BLOCK.en + "Then tell the municipality: the card opens the technician’s pages.",
        ),
    ),
    (
        _KEEP,
        Said(
            "Κρατήστε την στο σπίτι, ποτέ μαζί με την κάρτα ή τα εργαλεία. Μην πείτε σε κανέναν τον κωδικό PIN.",
            "Keep it at home, never together with the card or the tools. Tell nobody the PIN.",
        ),
    ),
)


def draw(document: PinLetter) -> bytes:
    """The page as PDF bytes."""
    look = Look(page=partial(_letter, document), bottom=0, top=0)
    title = _WORDS["title"].of(document.language)
    return bind([Spacer(1, 1)], look, title=title, sample=document.sample, language=document.language)


def _letter(document: PinLetter, canvas: Canvas, _page: int, _pages: int) -> None:
    _outside(canvas, document)
    _secrets(canvas, document)
    column(canvas, LEFT, 24, ROOM, SECOND_FOLD - 42, _advice(document))
    canvas.setStrokeColor(MUTED)
    canvas.setLineWidth(0.5)
    for fold in (FIRST_FOLD, SECOND_FOLD):  # short marks at both edges: where to fold
        canvas.lines([(8, fold, 22, fold), (WIDTH - 22, fold, WIDTH - 8, fold)])


def _said(document: PinLetter, name: str) -> str:
    return _WORDS[name].of(document.language)


def _outside(canvas: Canvas, document: PinLetter) -> None:
    said = partial(_said, document)
    column(canvas, LEFT, FIRST_FOLD + 44, ROOM, HEIGHT - 36 - FIRST_FOLD - 44, [
        text(greek.capitals(document.municipality), style(11, 15, bold=True, colour=BLUE)),
        HRFlowable(ROOM, 1.6, color=BLUE, spaceBefore=4, spaceAfter=0),
        HRFlowable(ROOM, 1.0, color=BRIGHT, spaceBefore=2, spaceAfter=12),
        text(said("technician" if document.technician else "resident"), style(17, 23, bold=True, colour=BLUE)),
        text(said("personal"), style(12, 16)),
        text(said("addressee"), style(12, 16)),
    ])  # fmt: skip
    day = greek.long_date(document.made_at.astimezone(greek.ATHENS).date(), document.language)
    serial = f"{said('letter')} {document.serial}"
    column(canvas, LEFT, FIRST_FOLD + 12, 240, 28, [text(serial, _MUTED), text(day, _MUTED)])
    top = HEIGHT - 136
    if document.name:
        whom = [text(document.name, _NAME), *(text(part, style(13, 18)) for part in document.address)]
        column(canvas, _WINDOW, FIRST_FOLD + 12, RIGHT - _WINDOW, top - FIRST_FOLD - 12, whom)
    else:  # written by hand
        canvas.setStrokeColor(LINE)
        canvas.setLineWidth(0.6)
        canvas.lines([(_WINDOW, top - 18 - 24 * line, RIGHT, top - 18 - 24 * line) for line in range(3)])


def _secrets(canvas: Canvas, document: PinLetter) -> None:
    said, half = partial(_said, document), (ROOM - _GUTTER) / 2
    low, tall = SECOND_FOLD + 34, FIRST_FOLD - SECOND_FOLD - 102
    column(canvas, LEFT, low + tall + 12, ROOM, 24, [text(f"{said('card')}  **{document.card}**", style(14, 20))])
    pin = f"{document.pin[:4]} {document.pin[4:]}"
    for x, title, value, words in (
        (LEFT, said("pin"), pin, said("once")),
        (LEFT + half + _GUTTER, said("block"), document.block_code, said("blocks")),
    ):
        canvas.setStrokeColor(BRIGHT)
        canvas.setLineWidth(1.2)
        canvas.roundRect(x, low, half, tall, 8, stroke=1, fill=0)
        column(canvas, x + 14, low + 8, half - 28, tall - 24, [
            text(title, style(14, 18, bold=True, colour=BLUE)),
            Spacer(1, 16),
            text(value, style(32, 42, bold=True, align="centre")),
            Spacer(1, 12),
            text(words, _BODY),
        ])  # fmt: skip


def _advice(document: PinLetter) -> list[Flowable]:
    story: list[Flowable] = []
    for place, (title, words) in enumerate(_TECHNICIAN if document.technician else _RESIDENT, 1):
        said = words.of(document.language).format(office=document.office)
        story += [text(f"{place}. {title.of(document.language)}", _HEAD), text(said, _BODY), Spacer(1, 7)]
    return story
