"""How long what the card office holds of a card is kept."""

from municipality.messages import Words
from municipality.retention import PUBLIC_TASK, Rule, Thing


class CardThing(Thing):
    """At the centre."""

    CARDS = "cards"


KEEPS: tuple[Rule, ...] = (
    Rule(
        CardThing.CARDS,
        Words.both("πιστοποιητικά κάρτας", "certificates of a card"),
        Words.both("έλεγχος υπογραφών, ανάκληση", "to check signatures, to revoke"),
        PUBLIC_TASK,
        365,
        Words.both("λήξη της κάρτας", "the card's expiry"),
        Words.both(
            "αποτυπώματα των κλειδιών της, χωρίς αριθμό: κανένα κλειδί δεν βγαίνει δύο φορές",
            "fingerprints of its keys, without a number: no key is issued twice",
        ),
    ),
)
