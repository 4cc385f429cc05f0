"""What a voter can meet."""

from municipality.failures import Code, Failure


def _(message: str) -> str:
    return message


class VoteCode(Code):
    """V: of a vote."""

    VOTE_CLOSED = "V01"
    VOTE_NOT_YET = "V02"
    VOTE_NOT_FOR_YOU = "V03"
    VOTE_NO_SLIP = "V04"
    VOTE_NOT_CAST = "V05"
    VOTE_NOT_SURE = "V06"
    VOTE_NOT_WHOLE = "V07"
    VOTE_CARD_LEFT_OUT = "V08"
    VOTE_NOT_SIGNED = "V09"
    VOTE_NOT_HERE = "V10"
    VOTE_NO_LIST = "V11"
    VOTE_UNKNOWN = "V12"
    NO_REFERENDUM = "V13"


# Said of the whole matter, where nobody gets it here now.
CLOSED = _("No votes can be cast here now.")

FAILURES: tuple[Failure, ...] = (
    Failure(
        VoteCode.VOTE_CLOSED,
        _("The vote has closed"),
        _("No more votes can be cast. The results will be shown here and on the municipal site."),
        ends_visit=False,
    ),
    Failure(
        VoteCode.VOTE_NOT_YET,
        _("The vote has not opened yet"),
        _("Please come back on the opening day."),
        ends_visit=False,
    ),
    Failure(
        VoteCode.VOTE_NOT_FOR_YOU,
        _("You do not take part in this vote"),
        _(
            "Registered electors of the municipality take part. If you are one, bring your identity card to the "
            "municipal office, which corrects your registration."
        ),
        ends_visit=False,
    ),
    Failure(
        VoteCode.VOTE_NO_SLIP,
        _("Your card cannot vote here today"),
        _(
            "If you got your card after this vote was prepared, you take part in the next one. Otherwise please come "
            "again tomorrow, or ask at the municipal office."
        ),
        ends_visit=False,
    ),
    Failure(
        VoteCode.VOTE_NOT_CAST,
        _("Your vote was not cast"),
        _("Something went wrong before it was stored. Nothing was sent; please try again."),
        ends_visit=False,
    ),
    Failure(
        VoteCode.VOTE_NOT_SURE,
        _("We cannot say whether your vote was stored"),
        _("You may vote again at any booth: only the last vote counts."),
        ends_visit=False,
    ),
    Failure(
        VoteCode.VOTE_NOT_WHOLE,
        _("This vote has not fully reached this booth yet"),
        _("Nothing was cast. Please use another booth, or try again tomorrow."),
        ends_visit=False,
    ),
    Failure(
        VoteCode.VOTE_CARD_LEFT_OUT,
        _("Your card was left out of this vote"),
        _("Nothing was lost. The municipal office can tell you why and give you a new card for the next vote."),
        ends_visit=False,
    ),
    Failure(
        VoteCode.VOTE_NOT_SIGNED,
        _("This vote cannot open yet"),
        _(
            "The people who answer for it have not all signed for it, as far as this booth knows. Please come again "
            "tomorrow."
        ),
        ends_visit=False,
    ),
    Failure(
        VoteCode.VOTE_NOT_HERE,
        _("This booth does not take votes in this ballot"),
        _("It came into service after the vote was prepared. Please use another booth."),
        ends_visit=False,
    ),
    Failure(
        VoteCode.VOTE_NO_LIST,
        _("This booth cannot check votes today"),
        _("The town hall's list of votes is not here yet. No vote was lost: please check again tomorrow."),
        ends_visit=False,
    ),
    Failure(
        VoteCode.VOTE_UNKNOWN,
        _("This booth does not know this vote"),
        _("It is of another town hall, or was over long ago. Nothing is lost: please ask at the municipal office."),
        ends_visit=False,
    ),
    Failure(
        VoteCode.NO_REFERENDUM,
        _("This booth knows of no referendum"),
        _("It is over, or the town hall has withdrawn it. Nothing is lost: please ask at the municipal office."),
        ends_visit=False,
    ),
)
