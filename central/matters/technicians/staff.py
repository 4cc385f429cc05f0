"""What the console calls what technicians do at booths: in the record, and where somebody must look at it."""

from central.staff.words import Words
from municipality.matters.technicians.rules import DEEDS


def _(message: str) -> str:
    return message


WORDS = Words(
    said={
        "act": {deed.value: words for deed, words in DEEDS.items()},
        "warning": {
            "technician-not-let-in": _(
                "A technician's card was used there after it was blocked, had ended or was taken off the list."
                " Ask them."
            ),
            "printer-moved": _(
                "A technician has changed the printer that the booth prints on. The record has both addresses."
            ),
            "centre-moved": _(
                "A technician has changed the server that the booth speaks with. The record has both addresses."
            ),
            "officials-typed": _(
                "A technician has typed the fingerprint of officials of votes there. The record has it: compare it."
            ),
        },
    }
)
