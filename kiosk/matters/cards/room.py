"""Cards as residents meet them."""

from kiosk.desk.matter import BoothMatter
from kiosk.matters.cards.back import BACK

BOOTH = BoothMatter(BACK)
