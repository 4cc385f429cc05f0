"""Cards in the console and on the site."""

from central.matter import CentreMatter
from central.matters.cards import staff
from central.matters.cards.back import BACK

CENTRE = CentreMatter(
    BACK,
    words=staff.WORDS,
)
