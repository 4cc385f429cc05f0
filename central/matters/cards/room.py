"""Cards in the console and on the site."""

from central.matter import CentreMatter
from central.matters.cards import staff
from central.matters.cards.back import BACK
from municipality.matters.cards import MATTER

CENTRE = CentreMatter(
    MATTER,
    back=BACK,
    words=staff.WORDS,
)
