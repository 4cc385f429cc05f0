"""What a technician did at a house of the small town, as the town hall reads it and as the booth's journal has it."""

import small_town as st
from lobby_house import House

from kiosk.store import journal
from municipality.matters.technicians.messages import TechnicianAct
from sync import agree_with, open_sealed, outbox


def acts(house: House) -> list[str]:
    """What the town hall will read of what technicians did, in order."""
    with house.desk.booth.store.reading() as connection:
        envelopes = outbox.pending(connection, 500)
    key = agree_with(house.desk.town.sealing_key)
    told = [open_sealed(one.body, key, kid="centre") for one in envelopes if one.kind == "technicians.deed"]
    read = [TechnicianAct.read(text) for text in told]
    assert {act.card for act in read} <= {st.TECHNICIAN}
    return [_told(act) for act in read]


def _told(act: TechnicianAct) -> str:
    changed = f": {act.before or '-'} -> {act.after or '-'}" if act.before != act.after else ""
    return f"{act.what} {act.about}".strip() + changed


def lines(house: House) -> list[str]:
    """The technicians' lines of the journal."""
    with house.desk.booth.store.reading() as connection:
        return [detail for _at, what, detail in journal.lines(connection) if what == "technician"]
