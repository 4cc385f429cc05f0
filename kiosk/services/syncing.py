"""A round with the centre: what waits goes up, what is new comes down, each item checked before it is believed."""

from collections.abc import Callable

from kiosk.services import public_matter
from kiosk.services.booth import CENTRE, Booth
from kiosk.store import facts, journal
from municipality.messages import Election, ItemKind, Message, MessageRefused, Revocations, Settings
from sync import Client, Item, NotSigned, Reject, Report, run_round

# A ballot's check at the centre is 50 to 150 ms: a batch must be answered well inside the line's time-out.
_BATCH = 40

_SIGNED: dict[str, type[Message]] = {
    ItemKind.SETTINGS: Settings,
    ItemKind.REVOCATIONS: Revocations,
    ItemKind.ELECTION: Election,
}
# Sealed to a card: the booth can only keep them. Their seal is checked when the card opens them.
_SEALED = frozenset({ItemKind.DOSSIER, ItemKind.SLIP})


def sync_once(booth: Booth, client: Client, progress: Callable[[str, int, int], None]) -> Report:
    """One whole round. Trouble on the line is in the report's stages; the booth goes on serving in any case."""
    started = booth.clock()
    report = run_round(
        client,
        booth.store.writing,
        lambda _connection, item: _apply(booth, item),
        keys={CENTRE: booth.anchors.centre_signing},
        now=started,
        municipality=booth.settings.municipality.id,
        progress=progress,
        batch=_BATCH,
    )
    with booth.store.writing() as connection:
        if report.stages and report.stages[0].ok:
            facts.put(connection, facts.CLOCK_OFFSET, str(report.clock_offset.total_seconds()))
        journal.note(connection, journal.What.ROUND, started, "complete" if report.ok else "cut")
    return report


def _apply(booth: Booth, item: Item) -> Reject | None:
    """Whether an item may be believed. It is stored in the same transaction by the one who asks."""
    if item.kind in _SEALED:
        return None
    model = _SIGNED.get(item.kind)
    if model is None:
        return Reject("unknown-kind")
    try:
        matter = public_matter.read_matter(booth, item.body, ItemKind(item.kind), model)
    except NotSigned:
        return Reject("not-signed")
    except MessageRefused:
        return Reject("not-of-its-kind")
    if isinstance(matter, Settings) and matter.municipality != booth.settings.municipality.id:
        return Reject("another-municipality")
    if isinstance(matter, Election) and matter.election != item.key:
        return Reject("another-election")
    return None
