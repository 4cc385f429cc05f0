"""The demo's second vote, which an officer has begun to write: the town's new logo, by approval. It lies in the console
as a draft that is whole, to be looked at, changed, put to a second person and announced.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from assets import icons
from assets.pictures import SVG, clean
from central.matters.votes.drafts import pictures
from central.matters.votes.drafts.pictures import Kept
from central.matters.votes.drafts.typed import Typed
from municipality.greek import ATHENS

_DAYS_AHEAD, _DAYS = 7, 14
# Drawing, name and explanation, and what it shows, in Greek and in English.
_LOGOS = (
    (
        "logo-river", "Το ποτάμι", "The river", "Για τον Κηφισό και το γεφύρι του", "For the Kifisos and its bridge",
        "Ένα πέτρινο γεφύρι πάνω από γαλάζια κύματα, μέσα σε κύκλο", "A stone bridge over blue waves, in a circle",
    ),
    (
        "logo-station", "Ο σταθμός", "The station", "Για τον παλιό σιδηροδρομικό σταθμό", "For the old railway station",
        "Ένα κίτρινο σπίτι με ρολόι στη στέγη και ράγες μπροστά, σε σκούρο τετράγωνο",
        "A yellow house with a clock in its roof and rails in front, on a dark square",
    ),
    (
        "logo-olive", "Η ελιά", "The olive", "Για τους ελαιώνες που υπήρχαν εδώ", "For the olive groves that were here",
        "Ένα κλαδί ελιάς με πέντε φύλλα και τρεις ελιές, σε λευκό κύκλο",
        "An olive branch with five leaves and three olives, in a white circle",
    ),
    (
        "logo-hill", "Το βουνό", "The hill", "Για το Ποικίλο Όρος στα δυτικά", "For Mount Poikilo in the west",
        "Ένα βουνό μπροστά σε κόκκινο ήλιο και στους πρόποδες ένα εκκλησάκι, σε κύκλο",
        "A hill before a red sun and a small church at its foot, in a circle",
    ),
)  # fmt: skip


def draft(now: datetime) -> Typed:
    """As its officer has typed it; it would open in a week."""
    opens = (now + timedelta(days=_DAYS_AHEAD)).astimezone(ATHENS)
    basics = {
        **Typed().basics,
        "title_el": "Το νέο λογότυπο του Δήμου",
        "title_en": "The municipality's new logo",
        "introduction_el": "Τέσσερις προτάσεις έφτασαν στον δεύτερο γύρο του ανοιχτού διαγωνισμού. Σημειώστε όλες όσες "
        "σας αρέσουν: το λογότυπο που αρέσει στους περισσότερους προτείνεται στο δημοτικό συμβούλιο.",
        "introduction_en": "Four proposals have reached the second round of the open competition. Mark all that you "
        "like: the logo that most people like is proposed to the municipal council.",
        "opens_day": f"{opens:%Y-%m-%d}",
        "closes_day": f"{opens + timedelta(days=_DAYS):%Y-%m-%d}",
        "floor": "5",
    }
    return Typed(basics, (_question(),))


def _question() -> dict[str, str]:
    fields = {
        "kind": "several",
        "text_el": "Ποια λογότυπα σας αρέσουν;",
        "text_en": "Which logos do you like?",
        "note_el": "Σημειώστε ένα ή περισσότερα.",
        "note_en": "Mark one or more.",
        "answers_el": "\n".join(f"{el} | {why}" for _, el, _, why, *_ in _LOGOS),
        "answers_en": "\n".join(f"{en} | {why}" for _, _, en, _, why, *_ in _LOGOS),
        "minimum": "1",
        "maximum": str(len(_LOGOS)),
        "blank": "yes",
    }
    for name, el, _, _, _, alt_el, alt_en in _LOGOS:
        fields = pictures.put(fields, Kept(el, SVG, clean(icons.path(name).read_bytes()), alt_el, alt_en))
    return fields
