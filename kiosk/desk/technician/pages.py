"""The technician's pages as values: what each shows of the booth, and what came of an act. Each asks its services.

Never: a decision that a service should make, or a word of what is in an envelope.
"""

from collections.abc import Callable
from datetime import datetime

from kiosk import health as checks
from kiosk.desk.technician.views import Row, TechnicianPage, Told
from kiosk.desk.technician.words import refusal
from kiosk.health import NAMES, Check, Finding, Light
from kiosk.kernel.booth import Booth
from kiosk.kernel.hand import Hand
from kiosk.syncing import rounds as syncing
from kiosk.technician import power, rounds
from municipality.greek import ATHENS

Page = Callable[[Booth], TechnicianPage]


def _(message: str) -> str:
    return message


_SEE = Told(_("See"))


def not_stored(why: str) -> TechnicianPage:
    """Nothing came of an act, because the disk takes nothing. `why`: a message id."""
    return TechnicianPage(
        "not-stored",
        Told(_("This could not be stored")),
        Told(_("Nothing was done, because {why}."), {"why": why}),
        way_on=(Told(_("Back to the start")), "open:home"),
    )


def home(booth: Booth) -> TechnicianPage:
    """Where everything begins; the lights of what is quick to know."""
    now = checks.check_services(booth)
    queue = checks.check_queue(booth)
    matter = checks.check_matter(booth)
    clean = power.cleaning(booth)
    rows = (
        _door("services", Told(NAMES[Check.SERVICES]), *_seen(now)),
        _door("devices", Told(_("Devices")), Told(_("Each alone: how it is, its test, its switch."))),
        _door("health", Told(_("Health of the booth")), Told(_("Every part, what is wrong, what to do."))),
        _door("sync", Told(_("Round with the town hall")), *_seen(matter)),
        _door("queue", Told(_("Waiting acts, and what was not taken")), *_seen(queue)),
        _door("paper", Told(_("Paper")), Told(_("Counters, change of paper, test page."))),
        Row(
            Told(_("Trial visit")),
            Told(_("A whole visit of nobody, with your own card. Nothing stays.")),
            key="rehearse:",
            press=Told(_("Begin")),
        ),
        _door("settings", Told(_("Settings")), Told(_("Screen, sound, printer, line."))),
        _door("journal", Told(_("Journal")), Told(_("What happened here; no resident is in it."))),
        _door(
            "booth",
            Told(_("Restart, out of service, cleaning")),
            Told(_("{visits} visits since the last cleaning."), {"visits": clean.visits}),
            Light.AMBER if clean.due or power.out_of_service(booth) else Light.GREEN,
        ),
    )
    return TechnicianPage("home", Told(_("Technician")), Told(_("Take your card to leave.")), rows, back=False)


def _door(page: str, name: Told, text: Told, light: Light | None = None) -> Row:
    return Row(name, text, light=light, key=f"open:{page}", press=_SEE)


def _seen(finding: Finding) -> tuple[Told, Light]:
    return Told(finding.condition.what, finding.values), finding.light


def rows_of(findings: list[Finding]) -> tuple[Row, ...]:
    """One row for each finding: what is wrong stands first."""
    order = [Light.RED, Light.AMBER, Light.GREEN]
    return tuple(
        Row(
            Told(NAMES[one.check]),
            Told(one.condition.what, one.values),
            Told(one.condition.todo, one.values) if one.condition.todo else None,
            one.light,
        )
        for one in sorted(findings, key=lambda one: order.index(one.light))
    )


def health(booth: Booth) -> TechnicianPage:
    return TechnicianPage(
        "health",
        Told(_("Health of the booth")),
        Told(_("What wants a hand stands first.")),
        rows_of(checks.examine(booth)),
        (Told(_("Check again")), "open:health"),
    )


def queue(booth: Booth) -> TechnicianPage:
    finding = checks.check_queue(booth)
    letters = syncing.dead_letters(booth)
    rows = tuple(
        Row(
            Told("{kind} {end}", {"kind": _called(booth, letter.kind), "end": letter.id[-6:]}),
            Told(_("Reason: {why}"), {"why": refusal(letter.reason)}),
            light=Light.AMBER,
            key=f"retry:{letter.id}",
            press=Told(_("Try again")),
        )
        for letter in letters
    )
    return TechnicianPage(
        "queue",
        Told(_("Waiting acts, and what was not taken")),
        Told(finding.condition.what, finding.values),
        rows,
        (Told(_("Speak now")), "sync:"),
    )


def _called(booth: Booth, kind: str) -> str:
    # A letter may be older than this program, and of a kind that there is no more.
    return next((act.title for office in booth.matters for act in office.matter.acts if act.kind == kind), kind)


def retried(booth: Booth, by: Hand, letter: str) -> TechnicianPage:
    """A letter that was not taken waits again."""
    rounds.retry_letter(booth, by, letter)
    return queue(booth)


def rehearsed(findings: list[Finding]) -> TechnicianPage:
    """What a trial visit found."""
    well = checks.worst(findings) is Light.GREEN
    title = Told(_("The trial visit went well")) if well else Told(_("The trial visit found a fault"))
    again = (Told(_("Once more")), "rehearse:")
    return TechnicianPage("rehearsal", title, Told(_("Nothing of it was stored.")), rows_of(findings), again)


def _clock(booth: Booth) -> tuple[Row, ...]:
    """Only while it is in doubt: the technician's watch ends that."""
    finding = checks.clock_of(booth)
    if finding.light is not Light.RED:
        return ()
    shown = Told(_("The booth shows {now}."), {"now": f"{booth.clock().astimezone(ATHENS):%d/%m/%Y %H:%M}"})
    return (
        *rows_of([finding]),
        Row(Told(_("My watch shows the same")), shown, None, Light.RED, "clock:", Told(_("The clock is right"))),
    )


def _service(out: datetime | None) -> Row:
    """Into service or out of it; `out`: since when it is out."""
    if out is not None:
        return Row(
            Told(_("The booth is out of service")),
            Told(_("Since {since}."), {"since": f"{out.astimezone(ATHENS):%d/%m %H:%M}"}),
            None,
            Light.AMBER,
            "in:",
            Told(_("Into service")),
        )
    return Row(
        Told(_("The booth is in service")),
        Told(_("Out of service it takes technicians' cards only.")),
        None,
        Light.GREEN,
        "out:",
        Told(_("Out of service")),
    )


def booth(booth: Booth) -> TechnicianPage:
    clean = power.cleaning(booth)
    rows = (
        _service(power.out_of_service(booth)),
        *_clock(booth),
        Row(
            Told(_("Cleaning of screen, keys and reader")),
            Told(_("{visits} visits since the last cleaning."), {"visits": clean.visits}),
            Told(_("Clean them, then press the button.")) if clean.due else None,
            Light.AMBER if clean.due else Light.GREEN,
            "clean:",
            Told(_("Cleaned")),
        ),
        Row(
            Told(_("More words in the log for an hour")),
            Told(_("Never a resident's data.")),
            key="log:",
            press=Told(_("Begin")),
        ),
        Row(
            Told(_("Restart the program")),
            Told(_("It takes a few seconds. Nothing is lost.")),
            key="restart:",
            press=Told(_("Restart")),
        ),
    )
    return TechnicianPage("booth", Told(_("Restart, out of service, cleaning")), None, rows)
