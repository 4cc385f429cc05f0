"""What a voter can meet, and why the town hall does not take a ballot."""

from collections.abc import Mapping
from typing import Final

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
        _("This vote is for other residents"),
        _("It is open to registered electors of the municipality. If you are one, please ask at the office."),
        ends_visit=False,
    ),
    Failure(
        VoteCode.VOTE_NO_SLIP,
        _("There is no voting slip for your card here"),
        _("Cards issued after the roll was fixed do not vote this time. Otherwise please try again tomorrow."),
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
)

REFUSALS: Final[Mapping[str, str]] = {
    "cast-in-the-future": _("Its time lies in the future"),
    "unknown-election": _("There is no such vote"),
    "not-open": _("The vote was not open"),
    "outside-the-window": _("Outside the hours of the vote"),
    "not-on-the-roll": _("Not on the roll of this vote"),
    "ballot-not-sound": _("The encrypted ballot does not verify"),
    "ballot-known": _("This ballot was here already"),
    "another-credential": _("The card voted with another credential before"),
    "unreadable-certificate": _("The card's certificate cannot be read"),
    "card-revoked": _("The card was blocked"),
    "bad-card-signature": _("The card's signature does not hold"),
    "card-not-valid-then": _("The card was not valid then"),
    "not-our-card": _("Not a card of this municipality"),
}
