"""What the kernel asks of votes at the town hall."""

from central.kernel.matter import BackOffice, Export, Purge, taking, telling
from central.matters.votes.drafts import referendum_book
from central.matters.votes.intake import (
    SoundBallot,
    judge,
    judge_statements,
    keep_all,
    keep_statements,
    refused,
)
from central.matters.votes.keeping import held_on, let_go, withdraw_slips
from central.matters.votes.life.telling import tell
from central.matters.votes.steps import TWO_PERSONS
from municipality.matters.votes import MATTER, TOLD
from municipality.matters.votes.keeps import VoteThing
from municipality.matters.votes.messages import BALLOT_ACT, CLOSING_ACT, BallotAct, ClosingAct

_NOTE = """\
Το αντίγραφο δεν λέει τι ψηφίσατε: αυτό δεν το γνωρίζει κανείς. Δεν λέει ούτε ποιο κρυπτογράφημα είναι δικό σας, για να
μην μπορεί να σας το ζητήσει κάποιος. Ώσπου να περάσει ο χρόνος των ενστάσεων, ο Δήμος τηρεί χωριστά ποια κάρτα
έστειλε ποιο κρυπτογράφημα· ύστερα αυτό καταστρέφεται."""

BACK = BackOffice(
    MATTER,
    takes=(
        taking(BallotAct, SoundBallot, judge, keep_all, refused),
        taking(ClosingAct, ClosingAct, judge_statements, keep_statements),
    ),
    tells=(telling(TOLD, tell),),
    purges=(
        Purge(VoteThing.VOTE_LINKS, let_go),
        Purge(VoteThing.VOTING_SLIPS, withdraw_slips),
        Purge(VoteThing.REFERENDUMS, referendum_book.drop_held),
    ),
    # What was accepted waits for the end of the appeals against its vote.
    empties_itself=(BALLOT_ACT, CLOSING_ACT),
    export=Export("votes", "Συμβουλευτικές ψηφοφορίες", held_on, _NOTE, instead_of=("votes_links",)),
    two_persons=TWO_PERSONS,
)
