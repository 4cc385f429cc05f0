"""Every failure that a person at the booth can meet: its code, its title and sentence, and whether trying again helps.

Sentences are message ids of the one catalogue (assets/texts); docs/failures.md has an entry for each code, and a test
compares the three. A sentence says what happened, that nothing was lost, and what to do.
"""

from dataclasses import dataclass
from enum import StrEnum


class Code(StrEnum):
    """By room: C card, R reader, S sign-in and data, V vote, P paper, N network and centre, X the booth itself,
    T the technician's door, L a lost card reported without it."""

    CARD_FOREIGN = "C01"
    CARD_NOT_OURS = "C02"
    CARD_EXPIRED = "C03"
    CARD_REVOKED = "C04"
    CARD_BLOCKED = "C05"
    CARD_COUNTERFEIT = "C06"
    CARD_UNREADABLE = "C07"
    CARD_GONE = "C08"
    CARD_NOT_YET_VALID = "C09"
    REVOCATIONS_TOO_OLD = "C10"
    CARD_SUSPENDED = "C11"
    CARD_REPORTED_LOST = "C12"
    CARD_IN_USE = "C13"
    CARD_READ_ERROR = "C14"
    READER_NO_SERVICE = "R01"
    READER_MISSING = "R02"
    DOSSIER_MISSING = "S01"
    DOSSIER_TOO_OLD = "S02"
    DOSSIER_BROKEN = "S03"
    OWN_PIN_NOT_SET = "S04"
    OWN_PIN_NOT_SURE = "S05"
    OWN_PIN_SET = "S06"
    VOTE_CLOSED = "V01"
    VOTE_NOT_YET = "V02"
    VOTE_NOT_FOR_YOU = "V03"
    VOTE_NO_SLIP = "V04"
    VOTE_NOT_CAST = "V05"
    VOTE_NOT_SURE = "V06"
    VOTE_NOT_WHOLE = "V07"
    VOTE_CARD_LEFT_OUT = "V08"
    PRINTER_NOT_READY = "P01"
    PAPER_NOT_PRINTED = "P02"
    PAPER_NOT_SURE = "P03"
    CERTIFICATE_NOT_MADE = "P04"
    BOOTH_EMPTY = "N01"
    STORE_FULL = "X01"
    BOOTH_FAULT = "X02"
    CLOCK_IN_DOUBT = "X03"
    OFF_FOR_REPAIR = "X04"
    OFF_FOR_SUPPLIES = "X05"
    OFF_BY_TOWN_HALL = "X06"
    OUT_OF_SERVICE = "X07"
    BOOTH_STARTING = "X08"
    STORE_DAMAGED = "X09"
    STORE_GONE = "X10"
    STORE_NEWER = "X11"
    STORE_OUT_OF_REACH = "X12"
    NOT_A_TECHNICIAN = "T01"
    LOST_CARD_NO_CODES = "L01"
    LOST_CARD_WRONG = "L02"
    LOST_CARD_WAIT = "L03"


@dataclass(frozen=True)
class Failure:
    """`title` and `sentence` are message ids. `ends_visit`: the card is to be taken; else the menu is the way out."""

    code: Code
    title: str
    sentence: str
    ends_visit: bool = True


def _(message: str) -> str:
    return message


ALL: dict[Code, Failure] = {
    failure.code: failure
    for failure in (
        Failure(
            Code.CARD_FOREIGN,
            _("This is not a Citizen Card"),
            _("Please take your card. This booth works with the Citizen Card of the municipality."),
        ),
        Failure(
            Code.CARD_NOT_OURS,
            _("We do not recognise this card"),
            _("It was not issued by our municipality. Please ask at the municipal office."),
        ),
        Failure(
            Code.CARD_EXPIRED,
            _("Your card has expired"),
            _("Please ask for a new card at the municipal office. Your data are safe."),
        ),
        Failure(
            Code.CARD_REVOKED,
            _("This card is no longer valid"),
            _("If you did not ask for this, please contact the municipal office."),
        ),
        Failure(
            Code.CARD_BLOCKED,
            _("Your PIN is locked"),
            _("A wrong PIN was entered too many times. The municipal office can unlock it; bring your identity card."),
        ),
        Failure(
            Code.CARD_COUNTERFEIT,
            _("This card could not prove that it is genuine"),
            _("Please take it and show it at the municipal office."),
        ),
        Failure(
            Code.CARD_UNREADABLE,
            _("We cannot read the card"),
            _("Please take it out, turn it so that the chip goes in first and faces up, and try again."),
        ),
        Failure(
            Code.CARD_GONE,
            _("The card was taken out"),
            _("The visit has ended and the screen has been cleared. To continue, put your card in again."),
        ),
        Failure(
            Code.CARD_NOT_YET_VALID,
            _("Your card is not valid yet"),
            _("Please try again from the date printed on your card."),
        ),
        Failure(
            Code.REVOCATIONS_TOO_OLD,
            _("We cannot check cards at this booth now"),
            _("The booth has been without news from the town hall for too long. Please use another booth."),
        ),
        Failure(
            Code.CARD_SUSPENDED,
            _("Your card is blocked"),
            _("It was blocked to protect you. The municipal office can release it; bring your identity card."),
        ),
        Failure(
            Code.CARD_REPORTED_LOST,
            _("This card was reported lost"),
            _("It was blocked here. If you have found it, show it at the municipal office with your identity card."),
        ),
        Failure(
            Code.CARD_IN_USE,
            _("The booth is using the card for something else"),
            _("Nothing was done. Please take it out, wait a moment and put it in again."),
        ),
        Failure(
            Code.CARD_READ_ERROR,
            _("The card could not be read this time"),
            _("A technical fault, nothing against your card. Please try again, or show it at the municipal office."),
        ),
        Failure(
            Code.READER_NO_SERVICE,
            _("The card service is not running"),
            _("A technician has to start it. Please use another booth."),
        ),
        Failure(
            Code.READER_MISSING,
            _("The card reader is not connected"),
            _("A technician has to look at it. Please use another booth."),
        ),
        Failure(
            Code.DOSSIER_MISSING,
            _("Your file has not reached this booth yet"),
            _("A new card needs one night until every booth knows it. Please try again tomorrow."),
        ),
        Failure(
            Code.DOSSIER_TOO_OLD,
            _("Your data at this booth are too old"),
            _("The booth has not spoken with the town hall for days. Please use another booth or try again tomorrow."),
        ),
        Failure(
            Code.DOSSIER_BROKEN,
            _("Your file could not be opened"),
            _("Nothing was lost. Please tell the municipal office the code on this screen."),
        ),
        Failure(
            Code.OWN_PIN_NOT_SET,
            _("Your PIN was not changed"),
            _("The PIN in your letter still works. To choose your own, put your card in again."),
        ),
        Failure(
            Code.OWN_PIN_NOT_SURE,
            _("We cannot say whether your PIN was changed"),
            _("Put your card in again and enter your new PIN. If it is not right, the one in your letter is."),
        ),
        Failure(
            Code.OWN_PIN_SET,
            _("Your new PIN is set"),
            _("The visit ended before anything else was done. From now on enter your new PIN."),
        ),
        Failure(
            Code.VOTE_CLOSED,
            _("The vote has closed"),
            _("No more votes can be cast. The results will be shown here and on the municipal site."),
            ends_visit=False,
        ),
        Failure(
            Code.VOTE_NOT_YET,
            _("The vote has not opened yet"),
            _("Please come back on the opening day."),
            ends_visit=False,
        ),
        Failure(
            Code.VOTE_NOT_FOR_YOU,
            _("This vote is for other residents"),
            _("It is open to registered electors of the municipality. If you are one, please ask at the office."),
            ends_visit=False,
        ),
        Failure(
            Code.VOTE_NO_SLIP,
            _("There is no voting slip for your card here"),
            _("Cards issued after the roll was fixed do not vote this time. Otherwise please try again tomorrow."),
            ends_visit=False,
        ),
        Failure(
            Code.VOTE_NOT_CAST,
            _("Your vote was not cast"),
            _("Something went wrong before it was stored. Nothing was sent; please try again."),
            ends_visit=False,
        ),
        Failure(
            Code.VOTE_NOT_SURE,
            _("We cannot say whether your vote was stored"),
            _("You may vote again at any booth: only the last vote counts."),
            ends_visit=False,
        ),
        Failure(
            Code.VOTE_NOT_WHOLE,
            _("This vote has not fully reached this booth yet"),
            _("Nothing was cast. Please use another booth, or try again tomorrow."),
            ends_visit=False,
        ),
        Failure(
            Code.VOTE_CARD_LEFT_OUT,
            _("Your card was left out of this vote"),
            _("Nothing was lost. The municipal office can tell you why and give you a new card for the next vote."),
            ends_visit=False,
        ),
        Failure(
            Code.PRINTER_NOT_READY,
            _("The printer is not ready"),
            _("No certificate was issued. You can take it at another booth, or try again later."),
            ends_visit=False,
        ),
        Failure(
            Code.PAPER_NOT_PRINTED,
            _("The certificate was not printed"),
            _("Its number is now void and can never be used. You may try again."),
            ends_visit=False,
        ),
        Failure(
            Code.PAPER_NOT_SURE,
            _("We cannot say whether your certificate came out whole"),
            _("If you hold a sheet, do not use it: its number is now void. You may take a new one."),
            ends_visit=False,
        ),
        Failure(
            Code.CERTIFICATE_NOT_MADE,
            _("The certificate could not be made"),
            _("No number was used for a paper. Please try again, or ask at the municipal office."),
            ends_visit=False,
        ),
        Failure(
            Code.BOOTH_EMPTY,
            _("This booth is not ready yet"),
            _("It has not yet received its data from the town hall. Please use another booth."),
        ),
        Failure(
            Code.STORE_FULL,
            _("The booth cannot store anything now"),
            _("What you did before is safe. A technician has been called; please use another booth."),
        ),
        Failure(
            Code.BOOTH_FAULT,
            _("Something went wrong at this booth"),
            _("Please take your card. What was confirmed on the screen is safe; nothing else was done."),
        ),
        Failure(
            Code.OFF_FOR_REPAIR,
            _("This service is closed here for repair"),
            _("A technician is working on it. Please use another booth or come back tomorrow."),
            ends_visit=False,
        ),
        Failure(
            Code.OFF_FOR_SUPPLIES,
            _("This service is waiting for supplies"),
            _("Paper or another part is on its way. Please use another booth or come back tomorrow."),
            ends_visit=False,
        ),
        Failure(
            Code.OFF_BY_TOWN_HALL,
            _("The town hall has paused this service here"),
            _("What you did before is safe. Please use another booth or ask at the municipal office."),
            ends_visit=False,
        ),
        Failure(
            Code.OUT_OF_SERVICE,
            _("This booth is out of service"),
            _("A technician is looking after it. Please use another booth or come back tomorrow."),
        ),
        Failure(
            Code.BOOTH_STARTING,
            _("The booth is starting"),
            _("It looks through what it keeps, so that nothing is missing. Please wait, or use another booth."),
        ),
        Failure(
            Code.STORE_DAMAGED,
            _("This booth cannot read what it keeps"),
            _("Nothing more is written to it until a technician has looked. Please use another booth."),
        ),
        Failure(
            Code.STORE_GONE,
            _("This booth cannot find what it keeps"),
            _("It does not begin anew by itself. A technician has to look; please use another booth."),
        ),
        Failure(
            Code.STORE_NEWER,
            _("This booth is waiting for its newer program"),
            _("What you did before is safe. A technician installs it; please use another booth."),
        ),
        Failure(
            Code.STORE_OUT_OF_REACH,
            _("This booth cannot reach its disk"),
            _("Nothing can be stored now. A technician has to look; please use another booth."),
        ),
        Failure(
            Code.NOT_A_TECHNICIAN,
            _("This card does not open the technician's pages"),
            _("The town hall has not listed it for this booth. Please take it."),
        ),
        Failure(
            Code.LOST_CARD_NO_CODES,
            _("This booth cannot block lost cards yet"),
            _("Nothing was done. The municipal office blocks your card at once, at the counter or by telephone."),
        ),
        Failure(
            Code.LOST_CARD_WRONG,
            _("The card number and the block code do not belong together"),
            _("Nothing was blocked. Look at both in your PIN letter, or tell the municipal office by telephone."),
        ),
        Failure(
            Code.LOST_CARD_WAIT,
            _("Please wait a little before you try again"),
            _("Wrong codes were entered here. The municipal office blocks your card at once by telephone."),
        ),
        Failure(
            Code.CLOCK_IN_DOUBT,
            _("The booth's clock is in doubt"),
            _("Votes and certificates wait until a technician has set it. Please use another booth."),
            ends_visit=False,
        ),
    )
}
