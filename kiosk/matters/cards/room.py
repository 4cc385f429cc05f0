"""Cards as residents meet them."""

from kiosk.desk.matter import BoothMatter
from kiosk.matters.cards.back import BACK
from municipality.matters.cards import MATTER

BOOTH = BoothMatter(MATTER, back=BACK)
