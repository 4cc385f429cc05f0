"""What the tools find reaches an official in Greek: every reason not to sign or open, and every line before it."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from types import ModuleType

import pytest

from ballot_box.officials import ceremony, codes, consent, home, opening, registration, trustee
from ballot_box.officials.wizard.words import greek, in_greek

_SAYING = {"Refusal", "MayNotOpen", "_Against", "HomeRefused", "CodeRefused", "progress"}
UNKNOWN = "Δείξτε στον τεχνικό"


def sentence(node: ast.expr) -> str | None:
    """As it may be said: 3 in place of whatever is put in."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "3" for part in node.values)
    return None


def said_in(module: ModuleType) -> Iterator[str]:
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in _SAYING and node.args:
            found = sentence(node.args[0])
        elif (isinstance(node, ast.Yield) and node.value is not None and module is opening) or (
            isinstance(node, ast.Return) and node.value is not None and module is not codes
        ):
            found = sentence(node.value)
        else:
            continue
        if found and " " in found:
            yield found


@pytest.mark.parametrize(
    "module", [home, consent, opening, trustee, codes, registration, ceremony], ids=lambda module: module.__name__
)
def test_every_sentence_has_its_greek(module: ModuleType) -> None:
    found = [one for one in said_in(module) if re.search("[a-z]{3}", one)]
    assert found
    assert {one: greek(one) for one in found if UNKNOWN in greek(one)} == {}


def test_what_is_put_in_stays() -> None:
    assert greek("2 of the officers have signed it, and it takes 2") == (
        "Την έχουν υπογράψει 2 υπάλληλοι, και χρειάζονται 2."
    )
    assert greek("the set-up: 1 of the trustees have signed it, and it takes 2") == (
        "Η ψηφοφορία: Την έχουν υπογράψει 1 επίτροποι, και χρειάζονται 2."
    )
    assert greek("booth a\\1b has made two different closing statements") == (
        "Το σημείο a\\1b έχει δώσει δύο διαφορετικές δηλώσεις λήξης."
    )
    assert greek("something new") == "Το αρχείο ή η ενέργεια δεν στέκει. Δείξτε στον τεχνικό: «something new»"


def test_what_is_agreed_with_is_told_in_greek() -> None:
    told: list[tuple[str, ...]] = []
    agree = in_greek(lambda lines: bool(told.append(lines)) or True)
    assert agree(("6 ballots count, one for each voter.", "«\x1b[2J», 7 on the roll, closed at x."))
    assert told == [
        ("Μετρούν 6 ψήφοι, μία για καθέναν που ψήφισε.", "«\ufffd[2J»: μπορούσαν να ψηφίσουν 7, έκλεισε x.")
    ]
