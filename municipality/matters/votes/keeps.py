"""How long what a vote leaves behind is kept."""

from municipality.matters.votes.referendum import TOLD_AFTERWARDS
from municipality.messages import Words
from municipality.retention import PUBLIC_TASK, Rule, Thing


class VoteThing(Thing):
    """At the centre."""

    VOTE_LINKS = "vote_links"
    BALLOTS = "ballots"
    VOTING_SLIPS = "voting_slips"
    REFERENDUMS = "referendums"


KEEPS: tuple[Rule, ...] = (
    Rule(
        VoteThing.VOTE_LINKS,
        Words.both(
            "ποια κάρτα έστειλε ποιο κρυπτογράφημα και ποια δήλωσε κάθε σημείο στο τέλος, και τα σώματα των φακέλων "
            "που το λένε επίσης· οι κωδικοί παρακολούθησης των ψήφων που δεν έγιναν δεκτές· και, στα νέα κάθε κάρτας, "
            "αν καταχωρίστηκε ψήφος της",
            "which card sent which ciphertext and which ones each booth stated at the end, and the bodies of the "
            "envelopes that tell it too; trackers of ballots that were refused; and, in each card's news, whether a "
            "ballot of it is recorded",
        ),
        Words.both(
            "ενστάσεις κατά της ψηφοφορίας· μία φορά, η συμμετοχή ανά δημοτική ενότητα",
            "appeals against the vote; once, turnout by municipal unit",
        ),
        PUBLIC_TASK,
        30,
        Words.both("δημοσίευση του αποτελέσματος", "publication of the result"),
        Words.both("πλήθος, στο αρχείο πράξεων", "their number, in the record of acts"),
    ),
    Rule(
        VoteThing.BALLOTS,
        Words.both(
            "κρυπτογραφημένες ψήφοι, χωρίς πρόσωπο· οι αριθμοί των καρτών ελέγχου, χωρίς τη θέση καθεμιάς",
            "encrypted ballots, without a person; numbers of auditors' cards, without which ballot is whose",
        ),
        Words.both("επαλήθευση από οποιονδήποτε", "verification by anybody"),
        PUBLIC_TASK,
        None,
        Words.both("δημόσιο αρχείο", "public record"),
        Words.both("όλα", "all of it"),
    ),
    Rule(
        VoteThing.VOTING_SLIPS,
        Words.both(
            "ψηφοδέλτια-κλειδιά, δημόσια διαπιστευτήρια και κατάλογοι κωδικών παρακολούθησης προς τα σημεία",
            "slips, public credentials and lists of trackers for booths",
        ),
        Words.both("διεξαγωγή της ψηφοφορίας", "to hold the vote"),
        PUBLIC_TASK,
        30,
        Words.both("δημοσίευση του αποτελέσματος", "publication of the result"),
        Words.both("τα δημόσια, στο αρχείο .bel", "the public ones, in the .bel"),
    ),
    Rule(
        VoteThing.REFERENDUMS,
        Words.both(
            "πληροφορίες για δεσμευτικό δημοψήφισμα, προς τα σημεία και στην ιστοσελίδα, χωρίς πρόσωπο",
            "information on a binding referendum, for booths and on the site, without a person",
        ),
        Words.both("ενημέρωση των εκλογέων", "to inform electors"),
        PUBLIC_TASK,
        TOLD_AFTERWARDS.days,
        Words.both("τέλος της ψηφοφορίας", "end of the polling"),
        Words.both("το κείμενο, στην κονσόλα", "the text, in the console"),
    ),
)
