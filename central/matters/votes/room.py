"""Votes in the console and on the site."""

from central.matter import CentreMatter
from central.matters.votes import public
from central.matters.votes.back import BACK
from central.matters.votes.console import staff, words

CENTRE = CentreMatter(
    BACK,
    staff=staff.add,
    public=public.add,
    words=words.WORDS,
)
