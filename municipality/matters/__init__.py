"""Every matter of the house, in one order: booth and centre have the same nouns in the same order, and a test compares
them. A new matter adds one line here and one on each floor; nothing is discovered."""

from importlib import import_module
from typing import Any

from municipality.matter import Matter

NOUNS = (
    "votes",
    "certificates",
    "cards",
    "technicians",
)


def _of(noun: str) -> Matter:
    matter = import_module(f"{__name__}.{noun}").MATTER
    if not isinstance(matter, Matter) or matter.noun != noun:
        raise TypeError(f"{noun}: its room says no matter of that name")
    return matter


def rooms(floor: str, nouns: tuple[str, ...], module: str, value: str) -> tuple[Any, ...]:
    """`value` of this module in every room of a floor ("kiosk.matters"). Loaded when it is asked for."""
    return tuple(getattr(import_module(f"{floor}.{noun}.{module}"), value) for noun in nouns)


MATTERS: tuple[Matter, ...] = tuple(_of(noun) for noun in NOUNS)
