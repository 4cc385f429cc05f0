"""What the technician's screens show: the shapes that residents have too, filled with what a booth says of itself.

Never: a resident's name or number, a choice, what is in an envelope.
"""

from dataclasses import dataclass, field

from kiosk.desk.actions import Action, Choose
from kiosk.desk.blocks import Row as Row
from kiosk.desk.blocks import Text
from kiosk.desk.blocks import Told as Told
from kiosk.desk.pages import Field, Form, Given, List, Rule, _

HELP = Told(_("Touch a row to open it. What you do here is recorded with your card's number."))


@dataclass(frozen=True, repr=False)
class TechnicianPage(List):
    """A page of rows whose keys are commands (`verb:what`): who presses them is known, and so is
    every command."""

    help: tuple[Text, ...] = field(default=(HELP,), kw_only=True)

    @property
    def page(self) -> str:
        return self.name

    def taken(self, action: Action) -> Given[str] | None:
        return Given(action.key) if isinstance(action, Choose) else super().taken(action)


def setting(key: str, title: Text, value: str, fault: Text | None = None) -> Form:
    """One setting is typed. `fault`: what was wrong with the last try. What may stand there is the settings file's to
    say, which is asked when it is checked."""
    return Form(
        key,
        title,
        (Field(key=key, label=title, value=value, rule=Rule(shortest=0, longest=10_000), letters="en"),),
        Told(_("Type it, then touch “Check”. Nothing is saved before you have seen the change.")),
        way_on=Told(_("Check")),
        fault=fault,
    )
