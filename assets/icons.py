"""Where icons and drawings lie: our own in assets/images, every other one in the package tablerpy (Tabler's, MIT).

Never: an icon of somebody else copied into this repository, or a missing one passed over in silence.
"""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

IMAGES = Path(__file__).parent / "images"


class IconMissing(LookupError):
    """No drawing of that name here nor in tablerpy."""


@cache
def path(name: str) -> Path:
    """The SVG of `name` (`currentColor` is its colour). Raises `IconMissing`."""
    if not name.replace("-", "").isalnum():
        raise IconMissing(f"{name!r} is not the name of an icon: letters, digits and hyphens only")
    for folder in (IMAGES, _tabler()):
        candidate = folder / f"{name}.svg"
        if candidate.is_file():
            return candidate
    raise IconMissing(f"no icon {name!r} in {IMAGES.name} nor among the outlines of tablerpy")


@cache
def _tabler() -> Path:
    # Importing it builds two enumerations of five thousand names; only its files are wanted: it is found, not loaded.
    spec = find_spec("tablerpy")
    if spec is None or spec.origin is None:
        raise IconMissing("the package tablerpy is not installed; run scripts/setup")
    return Path(spec.origin).parent / "icons" / "outline"
