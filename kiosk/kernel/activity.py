"""What the booth is doing while somebody waits, by the one name that service, screen and speech have for it."""

from enum import StrEnum


class Activity(StrEnum):
    """Each is a sentence on the screen, but for STORED: what was done is safe by then, and nobody waits any more."""

    READING_CARD = "reading_card"
    OPENING_FILE = "opening_file"
    SEALING = "sealing"
    CHECKING = "checking"
    SIGNING = "signing"
    STORING = "storing"
    STORED = "stored"
    MAKING_PAPER = "making_paper"
    PRINTING = "printing"
    CHANGING_PIN = "changing_pin"
    BLOCKING_CARD = "blocking_card"
