"""The municipality's crest: a drawing that only draws (assets.drawing), of a size for a round place. No I/O.

Cleaned once at the town hall and again by whoever draws it.
"""

from collections.abc import Mapping
from typing import Final

from assets import drawing
from assets.drawing import SVG as SVG
from assets.drawing import Limits, NotDrawn
from assets.drawing import Why as Why

MOST_BYTES: Final = 64 * 1024
MOST_ELEMENTS: Final = 1_000
DEEPEST: Final = 24
# It stands in a round place.
LONGEST_SIDE: Final = 3.0
_LIMITS: Final = Limits(MOST_BYTES, MOST_ELEMENTS, DEEPEST, MOST_BYTES, LONGEST_SIDE)
_SAID: Final[Mapping[Why, str]] = {
    Why.TOO_LARGE: "The crest is larger than 64 KB. Save it as a plain, simplified SVG.",
    Why.TOO_MANY: "The crest has more than 1,000 parts. Save it as a plain, simplified SVG.",
    Why.TOO_DEEP: "The parts of the crest lie too deep in one another. Dissolve its groups and save it again.",
    Why.LONG_VALUE: "The crest has an outline that is too long. Save it as a plain, simplified SVG.",
    Why.NOT_XML: "The crest is not a whole SVG file in UTF-8.",
    Why.NOT_SVG: "The file is not an SVG drawing.",
    Why.DOCTYPE: "The crest declares a DOCTYPE or entities. Save it as a plain SVG, without them.",
    Why.INSTRUCTION: "The crest carries an instruction to programs (<?…?>). Save it as a plain SVG.",
    Why.SCRIPT: "The crest carries a script or reacts to events. A crest only draws.",
    Why.STYLE_SHEET: "The crest carries a style sheet. Save it with “presentation attributes” instead of CSS.",
    Why.OUTSIDE: "The crest fetches something from elsewhere. Everything that it shows must be drawn in it.",
    Why.UNKNOWN_PART: "The crest has something that is no plain outline ({what}). Turn it into outlines and save it.",
    Why.REFERENCE: "A reference in the crest leads nowhere, to another reference, or to two places.",
    Why.NUMBERS: "A number in the crest is no number, or far too large.",
    Why.COLOUR: "A colour of the crest is read in two ways ({what}). Write it as #rrggbb, with an opacity beside it.",
    Why.NO_VIEW_BOX: "The crest does not say how large it was drawn: its viewBox is missing or empty.",
    Why.TOO_LONG: "The crest is more than three times as long as it is wide, or the other way round.",
}


class CrestRefused(ValueError):
    """This drawing is not taken; its text says why."""

    def __init__(self, why: Why, what: str = "") -> None:
        self.why = why
        super().__init__(_SAID[why].format(what=what))


def clean(crest: str | bytes) -> str:
    """`crest` with what draws and nothing else; cleaning it again changes nothing. Raises `CrestRefused`."""
    try:
        return drawing.clean(crest, _LIMITS)
    except NotDrawn as refused:
        why, what = refused.why, refused.what
    raise CrestRefused(why, what)
