"""What the town hall's matters tell a resident, out of the sealed sections of their card. Opened off line and without
the card: the secret is in the dossier that the card has opened.

Must never stand in anybody's way: what has not come, or is not this card's and this dossier's, is no news.
"""

from dataclasses import dataclass
from datetime import datetime

from kiosk.kernel.booth import CENTRE, Booth
from municipality.matter import F, Section
from municipality.messages import Dossier, ItemKind, MessageRefused, Sections, sections_info
from sync import Item, NotSigned, SealBroken, open_shared, verify_matter


@dataclass(frozen=True, repr=False)
class News:
    """Sections as the town hall signed them for this card and dossier."""

    sections: Sections

    @property
    def as_of(self) -> datetime:
        """When the town hall wrote it down."""
        return self.sections.made_at

    def read(self, section: Section[F]) -> F | None:
        """None where it is not among them, or in a form that this booth does not know: a town hall may be newer."""
        try:
            return section.read(self.sections)
        except MessageRefused:
            return None


def read_news(booth: Booth, dossier: Dossier, item: Item | None) -> News | None:
    """What is in `item` for the holder of `dossier`; None where it has not come, or is not to be believed."""
    if item is None or not dossier.secret:
        return None
    info = sections_info(dossier.municipality, dossier.card)
    try:
        token = open_shared(item.body, bytes.fromhex(dossier.secret), kid=dossier.card, info=info).decode("ascii")
        keys = {CENTRE: booth.anchors.centre_signing}
        sections = Sections.read(verify_matter(token, keys, typ=ItemKind.SECTIONS))
    except (SealBroken, NotSigned, MessageRefused, UnicodeDecodeError):
        return None
    theirs = (dossier.municipality, dossier.card, dossier.sequence)
    return News(sections) if (sections.municipality, sections.card, sections.dossier) == theirs else None
