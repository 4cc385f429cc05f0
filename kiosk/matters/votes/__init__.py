"""Votes at the booth."""

from kiosk.desk.matter import BoothMatter
from kiosk.kernel.matter import BackOffice
from kiosk.matters.votes import errand, notices, trial
from municipality.matters.votes import MATTER

BOOTH = BoothMatter(
    MATTER,
    back=BackOffice(MATTER, judge=notices.judge, notices=notices.running, trials=(trial.ballot,)),
    prepare=errand.prepare,
)
