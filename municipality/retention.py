"""How long each kind of thing is kept, what for and by what law. `kiosk-central purge` obeys it, and docs/retention.md
is made from it. Never a period anywhere else than here and in the matters' own `keeps`.

The periods are ours where no law names one; a municipality's data protection officer confirms or changes them here.
"""

from dataclasses import dataclass
from enum import StrEnum

from municipality.messages import Words


class Thing(StrEnum):
    """What is kept; a name that begins with `booth_` lies on a booth. Each matter has an enumeration of its own."""


class HouseThing(Thing):
    """What belongs to no matter. The first group lies at the centre, the second on a booth."""

    ENVELOPES = "envelopes"
    REFUSED = "refused_envelopes"
    CONFLICTS = "conflicts"
    QUARANTINE = "quarantine"
    ROLL = "roll"
    IMPORTS = "imports"
    DOSSIERS = "dossiers"
    NONCES = "nonces"
    SESSIONS = "sessions"
    AUDIT = "audit"
    ALARMS = "alarms"
    METRICS = "metrics"
    OUTBOX = "booth_outbox"
    BOOTH_DOSSIERS = "booth_dossiers"
    JOURNAL = "booth_journal"
    PAPERS = "booth_papers"
    LOGS = "booth_logs"
    SCREEN = "booth_screen"


@dataclass(frozen=True)
class Rule:
    """`days` after `counted_from`; None where something other than time ends it. `stays`: what is left afterwards."""

    thing: Thing
    what: Words
    purpose: Words
    ground: str
    days: int | None
    counted_from: Words
    stays: Words

    @property
    def at_the_booth(self) -> bool:
        return self.thing.value.startswith("booth_")


PUBLIC_TASK = "GDPR 6 (1)(e)"
LEGAL_DUTY = "GDPR 6 (1)(c)"
SECURITY = "GDPR 6 (1)(e), 32"
NOTHING = Words.both("τίποτα", "nothing")
_DIGEST = Words.both("αριθμός, αποτύπωμα, είδος, έκβαση", "id, digest, kind, outcome")

KEEPS: tuple[Rule, ...] = (
    Rule(
        HouseThing.ENVELOPES,
        Words.both("σώματα φακέλων που έγιναν δεκτοί", "bodies of accepted envelopes"),
        Words.both("επανάληψη μετά από βλάβη, έλεγχος", "to repeat after a failure, to audit"),
        PUBLIC_TASK,
        90,
        Words.both("άφιξη", "arrival"),
        _DIGEST,
    ),
    Rule(
        HouseThing.REFUSED,
        Words.both("σώματα φακέλων που δεν έγιναν δεκτοί", "bodies of rejected envelopes"),
        Words.both("να εξεταστεί γιατί", "to find out why"),
        PUBLIC_TASK,
        365,
        Words.both("άφιξη", "arrival"),
        _DIGEST,
    ),
    Rule(
        HouseThing.CONFLICTS,
        Words.both("άλλα σώματα με τον ίδιο αριθμό", "other bodies under a known id"),
        Words.both("διερεύνηση αλλοίωσης", "to investigate tampering"),
        SECURITY,
        365,
        Words.both("άφιξη", "arrival"),
        Words.both("αριθμός, αποτύπωμα", "id, digest"),
    ),
    Rule(
        HouseThing.QUARANTINE,
        Words.both("φάκελοι κλεμμένου σημείου", "envelopes of a stolen booth"),
        Words.both("απόφαση δύο υπαλλήλων", "a decision by two officers"),
        SECURITY,
        365,
        Words.both("άφιξη", "arrival"),
        Words.both("αριθμός, αποτύπωμα, απόφαση", "id, digest, decision"),
    ),
    Rule(
        HouseThing.ROLL,
        Words.both("εγγραφή προσώπου στον κατάλογο", "a person's entry on the roll"),
        Words.both("τήρηση δημοτολογίου, ν. 4483/2017 άρ. 118", "keeping the roll, ν. 4483/2017 art. 118"),
        LEGAL_DUTY,
        None,
        Words.both("διαγραφή από το μητρώο", "leaving the register"),
        NOTHING,
    ),
    Rule(
        HouseThing.IMPORTS,
        Words.both(
            "πριν και μετά κάθε μεταβολής του καταλόγου, ο άλλος αριθμός του ίδιου προσώπου, οι γραμμές με σφάλμα "
            "(θέση και λόγος) και οι μερίδες τους",
            "before and after of each change of the roll, the other number of the same person, the rows at fault "
            "(place and reason) and their families",
        ),
        Words.both("διόρθωση λανθασμένης εισαγωγής", "to correct a wrong import"),
        LEGAL_DUTY,
        90,
        Words.both("απόφαση για την εισαγωγή", "the decision on the import"),
        Words.both(
            "κάτω από ποιον αριθμό μητρώου ποια πεδία άλλαξαν, πότε, από ποιον· πλήθη",
            "under which register number which fields changed, when, by whom; counts",
        ),
    ),
    Rule(
        HouseThing.DOSSIERS,
        Words.both("σφραγισμένοι φάκελοι κατοίκων, με τα νέα τους", "sealed dossiers of residents, with their news"),
        Words.both("εξυπηρέτηση χωρίς σύνδεση", "service without a line"),
        PUBLIC_TASK,
        0,
        Words.both("νεότερος φάκελος ή τέλος της κάρτας", "a newer dossier, or the end of the card"),
        Words.both("HMAC και αύξων αριθμός", "HMAC and sequence number"),
    ),
    Rule(
        HouseThing.NONCES,
        Words.both("μοναδικές τιμές υπογεγραμμένων αιτημάτων", "nonces of signed requests"),
        Words.both("αποτροπή επανάληψης", "against replay"),
        SECURITY,
        0,
        Words.both("τέλος ισχύος του αιτήματος (λεπτά)", "the end of the request's life (minutes)"),
        NOTHING,
    ),
    Rule(
        HouseThing.SESSIONS,
        Words.both("συνεδρίες και συνδέσεις υπαλλήλων", "sessions and sign-ins of the staff"),
        Words.both("ασφάλεια της κονσόλας", "security of the console"),
        SECURITY,
        0,
        Words.both("λήξη", "expiry"),
        NOTHING,
    ),
    Rule(
        HouseThing.AUDIT,
        Words.both("πράξεις υπαλλήλων, χωρίς στοιχεία κατοίκων", "acts of the staff, without residents' data"),
        Words.both("λογοδοσία", "accountability"),
        "GDPR 5 (2), 24",
        None,
        Words.both("αλυσίδα: μία διαγραφή θα την έσπαζε", "chained: one deletion would break it"),
        Words.both("όλα", "all of it"),
    ),
    Rule(
        HouseThing.ALARMS,
        Words.both("συναγερμοί των σημείων, χωρίς πρόσωπα", "alarms of booths, without persons"),
        Words.both("συντήρηση", "maintenance"),
        SECURITY,
        365,
        Words.both("όταν τους είδε κάποιος", "when somebody has seen it"),
        NOTHING,
    ),
    Rule(
        HouseThing.METRICS,
        Words.both("μετρήσεις λειτουργίας, μόνο πλήθη", "operating figures, counts only"),
        Words.both("συντήρηση", "maintenance"),
        SECURITY,
        None,
        Words.both("δεν αφορούν πρόσωπα", "no personal data"),
        Words.both("όλα", "all of it"),
    ),
    Rule(
        HouseThing.OUTBOX,
        Words.both("σώματα πράξεων που περιμένουν, σφραγισμένα για το κέντρο", "bodies of acts, sealed to the centre"),
        Words.both("να μη χαθεί πράξη", "so that no act is lost"),
        PUBLIC_TASK,
        None,
        Words.both("αντίγραφο ασφαλείας του κέντρου (kept_through)", "a backup of the centre (kept_through)"),
        Words.both("αριθμός και αποτύπωμα", "id and digest"),
    ),
    Rule(
        HouseThing.BOOTH_DOSSIERS,
        Words.both(
            "σφραγισμένοι φάκελοι και νέα, αδιάβαστα χωρίς την κάρτα",
            "sealed dossiers and news, unreadable without the card",
        ),
        Words.both("εξυπηρέτηση χωρίς σύνδεση", "service without a line"),
        PUBLIC_TASK,
        None,
        Words.both("νεότερος ή ανακλημένος από το κέντρο", "replaced or withdrawn by the centre"),
        NOTHING,
    ),
    Rule(
        HouseThing.JOURNAL,
        Words.both("τι έγινε και πότε, χωρίς πρόσωπο και ψήφο", "what happened and when, without person or vote"),
        Words.both("ανάκτηση μετά από διακοπή, έλεγχος", "recovery after a cut, control"),
        SECURITY,
        365,
        Words.both("εγγραφή", "the line"),
        NOTHING,
    ),
    Rule(
        HouseThing.PAPERS,
        Words.both("αρχεία εκτύπωσης", "print files"),
        Words.both("εκτύπωση", "printing"),
        PUBLIC_TASK,
        0,
        Words.both("τέλος της εργασίας (η επίδειξη τα κρατά)", "the end of the job (a demo keeps them)"),
        NOTHING,
    ),
    Rule(
        HouseThing.LOGS,
        Words.both("ημερολόγιο συστήματος, χωρίς προσωπικά δεδομένα", "system log, without personal data"),
        Words.both("συντήρηση", "maintenance"),
        SECURITY,
        30,
        Words.both("εγγραφή (journald MaxRetentionSec)", "the line (journald MaxRetentionSec)"),
        NOTHING,
    ),
    Rule(
        HouseThing.SCREEN,
        Words.both("ό,τι φαίνεται ή επιλέγεται στην οθόνη", "what is shown or chosen on the screen"),
        Words.both("η επίσκεψη", "the visit"),
        PUBLIC_TASK,
        0,
        Words.both("τέλος της επίσκεψης", "the end of the visit"),
        NOTHING,
    ),
)
