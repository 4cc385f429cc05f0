"""What the kernel asks of votes at the booth."""

from kiosk.kernel.matter import BackOffice
from kiosk.matters.votes import notices, trial
from municipality.matters.votes import MATTER

# No `visit_over`: the marks live in the errand, and go with the visit.
BACK = BackOffice(MATTER, judge=notices.judge, notices=notices.running, trials=(trial.ballot,))
