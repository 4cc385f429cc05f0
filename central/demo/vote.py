"""The demo's advisory vote. Greek first; Belenios keeps the Greek words, screens show either."""

from __future__ import annotations

from datetime import datetime, timedelta

from central.matters.votes.service import Plan
from municipality.matters.votes.messages import LEAST_FLOOR, Answer, Question
from municipality.messages import Words
from municipality.residents import Capacity

DAYS = 5


def plan(opens: datetime, days: int = DAYS) -> Plan:
    """The vote on the old depot, from `opens` on for `days` days."""
    return Plan(
        title=Words(el="Η παλιά αποθήκη του σταθμού", en="The old station depot"),
        introduction=Words(
            el="Συμβουλευτική ψηφοφορία για τη χρήση της παλιάς αποθήκης δίπλα στον σταθμό. Το δημοτικό συμβούλιο θα "
            "συζητήσει το αποτέλεσμα σε ανοιχτή συνεδρίαση.",
            en="An advisory vote on the use of the old depot beside the station. The municipal council will discuss "
            "the result in an open session.",
        ),
        questions=(_use(), _first_works()),
        audience=Capacity.ELECTOR,
        opens=opens,
        closes=opens + timedelta(days=days),
        # A demo has few voters, and ends when its officers say so.
        floor=LEAST_FLOOR,
        grace_hours=0,
    )


def _use() -> Question:
    return Question(
        text=Words(el="Τι θέλετε να γίνει η παλιά αποθήκη;", en="What should the old depot become?"),
        note=Words(el="Διαλέξτε μία απάντηση ή λευκό.", en="Choose one answer, or a blank vote."),
        answers=(
            _answer("Πολιτιστικό κέντρο", "Arts centre", "Αίθουσα εκδηλώσεων και βιβλιοθήκη", "Event hall and library"),
            _answer("Πάρκο", "Park", "Κατεδάφιση και φύτευση", "Pulled down and planted"),
            _answer("Παιδικός σταθμός", "Nursery school", "Εξήντα θέσεις", "Sixty places"),
            _answer("Κλειστό γυμναστήριο", "Sports hall", "Για σχολεία και συλλόγους", "For schools and clubs"),
        ),
        minimum=1,
        maximum=1,
        blank=True,
    )


def _first_works() -> Question:
    return Question(
        text=Words(el="Ποια έργα να προηγηθούν γύρω της;", en="Which works around it should come first?"),
        note=Words(el="Διαλέξτε έως δύο ή λευκό.", en="Choose up to two, or a blank vote."),
        answers=(
            _answer("Φωτισμός", "Lighting", "Στους δρόμους προς τον σταθμό", "In the streets to the station"),
            _answer("Πεζοδρόμια και ράμπες", "Pavements and ramps", "Πρόσβαση για όλους", "Access for all"),
            _answer("Δέντρα", "Trees", "Σκιά σε όλη τη διαδρομή", "Shade all the way"),
        ),
        minimum=1,
        maximum=2,
        blank=True,
    )


def _answer(el: str, en: str, note_el: str, note_en: str) -> Answer:
    return Answer(text=Words(el=el, en=en), note=Words(el=note_el, en=note_en))
