"""Votes in the console and on the site."""

from central.matter import CentreMatter
from central.matters.votes.back import BACK
from central.matters.votes.console import staff, words
from central.matters.votes.site import pages

CENTRE = CentreMatter(
    BACK,
    staff=staff.add,
    public=pages.add,
    words=words.WORDS,
)
