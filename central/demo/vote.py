"""The demo's advisory vote. Greek first; Belenios keeps the Greek words, screens show either."""

from __future__ import annotations

from datetime import datetime, timedelta

from central.matters.votes.service import Plan
from municipality.matters.votes.messages import LEAST_FLOOR, Answer, Question, Row, Section
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
        article=_article(),
        questions=(_use(), _first_works()),
        audience=Capacity.ELECTOR,
        opens=opens,
        closes=opens + timedelta(days=days),
        # A demo has few voters, and ends when its officers say so.
        floor=LEAST_FLOOR,
        grace_hours=0,
    )


def _article() -> tuple[Section, ...]:
    """What is behind «the proposal»: costs and arguments, in the order of the answers."""
    return (
        Section(
            heading=Words(el="Πώς είναι σήμερα", en="How it is today"),
            paragraphs=(
                Words(
                    el="Η αποθήκη έχει 1.150 τετραγωνικά μέτρα και μένει κλειστή από το 2014. Η στέγη στάζει, "
                    "οι τοίχοι είναι γεροί. Το οικόπεδο ανήκει στον Δήμο.",
                    en="The depot has 1,150 square metres and has been closed since 2014. The roof leaks, "
                    "the walls are sound. The plot belongs to the municipality.",
                ),
            ),
        ),
        Section(
            heading=Words(el="Τι κοστίζει", en="What it costs"),
            paragraphs=(
                Words(
                    el="Εκτίμηση της τεχνικής υπηρεσίας, με ΦΠΑ, χωρίς τον εξοπλισμό.",
                    en="Estimate of the technical service, VAT included, without equipment.",
                ),
            ),
            rows=(
                _row("Πολιτιστικό κέντρο", "Arts centre", "1.400.000 ευρώ", "1,400,000 euros"),
                _row("Πάρκο", "Park", "480.000 ευρώ", "480,000 euros"),
                _row("Παιδικός σταθμός", "Nursery school", "1.150.000 ευρώ", "1,150,000 euros"),
                _row("Κλειστό γυμναστήριο", "Sports hall", "1.900.000 ευρώ", "1,900,000 euros"),
            ),
        ),
        Section(
            heading=Words(el="Τι λέγεται υπέρ και κατά", en="What is said for and against"),
            paragraphs=(
                Words(
                    el="Υπέρ του κτιρίου: η περιοχή δεν έχει αίθουσα για εκδηλώσεις, και εξήντα παιδιά "
                    "περιμένουν θέση.",
                    en="For the building: the district has no hall, and sixty children wait for a place.",
                ),
                Words(
                    el="Υπέρ του πάρκου: κοστίζει λιγότερο και δίνει σκιά σε μια γειτονιά με λίγα δέντρα.",
                    en="For the park: it costs less and gives shade to a district with few trees.",
                ),
                Words(
                    el="Κατά: κάθε κτίριο θέλει προσωπικό και συντήρηση, περίπου 90.000 ευρώ τον χρόνο.",
                    en="Against: every building needs staff and upkeep, about 90,000 euros a year.",
                ),
            ),
        ),
    )


def _row(el: str, en: str, cost_el: str, cost_en: str) -> Row:
    return Row(what=Words(el=el, en=en), value=Words(el=cost_el, en=cost_en))


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
