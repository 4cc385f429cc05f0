"""The kinds of certificate, as data: title, words, basis in law, who may have one of whom. A new kind is one more value
in KINDS. What an official has to look at is in AT_THE_OFFICE: the booth says so, and where.

Papers are in Greek, the office's language. Never: a page, a printer, a store.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from municipality.matters.certificates.fields import FIELDS, Line
from municipality.messages import Dossier, Words
from municipality.residents import Capacity, FamilyMember


def _(message: str) -> str:
    return message


class PaperStanding(Enum):
    """What a paper is worth; printed on it (design: OFFICIAL from the national register, INFORMATION a dated copy)."""

    OFFICIAL = "official"
    MUNICIPAL = "municipal"
    INFORMATION = "information"


class Whose(Enum):
    """Of whom somebody may have a certificate; `rules.subjects` names them."""

    OWN = "own"
    OWN_AND_MINORS = "own and minors"


class Certainty(Enum):
    """How sure we are of a basis in law: READ in its own text or in the state's register of procedures (ΕΜΔΔ, mitos),
    HEARD from other public pages, OPEN where a lawyer has still to say. What is OPEN is not printed."""

    READ = "read"
    HEARD = "heard"
    OPEN = "open"


@dataclass(frozen=True)
class Basis:
    """`words`: as a paper says it, in Greek, after «σύμφωνα με»; "" while it is OPEN."""

    words: str
    certainty: Certainty

    def __post_init__(self) -> None:
        if bool(self.words) == (self.certainty is Certainty.OPEN):
            raise ValueError("what is open is not printed, and what is known is")


@dataclass(frozen=True)
class Kind:
    """`document` names it on the wire. `title` and `note` stand in the menu, `title.el` on the paper.

    `text`: Greek paragraphs; `{name}` of FIELDS or `{purpose}`, words between ** are bold. `facts`: names of FIELDS,
    one under the other; what the roll has not told is left out, but for what is among `needs`: without that, no paper.
    `family`: the table of the whole family record follows. `closing`: paragraphs below all that. `who`: in what
    capacity somebody may have it (None: everybody with a dossier). `whose`: of whom. `months`: how long it is valid,
    None where no law says. `fee`: in cents. `standing`: what it is worth.
    """

    document: str
    title: Words
    note: Words
    basis: Basis
    text: tuple[str, ...]
    facts: tuple[str, ...] = ()
    family: bool = False
    closing: tuple[str, ...] = ("Εκδίδεται με αίτηση {request}, {purpose}.",)
    who: Capacity | None = None
    whose: Whose = Whose.OWN
    needs: tuple[str, ...] = ()
    months: int | None = None
    fee: int = 0
    purpose: str = "για κάθε νόμιμη χρήση"
    standing: PaperStanding = PaperStanding.MUNICIPAL

    def paragraphs(self, dossier: Dossier, about: FamilyMember | None = None) -> tuple[str, ...]:
        """What the paper says above facts and table. `about`: of whom; the card's holder if nobody is named."""
        return self._filled(self.text, dossier, about)

    def last(self, dossier: Dossier, about: FamilyMember | None = None) -> tuple[str, ...]:
        """What it says below them."""
        return self._filled(self.closing, dossier, about)

    def rows(self, dossier: Dossier, about: FamilyMember | None = None) -> tuple[Line, ...]:
        """Labels and values of its facts."""
        member = about or dossier.member
        return tuple(line for name in self.facts for line in FIELDS[name].lines(dossier, member))

    def missing(self, dossier: Dossier, about: FamilyMember | None = None) -> tuple[Words, ...]:
        """What the roll has not told and the paper cannot be without."""
        member = about or dossier.member
        return tuple(FIELDS[name].label for name in self.needs if not FIELDS[name].read(dossier, member))

    def terms(self, dossier: Dossier) -> tuple[Line, ...]:
        """What holds of the paper as a whole: basis, validity, how old the data are, and the fee."""
        valid = f"{_MONTHS[self.months]} από την έκδοση" if self.months is not None else ""
        age = FIELDS["age"]
        fee = "Χωρίς χρέωση" if self.fee == 0 else f"{self.fee // 100},{self.fee % 100:02d} €"
        terms = (
            (_BASIS, self.basis.words),
            (_VALIDITY, valid),
            (age.label, age.read(dossier, dossier.member)),
            (_FEE, fee),
        )
        return tuple((label, words) for label, words in terms if words)

    def _filled(self, paragraphs: tuple[str, ...], dossier: Dossier, about: FamilyMember | None) -> tuple[str, ...]:
        values = {name: field.read(dossier, about or dossier.member) for name, field in FIELDS.items()}
        return tuple(words.format_map({**values, "purpose": self.purpose}) for words in paragraphs)


_MONTHS: Final = {3: "Τρεις μήνες", 6: "Έξι μήνες", 12: "Δώδεκα μήνες"}
_BASIS: Final = Words.both("Νομική βάση", "Legal basis")
_VALIDITY: Final = Words.both("Ισχύς", "Validity")
_FEE: Final = Words.both("Τέλος", "Fee")


KINDS: Final[tuple[Kind, ...]] = (
    # ΕΜΔΔ (mitos) 955481, read 2026-11: persons of one's own family record, six months; its law is not named there.
    Kind(
        "family_status",
        Words.both("Πιστοποιητικό οικογενειακής κατάστασης", _("Certificate of family status")),
        Words.both(
            "Για εσάς και την οικογενειακή σας μερίδα. Τυπώνεται εδώ.",
            _("For you and your family record. Printed here."),
        ),
        Basis("", Certainty.OPEN),
        text=(
            "Με βάση τα στοιχεία του δημοτολογίου, όπως ήταν στις {as_of}, στην οικογενειακή μερίδα με αριθμό "
            "**{share}** είναι γραμμένα τα πρόσωπα του πίνακα που ακολουθεί.",
            "Εκδίδεται με αίτηση του προσώπου με α/α {place}: **{surname} {given}**, {purpose}.",
        ),
        family=True,
        closing=(),
        months=6,
    ),
    # ν. 344/1976 is the law of the acts of civil status; a municipality's certificate is drawn from its roll. Parents
    # ask for their minor children (pages of municipalities, heard 2026-11); a child of age asks for themselves.
    Kind(
        "birth",
        Words.both("Πιστοποιητικό γέννησης", _("Certificate of birth")),
        Words.both(
            "Για εσάς ή για ανήλικο παιδί σας. Τυπώνεται εδώ.",
            _("For you or for your child under 18. Printed here."),
        ),
        Basis("", Certainty.OPEN),
        text=(
            "Πιστοποιείται, με βάση τα στοιχεία του δημοτολογίου, όπως ήταν στις {as_of}, ότι το πρόσωπο με τα "
            "στοιχεία που ακολουθούν **γεννήθηκε** στον τόπο και την ημερομηνία που σημειώνονται.",
        ),
        facts=(
            "surname", "given", "latin", "sex", "born", "birthplace", "parents", "family_of_mother", "birth_act",
            "number", "share", "unit",
        ),
        whose=Whose.OWN_AND_MINORS,
        needs=("birth_act",),
    ),
    # ν. 3463/2006 άρ. 279, ΕΜΔΔ 874774. Only for whom the roll has as a resident: where they are not, the office looks
    # for proof.
    Kind(
        "permanent_residence",
        Words.both("Βεβαίωση μόνιμης κατοικίας", _("Certificate of permanent residence")),
        Words.both(
            "Ότι κατοικείτε μόνιμα στον Δήμο, με τη διεύθυνσή σας. Τυπώνεται εδώ.",
            _("That you live here permanently, with your address. Printed here."),
        ),
        Basis("άρθρο 279 του ν. 3463/2006", Certainty.READ),
        text=(
            "Βεβαιώνεται, με βάση τα στοιχεία που τηρεί ο Δήμος, όπως ήταν στις {as_of}, ότι το πρόσωπο με τα στοιχεία "
            "που ακολουθούν **κατοικεί μόνιμα** στον Δήμο, στη διεύθυνση που σημειώνεται.",
        ),
        facts=("surname", "given", "latin", "parents", "born", "birthplace", "address", "unit", "share"),
        who=Capacity.RESIDENT,
    ),
    # Who is a citizen of a municipality: ν. 3463/2006 άρ. 15 (heard, pages of municipalities). How long somebody must
    # have been one is for whoever asks for the paper to say (ΑΣΕΠ): it bears the day of the entry.
    Kind(
        "local_origin",
        Words.both("Βεβαίωση εντοπιότητας", _("Certificate of local origin")),
        Words.both(
            "Ότι είστε δημότης, και από πότε. Τυπώνεται εδώ.",
            _("That you are on the municipal roll, and since when. Printed here."),
        ),
        Basis("", Certainty.OPEN),
        text=(
            "Βεβαιώνεται ότι το πρόσωπο με τα στοιχεία που ακολουθούν **είναι δημότης** του Δήμου: στο δημοτολόγιο, "
            "όπως ήταν στις {as_of}, είναι γραμμένο με αριθμό **{number}** από τις {registered}.",
        ),
        facts=("surname", "given", "parents", "born", "birthplace", "number", "registered", "unit", "share"),
        needs=("number", "registered"),
    ),
    # Entry on the roll: ΕΜΔΔ 264500 and Υ.Α. 90294 (ΦΕΚ Β΄ 6870/29.12.2022), which lists what proves it.
    Kind(
        "roll_entry",
        Words.both("Πιστοποιητικό εγγραφής στο δημοτολόγιο", _("Certificate of entry on the roll")),
        Words.both(
            "Η εγγραφή σας στο δημοτολόγιο του Δήμου. Τυπώνεται εδώ.",
            _("Your entry on the municipal roll. Printed here."),
        ),
        Basis("Υ.Α. 90294/2022 (ΦΕΚ Β΄ 6870/29.12.2022)", Certainty.HEARD),
        text=(
            "Πιστοποιείται ότι στο δημοτολόγιο του Δήμου, όπως ήταν στις {as_of}, είναι γραμμένο το πρόσωπο με τα "
            "στοιχεία που ακολουθούν.",
        ),
        facts=(
            "surname", "given", "sex", "parents", "family_of_mother", "born", "birthplace", "citizenship", "number",
            "registered", "share", "unit",
        ),
        needs=("number", "registered"),
    ),
)  # fmt: skip
_BY_DOCUMENT: Final = {kind.document: kind for kind in KINDS}


def of(document: str) -> Kind | None:
    """The kind of this name; None if there is none."""
    return _BY_DOCUMENT.get(document)


@dataclass(frozen=True)
class AtTheOffice:
    """A certificate for which an official looks at papers: no booth gives it. `name`: of its line, never on the
    wire."""

    name: str
    title: Words
    note: Words


AT_THE_OFFICE: Final[tuple[AtTheOffice, ...]] = (
    AtTheOffice(
        "closest_relatives",
        Words.both("Πιστοποιητικό εγγυτέρων συγγενών", _("Certificate of closest relatives")),
        Words.both(
            "Στο γραφείο του Δήμου: υπάλληλος ελέγχει υπεύθυνες δηλώσεις.",
            _("At the municipal office: an official looks at declarations."),
        ),
    ),
    AtTheOffice(
        "acts_of_others",
        Words.both("Ληξιαρχική πράξη άλλου προσώπου", _("Registry act of another person")),
        Words.both(
            "Στο γραφείο του Δήμου: υπάλληλος ελέγχει το έννομο συμφέρον.",
            _("At the municipal office: an official looks at your interest."),
        ),
    ),
)
