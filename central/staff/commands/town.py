"""`kiosk-central town …`: the municipality's telephone, address, hours and crest, as every booth shows them."""

from __future__ import annotations

import argparse
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from central.staff.commands.steps import AddHome, Answer, Open, in_centre, who
from municipality.town.contact import Contact
from municipality.town.crest import MOST_BYTES, CrestRefused

if TYPE_CHECKING:
    from central.kernel.centre import Centre
    from municipality.messages import Settings


def add(parser: argparse.ArgumentParser, add_home: AddHome, opened: Open) -> None:
    """The steps below `town`, each with its `run`."""
    steps = parser.add_subparsers(required=True, metavar="STEP")
    show = steps.add_parser("show", help="what booths are told now")
    contact = steps.add_parser("contact", help="telephone, address and opening hours, for every screen that says call")
    crest = steps.add_parser("crest", help="the municipality's crest, in the head of every screen")
    for step, work in ((show, _show), (contact, _contact), (crest, _crest)):
        add_home(step)
        step.set_defaults(run=in_centre(work, opened))
    for step, words in ((contact, "TOML; docs/operation.md has one"), (crest, "SVG; what draws nothing is left out")):
        what = step.add_mutually_exclusive_group(required=True)
        what.add_argument("--file", type=Path, metavar="FILE", help=words)
        what.add_argument("--none", action="store_true", help="take it back")
        step.add_argument("--who", metavar="ACCOUNT", help="who does it, for the record; the system's user")


def _show(centre: Centre, _arguments: argparse.Namespace) -> Answer:
    from central.kernel.centre import signed_settings
    from central.office.town import TownRefused

    settings = signed_settings(centre)
    if settings is None:
        raise TownRefused("the settings have not been published")
    return _shown(settings)


def _contact(centre: Centre, arguments: argparse.Namespace) -> Answer:
    from central.office import town

    contact = None if arguments.none else _contact_in(arguments.file)
    return _shown(town.set_contact(centre, contact, who=who(arguments)))


def _crest(centre: Centre, arguments: argparse.Namespace) -> Answer:
    from central.office import town

    drawing = None if arguments.none else _bytes_of(arguments.file)
    try:
        return _shown(town.set_crest(centre, drawing, who=who(arguments)))
    except CrestRefused as refused:
        raise town.TownRefused(f"{arguments.file}: {refused}") from None


def _contact_in(file: Path) -> Contact:
    """Raises TownRefused, naming what is wrong in the file."""
    from pydantic import ValidationError

    from central.office.town import TownRefused

    try:
        return Contact.model_validate(tomllib.loads(_bytes_of(file).decode()))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise TownRefused(f"{file}: is not TOML in UTF-8: {fault}") from None
    except ValidationError as fault:
        lines = [f"{'.'.join(map(str, one['loc'])) or 'file'}: {one['msg']}" for one in fault.errors()]
        raise TownRefused("\n".join(f"{file}: {line}" for line in lines)) from None


def _bytes_of(file: Path) -> bytes:
    from central.office.town import TownRefused

    try:
        with file.open("rb") as source:
            return source.read(MOST_BYTES + 1)  # what is larger is refused by whoever reads it
    except OSError as error:
        raise TownRefused(f"{file}: cannot be read ({error.strerror})") from None


def _shown(settings: Settings) -> Answer:
    contact = settings.contact.model_dump(mode="json") if settings.contact else None
    return {"municipality": settings.municipality, "contact": contact, "crest_bytes": len(settings.crest.encode())}
