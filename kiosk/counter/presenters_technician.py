"""The technician's pages into words. Pure functions, no Qt; see presenters.py."""

from kiosk.counter.words import Gettext, Shown, footer
from kiosk.desk.technician.touch import TOUCHED
from kiosk.desk.technician.views import Row, TechnicianPage, TechnicianText, TechnicianTouch, TechnicianWork, Told
from kiosk.health import LIGHTS, Light, filled

# As the screens name them: colours are the theme's.
_STATES = {Light.GREEN: "well", Light.AMBER: "care", Light.RED: "fault"}
_ICONS = {Light.GREEN: "circle-check", Light.AMBER: "alert-triangle", Light.RED: "circle-x"}


def technician_page(view: TechnicianPage, _: Gettext) -> Shown:
    way_on = view.way_on[0] if view.way_on else None
    return {
        "key": f"TechnicianPage {view.page} {view.title.id}",
        "title": told(view.title, _),
        "text": told(view.text, _),
        "rows": [_row(place, row, _) for place, row in enumerate(view.rows)],
        "footer": footer(cancel=True, back=view.back, primary=told(way_on, _)),
    }


def _row(place: int, row: Row, _: Gettext) -> Shown:
    return {
        "place": place,
        "key": row.key,
        "name": told(row.name, _),
        "text": told(row.text, _),
        "todo": told(row.todo, _),
        "light": _STATES[row.light] if row.light else "",
        "lightWords": _(LIGHTS[row.light]) if row.light else "",
        "icon": _ICONS[row.light] if row.light else "",
        "press": told(row.press, _),
        "choice": row.chosen is not None,
        "chosen": bool(row.chosen),
    }


def technician_text(view: TechnicianText, _: Gettext) -> Shown:
    fault = told(view.fault if isinstance(view.fault, Told) else Told(view.fault), _)
    return {
        "key": f"TechnicianText {view.key} {view.value} {fault}",
        "title": told(view.title, _),
        "text": _("Type it, then touch “Check”. Nothing is saved before you have seen the change."),
        "value": view.value,
        "fault": fault,
        "footer": footer(cancel=True, back=True, primary=_("Check")),
    }


def technician_touch(view: TechnicianTouch, _: Gettext) -> Shown:
    """`press`: the key that the mark at `place` stands for."""
    return {
        "key": f"TechnicianTouch {view.number}",
        "title": _("Touch the mark"),
        "text": _("Mark {number} of {of}").format(number=view.number, of=view.of),
        "place": view.place,
        "press": TOUCHED + view.place,
        "footer": footer(cancel=True, back=True, primary=_("It does not answer")),
    }


def technician_work(view: TechnicianWork, _: Gettext) -> Shown:
    return {
        "title": told(view.what, _),
        "icon": "tool",
        "text": _("{done} of {total}").format(done=view.done, total=view.total) if view.total else "",
        "done": view.done,
        "total": view.total,
        "footer": footer(),
    }


def told(sentence: Told | None, _: Gettext) -> str:
    """A sentence in the screen's language; values that are message ids are translated as well."""
    if sentence is None or not sentence.id:
        return ""
    values = {name: filled(_, value) for name, value in sentence.values.items()}
    return _(sentence.id).format(**values) if values else _(sentence.id)
