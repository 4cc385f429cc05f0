"""What may be wrong with a row of a register's file, and the words for whoever mends it. Never what stood there."""

from dataclasses import dataclass, field
from enum import StrEnum


class Fault(StrEnum):
    """Why a row cannot be taken. `SENTENCES` has the words for the registrar."""

    EMPTY = "empty"
    TOO_LONG = "too-long"
    STRANGE_CHARACTER = "strange-character"
    OTHER_LETTER = "other-letter"
    DIGIT = "digit"
    MIXED_ALPHABETS = "mixed-alphabets"
    UNCLEAR_ALPHABET = "unclear-alphabet"
    LINE_BREAK = "line-break"
    NOT_A_DATE = "not-a-date"
    IN_THE_FUTURE = "in-the-future"
    TOO_EARLY = "too-early"
    BAD_PERSON = "bad-person"
    BAD_AFM = "bad-afm"
    BAD_AMKA = "bad-amka"
    BAD_POSTCODE = "bad-postcode"
    BAD_FAMILY = "bad-family"
    BAD_ENTRY = "bad-entry"
    UNKNOWN_WORD = "unknown-word"
    TOO_MANY_CELLS = "too-many-cells"
    TOO_FEW_CELLS = "too-few-cells"
    NOT_AN_OBJECT = "not-an-object"
    MISSING_KEY = "missing-key"
    NUMBER_NOT_NAMED = "number-not-named"
    UNKNOWN_KEY = "unknown-key"
    KEY_TWICE = "key-twice"
    NOT_TEXT = "not-text"
    PERSON_TWICE = "person-twice"
    AFM_TWICE = "afm-twice"
    AMKA_TWICE = "amka-twice"
    AFM_OF_ANOTHER = "afm-of-another"
    AMKA_OF_ANOTHER = "amka-of-another"
    NOT_ON_THE_ROLL = "not-on-the-roll"
    ENTRY_TWICE = "entry-twice"
    TWO_HOLDERS = "two-holders"
    TWO_SPOUSES = "two-spouses"
    UNITS_DIFFER = "units-differ"
    BAD_ROLL_NUMBER = "bad-roll-number"
    BAD_PARENTS = "bad-parents"
    TOO_MANY_PARENTS = "too-many-parents"
    PARENT_YOUNGER = "parent-younger"
    NOT_LATIN = "not-latin"
    BEFORE_BIRTH = "before-birth"
    BAD_ACT_NUMBER = "bad-act-number"
    BAD_VOLUME = "bad-volume"
    BAD_YEAR = "bad-year"
    BAD_DEGREE = "bad-degree"


SENTENCES: dict[Fault, tuple[str, str]] = {
    Fault.EMPTY: ("Λείπει η τιμή.", "The value is missing."),
    Fault.TOO_LONG: ("Το κείμενο ξεπερνά τους 80 χαρακτήρες.", "The text is longer than 80 characters."),
    Fault.STRANGE_CHARACTER: (
        "Υπάρχει χαρακτήρας που δεν έχει θέση εδώ.",
        "There is a character that has no place here.",
    ),
    Fault.OTHER_LETTER: (
        "Υπάρχει γράμμα που δεν είναι ούτε ελληνικό ούτε λατινικό, όπως κι αν φαίνεται.",
        "There is a letter that is neither Greek nor Latin, whatever it looks like.",
    ),
    Fault.DIGIT: ("Υπάρχει ψηφίο σε όνομα.", "There is a digit in a name."),
    Fault.MIXED_ALPHABETS: (
        "Μία λέξη έχει και ελληνικά και λατινικά γράμματα.",
        "One word has both Greek and Latin letters.",
    ),
    Fault.UNCLEAR_ALPHABET: (
        "Μία λέξη φαίνεται ίδια με ελληνικά και με λατινικά γράμματα, και δεν προκύπτει ποια εννοούνται. Γράψτε την με "
        "ελληνικά· αν είναι όντως λατινική, δηλώστε τη γραμμή ως λατινική.",
        "A word looks the same in Greek and in Latin letters, and nothing tells which are meant. Write it in Greek; if "
        "it is truly Latin, name the row as one that is.",
    ),
    Fault.LINE_BREAK: (
        "Μέσα στο κελί αλλάζει η γραμμή ή υπάρχει χαρακτήρας ελέγχου: ίσως λείπει ένα εισαγωγικό και χάθηκαν γραμμές.",
        "There is a line break or a control character inside the cell: perhaps a quotation mark is missing, and rows "
        "with it.",
    ),
    Fault.NOT_A_DATE: (
        "Δεν είναι ημερομηνία της μορφής 2026-05-21 ή 21/5/2026.",
        "This is not a date such as 2026-05-21 or 21/5/2026.",
    ),
    Fault.IN_THE_FUTURE: (
        "Η ημερομηνία είναι μεταγενέστερη του αποσπάσματος.",
        "The date is later than the extract.",
    ),
    Fault.TOO_EARLY: ("Η ημερομηνία είναι πολύ παλιά για ζωντανό πρόσωπο.", "The date is too early for a living one."),
    Fault.BAD_PERSON: (
        "Ο αριθμός μητρώου θέλει 1 έως 40 λατινικά γράμματα, ψηφία ή παύλες.",
        "A register number has 1 to 40 Latin letters, digits or hyphens.",
    ),
    Fault.BAD_AFM: ("Ο ΑΦΜ δεν έχει σωστό ψηφίο ελέγχου.", "The check digit of the ΑΦΜ is wrong."),
    Fault.BAD_AMKA: (
        "Ο ΑΜΚΑ δεν έχει σωστή ημερομηνία ή ψηφίο ελέγχου.",
        "The date or the check digit of the ΑΜΚΑ is wrong.",
    ),
    Fault.BAD_POSTCODE: ("Ο ταχυδρομικός κώδικας θέλει πέντε ψηφία.", "A postcode has five digits."),
    Fault.BAD_FAMILY: (
        "Ο αριθμός μερίδας θέλει τη μορφή 1234/5.",
        "The number of a family share looks like 1234/5.",
    ),
    Fault.BAD_ENTRY: ("Ο α/α θέλει αριθμό από το 1 και πάνω.", "The entry is a whole number from 1 upwards."),
    Fault.UNKNOWN_WORD: (
        "Αυτή η λέξη δεν είναι από τις γνωστές της στήλης.",
        "This word is not one that the column knows.",
    ),
    Fault.TOO_MANY_CELLS: (
        "Η γραμμή έχει περισσότερα κελιά από την πρώτη γραμμή.",
        "The row has more cells than the first line.",
    ),
    Fault.TOO_FEW_CELLS: (
        "Η γραμμή έχει λιγότερα κελιά από την πρώτη γραμμή.",
        "The row has fewer cells than the first line.",
    ),
    Fault.NOT_AN_OBJECT: (
        "Η γραμμή δεν είναι αντικείμενο JSON με κλειδιά και τιμές.",
        "The row is no JSON object with keys and values.",
    ),
    Fault.MISSING_KEY: ("Λείπει αυτό το κλειδί.", "This key is missing."),
    Fault.NUMBER_NOT_NAMED: (
        "Λείπει αυτό το κλειδί, και κάτω από τον ίδιο αριθμό μητρώου ο κατάλογος φαίνεται να έχει άλλο πρόσωπο. Γράψτε "
        "το (null αν δεν υπάρχει), για να μη μείνει ο αριθμός εκείνου.",
        "This key is missing, and under the same register number the roll seems to have another person. Write it (null "
        "if there is none), so that the other's number does not stay.",
    ),
    Fault.UNKNOWN_KEY: (
        "Το κλειδί σε αυτή τη θέση της γραμμής δεν είναι γνωστό (#2: το δεύτερο).",
        "The key in this place of the row is not known (#2: the second).",
    ),
    Fault.KEY_TWICE: ("Αυτό το κλειδί υπάρχει δύο φορές.", "This key stands twice."),
    Fault.NOT_TEXT: (
        "Η τιμή πρέπει να είναι κείμενο σε εισαγωγικά: ένας αριθμός χάνει τα μηδενικά στην αρχή του.",
        "The value must be text in quotation marks: a number loses the zeros that it begins with.",
    ),
    Fault.PERSON_TWICE: ("Ο ίδιος αριθμός μητρώου υπάρχει σε δύο γραμμές.", "Two rows have one register number."),
    Fault.AFM_TWICE: (
        "Ο ίδιος ΑΦΜ υπάρχει σε δύο γραμμές: ίσως το ίδιο πρόσωπο δύο φορές.",
        "Two rows have one ΑΦΜ: perhaps one person twice.",
    ),
    Fault.AMKA_TWICE: (
        "Ο ίδιος ΑΜΚΑ υπάρχει σε δύο γραμμές: ίσως το ίδιο πρόσωπο δύο φορές.",
        "Two rows have one ΑΜΚΑ: perhaps one person twice.",
    ),
    Fault.AFM_OF_ANOTHER: (
        "Ο ΑΦΜ ανήκει ήδη σε άλλο πρόσωπο: ίσως χρειάζεται συγχώνευση.",
        "The ΑΦΜ is another person's already: perhaps the two are to be merged.",
    ),
    Fault.AMKA_OF_ANOTHER: (
        "Ο ΑΜΚΑ ανήκει ήδη σε άλλο πρόσωπο: ίσως χρειάζεται συγχώνευση.",
        "The ΑΜΚΑ is another person's already: perhaps the two are to be merged.",
    ),
    Fault.NOT_ON_THE_ROLL: (
        "Το πρόσωπο δεν υπάρχει στον κατάλογο, άρα δεν διαγράφεται.",
        "The person is not on the roll and cannot leave it.",
    ),
    Fault.ENTRY_TWICE: ("Δύο μέλη της μερίδας έχουν τον ίδιο α/α.", "Two members of the family have one entry."),
    Fault.TWO_HOLDERS: ("Η μερίδα έχει δύο αρχηγούς.", "The family has two holders."),
    Fault.TWO_SPOUSES: ("Η μερίδα έχει δύο συζύγους.", "The family has two spouses."),
    Fault.UNITS_DIFFER: (
        "Τα μέλη της μερίδας δηλώνουν διαφορετικές δημοτικές ενότητες.",
        "The members of the family name different municipal units.",
    ),
    Fault.BAD_ROLL_NUMBER: (
        "Ο αριθμός δημοτολογίου θέλει 1 έως 8 ψηφία, χωρίς μηδέν μπροστά, όπως 12345 ή 12345/2.",
        "A number on the roll has 1 to 8 digits and no zero in front, such as 12345 or 12345/2.",
    ),
    Fault.BAD_PARENTS: (
        "Οι γονείς θέλουν έναν ή δύο αριθμούς μητρώου με κενό ανάμεσά τους, και όχι του ίδιου του προσώπου.",
        "Parents are one or two register numbers with a blank between them, and not the person's own.",
    ),
    Fault.TOO_MANY_PARENTS: ("Κατονομάζονται πάνω από δύο γονείς.", "More than two parents are named."),
    Fault.PARENT_YOUNGER: (
        "Ο γονέας που δηλώνεται γεννήθηκε την ίδια ημέρα ή αργότερα.",
        "The parent who is named was born on the same day or later.",
    ),
    Fault.NOT_LATIN: (
        "Η λατινική γραφή θέλει μόνο λατινικά γράμματα.",
        "The Latin spelling has Latin letters only.",
    ),
    Fault.BEFORE_BIRTH: ("Η ημερομηνία είναι πριν από τη γέννηση.", "The date is before the birth."),
    Fault.BAD_ACT_NUMBER: (
        "Ο αριθμός πράξης θέλει 1 έως 7 ψηφία, χωρίς μηδέν μπροστά.",
        "The number of an act has 1 to 7 digits and no zero in front.",
    ),
    Fault.BAD_VOLUME: (
        "Ο τόμος θέλει έως 6 ψηφία ή ελληνικά κεφαλαία.",
        "A volume has up to 6 digits or Greek capitals.",
    ),
    Fault.BAD_YEAR: (
        "Το έτος θέλει τέσσερα ψηφία, από το έτος γέννησης έως το έτος του αποσπάσματος.",
        "The year has four digits, from the year of birth to that of the extract.",
    ),
    Fault.BAD_DEGREE: ("Ο βαθμός γάμου θέλει ένα ψηφίο από το 1.", "The degree of a marriage is one digit from 1."),
}


@dataclass(frozen=True)
class RowFault:
    """One thing wrong in one row. `row`: its line in the file (of JSON, its place from 1); of a row over several lines,
    the last. `column`: by its own name; `#3` for the third key of a JSON row, whose name is not ours. `detail`: where
    in the cell, and which code point, such as `3: U+0430`; "" where it is about all of it. Never what stood there."""

    row: int
    column: str
    fault: Fault
    detail: str = field(default="", compare=False)


# After these nobody can tell whom the row was about, or whether it swallowed others.
HIDING = frozenset(
    {
        Fault.LINE_BREAK,
        Fault.TOO_MANY_CELLS,
        Fault.TOO_FEW_CELLS,
        Fault.NOT_AN_OBJECT,
        Fault.PERSON_TWICE,
    }
)


def hides(fault: RowFault) -> bool:
    """Whether, because of it, persons may be in the file who do not seem to be."""
    return fault.fault in HIDING or fault.column == "person"
