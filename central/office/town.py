"""What the town hall says of itself to every booth: where it is found, and its crest.

Never: a crest that has not been cleaned, or a setting that changes without a line in the record.
"""

from __future__ import annotations

from central.kernel.centre import Centre, signed_settings
from central.store import Tx, audit
from central.store.line import feed
from municipality.messages import ItemKind, Settings
from municipality.town.contact import Contact
from municipality.town.crest import clean


class TownRefused(Exception):
    """It is not set; says why."""


def set_contact(centre: Centre, contact: Contact | None, *, who: str) -> Settings:
    """Every booth shows it after its next round; None takes it back. Raises TownRefused."""
    before = _published(centre)
    return _publish(centre, before.telling(contact, before.crest), "town.contact", who)


def set_crest(centre: Centre, drawing: bytes | None, *, who: str) -> Settings:
    """The same for the crest; what it holds besides a drawing is left out. Raises CrestRefused, TownRefused."""
    before = _published(centre)
    crest = "" if drawing is None else clean(drawing)
    return _publish(centre, before.telling(before.contact, crest), "town.crest", who)


def _published(centre: Centre) -> Settings:
    settings = signed_settings(centre)
    if settings is None:
        raise TownRefused("the settings have not been published: `kiosk-central seed` or the set-up does it")
    return settings


def _publish(centre: Centre, settings: Settings, what: str, who: str) -> Settings:
    now = centre.clock()
    signed = centre.sign(ItemKind.SETTINGS, settings.text())

    def write(tx: Tx) -> None:
        feed.put(tx, ItemKind.SETTINGS, {ItemKind.SETTINGS: signed})
        audit.note(tx, who, "", what, settings.municipality, now)

    centre.store.once(write)
    return settings
