"""How long what a vote leaves behind is kept."""

from municipality.messages import Words
from municipality.retention import PUBLIC_TASK, Rule, Thing


class VoteThing(Thing):
    """At the centre."""

    VOTE_LINKS = "vote_links"
    BALLOTS = "ballots"
    VOTING_SLIPS = "voting_slips"


KEEPS: tuple[Rule, ...] = (
    Rule(
        VoteThing.VOTE_LINKS,
        Words.both(
            "ποια κάρτα έστειλε ποιο κρυπτογράφημα και ποια δήλωσε κάθε σημείο στο τέλος, και τα σώματα των φακέλων "
            "που το λένε επίσης· οι κωδικοί παρακολούθησης των ψήφων που δεν έγιναν δεκτές",
            "which card sent which ciphertext and which ones each booth stated at the end, and the bodies of the "
            "envelopes that tell it too; trackers of ballots that were refused",
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
)
