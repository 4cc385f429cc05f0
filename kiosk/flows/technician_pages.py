"""The technician's pages as values: what each shows of the booth, and what came of an act. Each asks its services.

Never: a decision that a service should make, or a word of what is in an envelope.
"""

from collections.abc import Callable

from kiosk.flows.technician_views import Row, TechnicianPage, Told
from kiosk.services import expiry, syncing
from kiosk.services import health as checks
from kiosk.services.booth import Booth
from kiosk.services.expiry import Service
from kiosk.services.health import NAMES, Finding, Light
from kiosk.services.technician import Did, Technician, did, extract, power, rounds, switches
from kiosk.services.technician import paper as sheets
from kiosk.services.technician.switches import Reason
from municipality.failures import ALL
from municipality.greek import ATHENS
from printing import NotPrinted, Printed
from sync import Report

Page = Callable[[Booth], TechnicianPage]
_SHOWN_LINES = 40


def _(message: str) -> str:
    return message


STAGES = {
    "hello": _("Greeting the town hall"),
    "push": _("Sending what waits"),
    "pull": _("Taking what is new"),
    "status": _("Telling how the booth is"),
}
_SERVICES = {
    Service.SIGN_IN: _("Signing in with the card"),
    Service.VOTE: _("Votes"),
    Service.CERTIFICATE: _("Certificates"),
}
_REASONS = {
    Reason.REPAIR: _("For repair"),
    Reason.SUPPLIES: _("Until supplies come"),
    Reason.TOWN_HALL: _("By order of the town hall"),
}
_SEE = Told(_("See"))
NOT_STORED = TechnicianPage(
    "not-stored",
    Told(_("This could not be stored")),
    Told(_("The disk is full. Nothing was done.")),
    way_on=(Told(_("Back to the start")), "open:home"),
)


def home(booth: Booth) -> TechnicianPage:
    """Where everything begins; the lights of what is quick to know."""
    queue = checks.check_queue(booth)
    matter = checks.check_matter(booth)
    clean = power.cleaning(booth)
    rows = (
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
        _door("services", Told(_("Services on and off")), Told(_("What residents can do here, and why not."))),
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


def sync(booth: Booth) -> TechnicianPage:
    past = rounds.past(booth)
    rows = tuple(
        Row(
            Told(f"{one.at.astimezone(ATHENS):%d/%m/%Y %H:%M}"),
            Told(_("Whole")) if one.how == "complete" else Told(_("Cut")),
            light=Light.GREEN if one.how == "complete" else Light.AMBER,
        )
        for one in past
    )
    by_hand = Row(
        Told(_("Round by a stick")),
        Told(_("For a booth without a line: the stick goes to the town hall and comes back.")),
        key="stick:",
        press=Told(_("Begin")),
    )
    text = Told(_("The last rounds stand below.")) if past else Told(_("There has been no round yet."))
    return TechnicianPage(
        "sync", Told(_("Round with the town hall")), text, (*rows, by_hand), (Told(_("Speak now")), "sync:")
    )


def round_told(_booth: Booth, report: Report | rounds.Under) -> TechnicianPage:
    """What a round did, stage by stage."""
    again = (Told(_("Speak now")), "sync:")
    if isinstance(report, rounds.Under):
        return TechnicianPage(
            "sync", Told(_("Round with the town hall")), Told(_("A round is under way already.")), (), again
        )
    stages = tuple(
        Row(
            Told(STAGES.get(stage.name, stage.name)),
            Told(_("Done")) if stage.ok else Told(_("Not done: {why}"), {"why": stage.problem}),
            light=Light.GREEN if stage.ok else Light.AMBER,
        )
        for stage in report.stages
    )
    counts = Row(
        Told(_("Sent and received")),
        Told(
            _("Sent {sent}: accepted {accepted}, known {known}, not taken {refused}. Received {received}."),
            {
                "sent": report.sent,
                "accepted": report.accepted,
                "known": report.duplicate,
                "refused": report.rejected,
                "received": report.pulled,
            },
        ),
        light=Light.AMBER if report.rejected else Light.GREEN,
    )
    title = Told(_("The round is whole")) if report.ok else Told(_("The round was cut"))
    return TechnicianPage("sync", title, None, (*stages, counts), again)


def queue(booth: Booth) -> TechnicianPage:
    finding = checks.check_queue(booth)
    letters = syncing.dead_letters(booth)
    rows = tuple(
        Row(
            Told(f"{letter.kind} · {letter.id[-6:]}"),
            Told(_("Reason: {why}"), {"why": letter.reason}),
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


def retried(booth: Booth, card: str, letter: str) -> TechnicianPage:
    """A letter that was not taken waits again."""
    if syncing.retry(booth, letter):
        did(booth, card, Did.RETRIED, letter)
    return queue(booth)


def paper(booth: Booth) -> TechnicianPage:
    count = sheets.count(booth)
    days = count.days_left
    left = (
        Told(_("About {sheets} sheets are left, enough for {days} days."), {"sheets": count.left, "days": days})
        if days is not None
        else Told(_("About {sheets} sheets are left."), {"sheets": count.left})
    )
    rows = (
        *rows_of([checks.check_printer(booth.printer)]),
        Row(Told(_("Left in the tray")), left, light=Light.AMBER if count.left < 25 else Light.GREEN),
        Row(
            Told(_("Printed")),
            Told(
                _("{since} sheets since the change, {ever} in all."), {"since": count.since_filled, "ever": count.ever}
            ),
        ),
        Row(
            Told(_("I have filled the tray")),
            Told(_("The counter begins anew.")),
            key="paper-changed:",
            press=Told(_("Filled")),
        ),
    )
    return TechnicianPage("paper", Told(_("Paper")), None, rows, (Told(_("Print a test page")), "test-page:"))


def test_page(booth: Booth, card: str) -> TechnicianPage:
    """Prints it and says what came of it."""
    town = checks.town_of(booth)
    outcome = sheets.test_page(
        booth,
        card,
        "Δοκιμαστική σελίδα",
        "Αυτή η σελίδα δεν έχει στοιχεία κανενός. Αν διαβάζεται ολόκληρη και καθαρά, ο εκτυπωτής είναι εντάξει.",
        booth.settings.booth.name_el,
        town.name.el if town else booth.settings.municipality.id,
    )
    match outcome:
        case None:
            row = Row(Told(_("Test page")), Told(_("It could not be made.")), light=Light.RED)
        case Printed():
            row = Row(Told(_("Test page")), Told(_("It came out. Please look at it.")), light=Light.GREEN)
        case NotPrinted(why):
            row = Row(Told(_("Test page")), Told(_("It was not printed: {why}."), {"why": why}), light=Light.RED)
        case _:
            row = Row(Told(_("Test page")), Told(_("Nobody can say whether it came out whole.")), light=Light.AMBER)
    shown = paper(booth)
    return TechnicianPage(shown.page, shown.title, None, (row, *shown.rows), shown.way_on)


def rehearsed(booth: Booth, technician: Technician, findings: list[Finding]) -> TechnicianPage:
    """What a trial visit found."""
    well = checks.worst(findings) is Light.GREEN
    did(booth, technician.number, Did.REHEARSED, "well" if well else "fault")
    title = Told(_("The trial visit went well")) if well else Told(_("The trial visit found a fault"))
    again = (Told(_("Once more")), "rehearse:")
    return TechnicianPage("rehearsal", title, Told(_("Nothing of it was stored.")), rows_of(findings), again)


def services(booth: Booth) -> TechnicianPage:
    by_hand = {one.service: one for one in switches.now_off(booth)}
    off = {one.service: one for one in expiry.services_off(booth)}
    rows = []
    for service, name in _SERVICES.items():
        if service in by_hand:
            held = by_hand[service]
            text = Told(
                _("Off since {since}: {why}"),
                {"since": f"{held.since.astimezone(ATHENS):%d/%m %H:%M}", "why": _REASONS[held.reason]},
            )
            said = Told(ALL[switches.CODES[held.reason]].title)
            rows.append(Row(Told(name), text, said, Light.AMBER, f"on:{service.value}", Told(_("Switch on"))))
        elif service in off:
            rows.append(Row(Told(name), Told(ALL[off[service].code].title), None, Light.RED))
        else:
            key = f"why:{service.value}"
            rows.append(Row(Told(name), Told(_("On")), None, Light.GREEN, key, Told(_("Switch off"))))
    return TechnicianPage("services", Told(_("Services on and off")), None, tuple(rows))


def why(service: Service) -> TechnicianPage:
    """Which sentence residents shall read."""
    rows = tuple(
        Row(
            Told(name),
            Told(ALL[switches.CODES[reason]].title),
            key=f"off:{service.value} {reason.value}",
            press=Told(_("Switch off")),
        )
        for reason, name in _REASONS.items()
    )
    return TechnicianPage(
        "why", Told(_SERVICES[service]), Told(_("Why is it switched off? Residents read the sentence.")), rows
    )


def journal(booth: Booth) -> TechnicianPage:
    rows = tuple(
        Row(Told(f"{line.at.astimezone(ATHENS):%d/%m %H:%M}"), Told(f"{line.what} {line.detail}".strip()))
        for line in extract.latest(booth, _SHOWN_LINES)
    )
    to_stick = Row(
        Told(_("Journal onto a stick")),
        Told(_("A text file with all lines.")),
        key="write-journal:",
        press=Told(_("Write")),
    )
    return TechnicianPage(
        "journal", Told(_("Journal")), None, (to_stick, *rows), (Told(_("Print the journal")), "print-journal:")
    )


def journal_printed(booth: Booth, card: str) -> TechnicianPage:
    town = checks.town_of(booth)
    outcome = extract.on_paper(booth, card, town.name.el if town else booth.settings.municipality.id)
    well = isinstance(outcome, Printed)
    row = Row(
        Told(_("Print the journal")),
        Told(_("It came out. Please look at it.")) if well else Told(_("It was not printed.")),
        light=Light.GREEN if well else Light.RED,
    )
    shown = journal(booth)
    return TechnicianPage(shown.page, shown.title, None, (row, *shown.rows), shown.way_on)


def journal_written(booth: Booth, card: str) -> TechnicianPage:
    sticks = rounds.sticks()
    shown = journal(booth)
    if not sticks:
        row = Row(Told(_("No stick is here")), Told(_("Put one in and wait a moment.")), light=Light.AMBER)
    else:
        written = extract.to_folder(booth, card, sticks[0])
        if isinstance(written, extract.NotWritten):
            row = Row(
                Told(_("The stick")), Told(_("It could not be written: {why}."), {"why": written.why}), None, Light.RED
            )
        else:
            row = Row(Told(_("The stick")), Told(_("Written: {file}"), {"file": written.name}), None, Light.GREEN)
    return TechnicianPage(shown.page, shown.title, None, (row, *shown.rows), shown.way_on)


def stick_round(booth: Booth, card: str) -> TechnicianPage:
    """The first stick that is here; more than one would be a riddle."""
    sticks = rounds.sticks()
    if len(sticks) != 1:
        why = Told(_("No stick is here")) if not sticks else Told(_("More than one stick is here"))
        text = Told(_("Put one in and wait a moment."))
        return TechnicianPage("sync", why, text, (), (Told(_("Round by a stick")), "stick:"))
    carried = rounds.by_stick(booth, card, sticks[0])
    if isinstance(carried, rounds.Under):
        return round_told(booth, carried)
    light = Light.GREEN if carried.ok else Light.AMBER
    shown = Row(Told(_("The stick")), Told(carried.words, carried.values), None, light)
    return TechnicianPage("sync", Told(_("Round by a stick")), None, (shown,), (Told(_("Speak now")), "sync:"))


def booth(booth: Booth) -> TechnicianPage:
    out = power.out_of_service(booth)
    clean = power.cleaning(booth)
    service = (
        Row(
            Told(_("The booth is out of service")),
            Told(_("Since {since}."), {"since": f"{out.astimezone(ATHENS):%d/%m %H:%M}"}),
            None,
            Light.AMBER,
            "in:",
            Told(_("Into service")),
        )
        if out
        else Row(
            Told(_("The booth is in service")),
            Told(_("Out of service it takes technicians' cards only.")),
            None,
            Light.GREEN,
            "out:",
            Told(_("Out of service")),
        )
    )
    rows = (
        service,
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
