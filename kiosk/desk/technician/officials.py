"""The technician's pages of the officials of votes: the fingerprint that this booth has, to be compared with the signed
paper, and a first or another one to be typed from it.
"""

from dataclasses import replace
from typing import assert_never

from ballot_box.officials import CodeRefused
from kiosk import health as checks
from kiosk.desk.blocks import Code
from kiosk.desk.pages import Form
from kiosk.desk.technician import settings as settings_pages
from kiosk.desk.technician.pages import rows_of
from kiosk.desk.technician.views import Row, TechnicianPage, Told, setting
from kiosk.health import NAMES, Check, Light
from kiosk.kernel.booth import Booth
from kiosk.kernel.hand import Hand
from kiosk.kernel.upkeep import officials_file
from kiosk.technician import officials as typing


def _(message: str) -> str:
    return message


KEY = "officials"
_TITLE, _FINGERPRINT = Told(NAMES[Check.OFFICIALS]), Told(_("Fingerprint of the officials of votes"))
_RESTART = Told(_("Restart"))
_HEAR = Told(_("Hear the fingerprint"))
_COMPARE = Told(_("Compare each group with the signed paper of the officials."))


def among_settings(booth: Booth) -> TechnicianPage:
    """The settings of kiosk.toml, and the line of this one, which has a file of its own. What is wrong with the former
    stands before it."""
    shown = settings_pages.overview(booth)
    (finding,) = _looked_at(booth)
    state = Told(finding.condition.what, finding.values)
    line = Row(_TITLE, state, light=finding.light, key=f"open:{KEY}", press=Told(_("See")))
    first = sum(row.light is Light.RED for row in shown.rows)
    return replace(shown, rows=(*shown.rows[:first], line, *shown.rows[first:]))


def page(booth: Booth) -> TechnicianPage:
    known = officials_file.read_or_none(booth.settings.anchors.folder)
    rows = rows_of(_looked_at(booth))
    if known != booth.anchors.officials:
        text = Told(_("It counts from the next start of the program."))
        rows = (Row(Told(_("This was typed since the start")), text, None, Light.AMBER, "restart:", _RESTART), *rows)
    press = Told(_("Type another one")) if known else Told(_("Type it from the paper"))
    shown = (_code(known, _COMPARE),) if known else ()
    return TechnicianPage("officials", _TITLE, None, rows, (press, f"set:{KEY}"), above=shown)


def form(text: str = "", fault: Told | None = None) -> Form:
    return setting(KEY, _FINGERPRINT, text, fault)


def changed(booth: Booth, text: str) -> TechnicianPage | Form:
    """The two fingerprints before one is saved; what is none is said and not saved."""
    typed = _typed(text)
    if isinstance(typed, Told):
        return form(text, typed)
    before = officials_file.read_or_none(booth.settings.anchors.folder)
    if typed == before:
        return page(booth)
    rows: tuple[Row, ...] = ()
    if before:
        warning = Told(_("Only between votes, and by the paper: a vote that these have signed is taken here no more."))
        rows = (Row(Told(_("Until now: {fingerprint}"), {"fingerprint": before}), warning, light=Light.AMBER),)
    return TechnicianPage(
        "officials-change",
        Told(_("Check the change")),
        Told(_("Nothing is saved yet.")),
        rows,
        (Told(_("Save")), f"save:{KEY}={typed}"),
        above=(_code(typed, _COMPARE),),
    )


def saved(booth: Booth, by: Hand, text: str) -> TechnicianPage | Form:
    typed = _typed(text)
    if isinstance(typed, Told):
        return form(text, typed)
    try:
        outcome = typing.type_in(booth, by, typed)
    except OSError as error:
        return settings_pages.not_written(error)
    match outcome:
        case typing.Known():
            return page(booth)
        case typing.Done():
            return settings_pages.restart(Told(_("The change is saved")))
    assert_never(outcome)


def _typed(text: str) -> str | Told:
    """The fingerprint, or what is wrong with it."""
    try:
        return officials_file.fingerprint(text)
    except CodeRefused:
        return Told(
            _("This is no fingerprint: it has 10 groups of 4 letters and digits. Read it again, group by group.")
        )


def _code(fingerprint: str, note: Told) -> Code:
    return Code(title=_FINGERPRINT, shown=tuple(fingerprint.split("-")), hear=_HEAR, note=note)


def _looked_at(booth: Booth) -> list[checks.Finding]:
    """What votes say of the fingerprint that is on the disk: it may have been typed since the start."""
    folder = booth.settings.anchors.folder
    if (spoilt := checks.check_officials_file(booth.settings.anchors)) is not None:
        return [spoilt]
    then = replace(booth, anchors=replace(booth.anchors, officials=officials_file.read_or_none(folder)))
    return [one for one in checks.examine_matters(then) if one.check is Check.OFFICIALS]
