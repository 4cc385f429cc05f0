"""How bad a condition of the booth is, in three lights, and what is said of it. Never: a fourth light."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


def _(message: str) -> str:
    return message


class Light(StrEnum):
    """Green: as it should be. Amber: works, and wants a hand soon. Red: something that residents need does not work."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


@dataclass(frozen=True)
class Condition:
    """`what` and `todo` are message ids with fields in braces; a green one has nothing to do."""

    light: Light
    what: str
    todo: str = ""


LIGHTS: Mapping[Light, str] = {Light.GREEN: _("In order"), Light.AMBER: _("Care"), Light.RED: _("Fault")}


def green(what: str) -> Condition:
    return Condition(Light.GREEN, what)


def amber(what: str, todo: str) -> Condition:
    return Condition(Light.AMBER, what, todo)


def red(what: str, todo: str) -> Condition:
    return Condition(Light.RED, what, todo)
