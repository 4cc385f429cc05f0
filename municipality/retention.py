"""How long each kind of thing is kept, what for and by what law: the one place. `kiosk-central purge` obeys it, and
docs/retention.md is made from it. Never a period anywhere else.

The periods are ours where no law names one; a municipality's data protection officer confirms or changes them here.
"""

from dataclasses import dataclass
from enum import StrEnum

from municipality.messages import Words


class Thing(StrEnum):
    """What is kept. The first group lies at the centre, the second on a booth."""

    ENVELOPES = "envelopes"
    REFUSED = "refused_envelopes"
    CONFLICTS = "conflicts"
    QUARANTINE = "quarantine"
    VOTE_LINKS = "vote_links"
    BALLOTS = "ballots"
    VOTING_SLIPS = "voting_slips"
    CERTIFICATES = "certificates"
    ROLL = "roll"
    IMPORTS = "imports"
    CARDS = "cards"
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


_PUBLIC_TASK = "GDPR 6 (1)(e)"
_LEGAL_DUTY = "GDPR 6 (1)(c)"
_SECURITY = "GDPR 6 (1)(e), 32"


def _words(el: str, en: str) -> Words:
    return Words(el=el, en=en)


_NOTHING = _words("τίποτα", "nothing")
_DIGEST = _words("αριθμός, αποτύπωμα, είδος, έκβαση", "id, digest, kind, outcome")

RULES: tuple[Rule, ...] = (
    Rule(
        Thing.ENVELOPES,
        _words("σώματα φακέλων που έγιναν δεκτοί", "bodies of accepted envelopes"),
        _words("επανάληψη μετά από βλάβη, έλεγχος", "to repeat after a failure, to audit"),
        _PUBLIC_TASK,
        90,
        _words("άφιξη", "arrival"),
        _DIGEST,
    ),
    Rule(
        Thing.REFUSED,
        _words("σώματα φακέλων που δεν έγιναν δεκτοί", "bodies of rejected envelopes"),
        _words("να εξεταστεί γιατί", "to find out why"),
        _PUBLIC_TASK,
        365,
        _words("άφιξη", "arrival"),
        _DIGEST,
    ),
    Rule(
        Thing.CONFLICTS,
        _words("άλλα σώματα με τον ίδιο αριθμό", "other bodies under a known id"),
        _words("διερεύνηση αλλοίωσης", "to investigate tampering"),
        _SECURITY,
        365,
        _words("άφιξη", "arrival"),
        _words("αριθμός, αποτύπωμα", "id, digest"),
    ),
    Rule(
        Thing.QUARANTINE,
        _words("φάκελοι κλεμμένου σημείου", "envelopes of a stolen booth"),
        _words("απόφαση δύο υπαλλήλων", "a decision by two officers"),
        _SECURITY,
        365,
        _words("άφιξη", "arrival"),
        _words("αριθμός, αποτύπωμα, απόφαση", "id, digest, decision"),
    ),
    Rule(
        Thing.VOTE_LINKS,
        _words(
            "ποια κάρτα έστειλε ποιο κρυπτογράφημα, και τα σώματα των φακέλων των ψήφων, που το λένε επίσης",
            "which card sent which ciphertext, and the bodies of the ballots' envelopes, which tell it too",
        ),
        _words("ενστάσεις κατά της ψηφοφορίας", "appeals against the vote"),
        _PUBLIC_TASK,
        30,
        _words("δημοσίευση του αποτελέσματος", "publication of the result"),
        _words("πλήθος, στο αρχείο πράξεων", "their number, in the record of acts"),
    ),
    Rule(
        Thing.BALLOTS,
        _words("κρυπτογραφημένες ψήφοι, χωρίς πρόσωπο", "encrypted ballots, without a person"),
        _words("επαλήθευση από οποιονδήποτε", "verification by anybody"),
        _PUBLIC_TASK,
        None,
        _words("δημόσιο αρχείο", "public record"),
        _words("όλα", "all of it"),
    ),
    Rule(
        Thing.VOTING_SLIPS,
        _words(
            "ψηφοδέλτια-κλειδιά και δημόσια διαπιστευτήρια προς τα σημεία", "slips and public credentials for booths"
        ),
        _words("διεξαγωγή της ψηφοφορίας", "to hold the vote"),
        _PUBLIC_TASK,
        30,
        _words("δημοσίευση του αποτελέσματος", "publication of the result"),
        _words("τα δημόσια, στο αρχείο .bel", "the public ones, in the .bel"),
    ),
    Rule(
        Thing.CERTIFICATES,
        _words("αριθμοί και κωδικοί πιστοποιητικών, με κάρτα", "numbers and codes of certificates, with the card"),
        _words("επαλήθευση, έλεγχος έκδοσης", "verification, control of issue"),
        _LEGAL_DUTY,
        5 * 365,
        _words("έκδοση", "issue"),
        _words("αριθμός, κωδικός, αποτύπωμα, χωρίς κάρτα", "number, code, digest, without the card"),
    ),
    Rule(
        Thing.ROLL,
        _words("εγγραφή προσώπου στον κατάλογο", "a person's entry on the roll"),
        _words("τήρηση δημοτολογίου, ν. 4483/2017 άρ. 118", "keeping the roll, ν. 4483/2017 art. 118"),
        _LEGAL_DUTY,
        None,
        _words("διαγραφή από το μητρώο", "leaving the register"),
        _NOTHING,
    ),
    Rule(
        Thing.IMPORTS,
        _words(
            "πριν και μετά κάθε μεταβολής του καταλόγου, ο άλλος αριθμός του ίδιου προσώπου, οι γραμμές με σφάλμα "
            "(θέση και λόγος) και οι μερίδες τους",
            "before and after of each change of the roll, the other number of the same person, the rows at fault "
            "(place and reason) and their families",
        ),
        _words("διόρθωση λανθασμένης εισαγωγής", "to correct a wrong import"),
        _LEGAL_DUTY,
        90,
        _words("απόφαση για την εισαγωγή", "the decision on the import"),
        _words(
            "κάτω από ποιον αριθμό μητρώου ποια πεδία άλλαξαν, πότε, από ποιον· πλήθη",
            "under which register number which fields changed, when, by whom; counts",
        ),
    ),
    Rule(
        Thing.CARDS,
        _words("πιστοποιητικά κάρτας", "certificates of a card"),
        _words("έλεγχος υπογραφών, ανάκληση", "to check signatures, to revoke"),
        _PUBLIC_TASK,
        365,
        _words("λήξη της κάρτας", "the card's expiry"),
        _words(
            "αποτυπώματα των κλειδιών της, χωρίς αριθμό: κανένα κλειδί δεν βγαίνει δύο φορές",
            "fingerprints of its keys, without a number: no key is issued twice",
        ),
    ),
    Rule(
        Thing.DOSSIERS,
        _words("σφραγισμένοι φάκελοι κατοίκων", "sealed dossiers of residents"),
        _words("εξυπηρέτηση χωρίς σύνδεση", "service without a line"),
        _PUBLIC_TASK,
        0,
        _words("νεότερος φάκελος ή τέλος της κάρτας", "a newer dossier, or the end of the card"),
        _words("HMAC και αύξων αριθμός", "HMAC and sequence number"),
    ),
    Rule(
        Thing.NONCES,
        _words("μοναδικές τιμές υπογεγραμμένων αιτημάτων", "nonces of signed requests"),
        _words("αποτροπή επανάληψης", "against replay"),
        _SECURITY,
        0,
        _words("τέλος ισχύος του αιτήματος (λεπτά)", "the end of the request's life (minutes)"),
        _NOTHING,
    ),
    Rule(
        Thing.SESSIONS,
        _words("συνεδρίες και συνδέσεις υπαλλήλων", "sessions and sign-ins of the staff"),
        _words("ασφάλεια της κονσόλας", "security of the console"),
        _SECURITY,
        0,
        _words("λήξη", "expiry"),
        _NOTHING,
    ),
    Rule(
        Thing.AUDIT,
        _words("πράξεις υπαλλήλων, χωρίς στοιχεία κατοίκων", "acts of the staff, without residents' data"),
        _words("λογοδοσία", "accountability"),
        "GDPR 5 (2), 24",
        None,
        _words("αλυσίδα: μία διαγραφή θα την έσπαζε", "chained: one deletion would break it"),
        _words("όλα", "all of it"),
    ),
    Rule(
        Thing.ALARMS,
        _words("συναγερμοί των σημείων, χωρίς πρόσωπα", "alarms of booths, without persons"),
        _words("συντήρηση", "maintenance"),
        _SECURITY,
        365,
        _words("όταν τους είδε κάποιος", "when somebody has seen it"),
        _NOTHING,
    ),
    Rule(
        Thing.METRICS,
        _words("μετρήσεις λειτουργίας, μόνο πλήθη", "operating figures, counts only"),
        _words("συντήρηση", "maintenance"),
        _SECURITY,
        None,
        _words("δεν αφορούν πρόσωπα", "no personal data"),
        _words("όλα", "all of it"),
    ),
    Rule(
        Thing.OUTBOX,
        _words("σώματα πράξεων που περιμένουν, σφραγισμένα για το κέντρο", "bodies of acts, sealed to the centre"),
        _words("να μη χαθεί πράξη", "so that no act is lost"),
        _PUBLIC_TASK,
        None,
        _words("αντίγραφο ασφαλείας του κέντρου (kept_through)", "a backup of the centre (kept_through)"),
        _words("αριθμός και αποτύπωμα", "id and digest"),
    ),
    Rule(
        Thing.BOOTH_DOSSIERS,
        _words("σφραγισμένοι φάκελοι, αδιάβαστοι χωρίς την κάρτα", "sealed dossiers, unreadable without the card"),
        _words("εξυπηρέτηση χωρίς σύνδεση", "service without a line"),
        _PUBLIC_TASK,
        None,
        _words("νεότερος ή ανακλημένος από το κέντρο", "replaced or withdrawn by the centre"),
        _NOTHING,
    ),
    Rule(
        Thing.JOURNAL,
        _words("τι έγινε και πότε, χωρίς πρόσωπο και ψήφο", "what happened and when, without person or vote"),
        _words("ανάκτηση μετά από διακοπή, έλεγχος", "recovery after a cut, control"),
        _SECURITY,
        365,
        _words("εγγραφή", "the line"),
        _NOTHING,
    ),
    Rule(
        Thing.PAPERS,
        _words("αρχεία εκτύπωσης", "print files"),
        _words("εκτύπωση", "printing"),
        _PUBLIC_TASK,
        0,
        _words("τέλος της εργασίας (η επίδειξη τα κρατά)", "the end of the job (a demo keeps them)"),
        _NOTHING,
    ),
    Rule(
        Thing.LOGS,
        _words("ημερολόγιο συστήματος, χωρίς προσωπικά δεδομένα", "system log, without personal data"),
        _words("συντήρηση", "maintenance"),
        _SECURITY,
        30,
        _words("εγγραφή (journald MaxRetentionSec)", "the line (journald MaxRetentionSec)"),
        _NOTHING,
    ),
    Rule(
        Thing.SCREEN,
        _words("ό,τι φαίνεται ή επιλέγεται στην οθόνη", "what is shown or chosen on the screen"),
        _words("η επίσκεψη", "the visit"),
        _PUBLIC_TASK,
        0,
        _words("τέλος της επίσκεψης", "the end of the visit"),
        _NOTHING,
    ),
)

BY_THING: dict[Thing, Rule] = {rule.thing: rule for rule in RULES}


def days(thing: Thing) -> int:
    """The period of a thing that has one."""
    found = BY_THING[thing].days
    if found is None:
        raise ValueError(f"{thing} is not ended by time")
    return found
