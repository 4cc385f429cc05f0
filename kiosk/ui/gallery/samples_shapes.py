"""The shapes that no matter of today asks in the menu, with example values: forms, scans, long texts."""

from dataclasses import replace

from kiosk.desk.actions import EnterText
from kiosk.desk.blocks import Paragraph, Row, Told
from kiosk.desk.pages import Field, Form, Read, Rule, Scan
from kiosk.desk.views import View
from municipality.messages import Words


def _(message: str) -> str:
    return message


_REASON = Words(el="Τι να ξέρει η υπηρεσία;", en="What should the office know?")
_FORM = Form(
    "reason",
    _REASON,
    (
        Field(key="reason", label=_REASON, rule=Rule(longest=80)),
        Field(
            key="phone", label=Words(el="Τηλέφωνο", en="Telephone"), rule=Rule(number=True, longest=10), letters="en"
        ),
    ),
    Told(_("Type it, then touch “Check”. Nothing is saved before you have seen the change.")),
)
_ARTICLES = tuple(
    Row(Words(el=f"Άρθρο {number}. {el}", en=f"Article {number}. {en}"), key=f"article {number}")
    for number, (el, en) in enumerate(
        (("Σκοπός", "Purpose"), ("Πού ισχύει", "Where it holds"), ("Άδεια χρήσης", "Permit"), ("Τραπέζια", "Tables")), 1
    )
)
_TEXT = tuple(
    Paragraph(Words(el=el, en=en))
    for el, en in (
        ("Τραπέζια και καθίσματα τοποθετούνται σε πεζοδρόμιο μόνο με άδεια του Δήμου, για ορισμένο πλάτος και έως τις "
         "24:00.", "Tables and chairs stand on a pavement only by permit, for a certain width and until 24:00."),
        ("Μένει πάντα ελεύθερη ζώνη πεζών δύο μέτρων, χωρίς εμπόδιο, και ολόκληρος ο οδηγός τυφλών.",
         "A zone of two metres stays free for those who walk, and the whole guide for the blind."),
        ("Η άδεια αναρτάται στη βιτρίνα, με σχέδιο που δείχνει έως πού φτάνουν τα τραπέζια. Το σχέδιο ελέγχεται κάθε "
         "χρόνο.", "The permit hangs in the window, with a plan of how far the tables reach. It is checked each year."),
        ("Για κάθε τετραγωνικό μέτρο καταβάλλεται τέλος, όπως το ορίζει κάθε χρόνο το δημοτικό συμβούλιο.",
         "A fee is paid for each square metre, as the council sets it each year."),
    )
)  # fmt: skip


def shapes_samples() -> dict[str, View]:
    """By a name fit for a file."""
    fault = _FORM.taken(EnterText(""))
    second = _FORM.taken(EnterText("Το παράθυρο δεν κλείνει"))
    assert isinstance(fault, Form) and isinstance(second, Form)
    title = Words(el="Άρθρο 4. Τραπέζια και καθίσματα", en="Article 4. Tables and chairs")
    scan = Scan(
        "bill",
        Words(el="Σαρώστε τον λογαριασμό", en="Scan the bill"),
        Words(
            el="Κρατήστε το τετράγωνο με τις κουκκίδες μπροστά στο φως, σε απόσταση μιας παλάμης.",
            en="Hold the square with the dots before the light, a hand's width away.",
        ),
    )
    return {
        "form": _FORM,
        "form-fault": fault,
        "form-second": second,
        "scan": scan,
        "scan-other": replace(scan, tried=1),
        "read": Read("article", title, _TEXT * 3, _ARTICLES),
    }
