"""The technician's pages of rounds with the town hall: by line, by stick, and the last ones.

Never: a word of what went or came; counts and stages alone.
"""

from collections.abc import Sequence
from pathlib import Path

from kiosk.desk.technician.views import Row, TechnicianPage, Told
from kiosk.desk.technician.words import trouble
from kiosk.health import Light
from kiosk.kernel.booth import Booth
from kiosk.kernel.hand import Hand
from kiosk.technician import rounds
from municipality.greek import ATHENS
from sync import Report


def _(message: str) -> str:
    return message


STAGES = {
    "hello": _("Greeting the town hall"),
    "push": _("Sending what waits"),
    "pull": _("Taking what is new"),
    "status": _("Telling how the booth is"),
}


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


def round_told(report: Report | rounds.Under | rounds.Full) -> TechnicianPage:
    """What a round did, stage by stage."""
    again = (Told(_("Speak now")), "sync:")
    if isinstance(report, rounds.Under):
        return TechnicianPage(
            "sync", Told(_("Round with the town hall")), Told(_("A round is under way already.")), (), again
        )
    if isinstance(report, rounds.Full):
        text = Told(
            _("Nothing more could be stored, because {why}. What was stored stays; the rest waits for the next round."),
            {"why": report.why},
        )
        return TechnicianPage("sync", Told(_("The round was cut")), text, (), again)
    stages = tuple(
        Row(
            Told(STAGES.get(stage.name, stage.name)),
            Told(_("Done")) if stage.ok else Told(_("Not done: {why}"), {"why": trouble(stage.problem)}),
            light=Light.GREEN if stage.ok else Light.AMBER,
        )
        for stage in report.stages
    )
    title = Told(_("The round is whole")) if report.ok else Told(_("The round was cut"))
    return TechnicianPage("sync", title, None, (*stages, _counts(report)), again)


def _counts(report: Report) -> Row:
    return Row(
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


def which_stick(sticks: Sequence[Path]) -> Told:
    """Why none of them is written to: more than one would be a riddle."""
    return Told(_("More than one stick is here")) if sticks else Told(_("No stick is here"))


def stick_round(booth: Booth, by: Hand) -> TechnicianPage:
    """The first stick that is here; more than one would be a riddle."""
    sticks = rounds.sticks()
    if len(sticks) != 1:
        text = Told(_("Put one in and wait a moment."))
        return TechnicianPage("sync", which_stick(sticks), text, (), (Told(_("Round by a stick")), "stick:"))
    carried = rounds.by_stick(booth, by, sticks[0])
    if isinstance(carried, rounds.Under | rounds.Full):
        return round_told(carried)
    light = Light.GREEN if carried.ok else Light.AMBER
    shown = Row(Told(_("The stick")), Told(carried.words, carried.values), None, light)
    return TechnicianPage("sync", Told(_("Round by a stick")), None, (shown,), (Told(_("Speak now")), "sync:"))
