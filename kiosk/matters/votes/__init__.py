"""Votes at the booth."""

from kiosk.flows.matter import BoothMatter
from kiosk.matters.votes import errand, notices, trial
from kiosk.services.matter import BackOffice
from municipality.matters.votes import MATTER

BOOTH = BoothMatter(
    MATTER,
    back=BackOffice(MATTER, judge=notices.judge, notices=notices.running, trials=(trial.ballot,)),
    prepare=errand.prepare,
)
