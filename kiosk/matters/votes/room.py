"""Votes as residents meet them."""

from collections.abc import Mapping

from kiosk.desk.matter import BoothMatter
from kiosk.desk.views import View
from kiosk.matters.votes import desk
from kiosk.matters.votes.back import BACK


def _samples() -> Mapping[str, View]:
    from kiosk.matters.votes.samples import samples  # no booth needs them

    return samples()


BOOTH = BoothMatter(BACK, prepare=desk.prepare, cardless=(desk.CHECK, desk.REFERENDUM), samples=_samples)
