"""What a technician does at a booth: one act, one function, one transaction that tells the journal and the town hall.

Never: an act that leaves no line, or that touches what a resident has stored.
"""

from kiosk.store import StoreFull
from kiosk.technician.admission import Technician, admit, no_longer
from kiosk.technician.records import did, left, record
from municipality.matters.technicians.rules import Did

__all__ = ["Did", "StoreFull", "Technician", "admit", "did", "left", "no_longer", "record"]
