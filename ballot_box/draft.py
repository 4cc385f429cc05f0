"""Setting an election up: its number, its questions, its trustees and its public credentials become one set-up.

Only public matter comes in and goes out; keys and credentials are made elsewhere, by those who hold them.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from ballot_box import belenios
from ballot_box.election import ElectionSetup, Question


def new_uuid() -> str:
    """A new election's number: Base58, from belenios-tool."""
    return belenios.generate_token()


def make_setup(
    uuid: str,
    name: str,
    questions: Sequence[Question],
    trustees: str,
    credentials: Iterable[str],
    *,
    description: str = "",
) -> ElectionSetup:
    """The set-up of an election in BELENIOS-2048.

    `trustees`: trustees.json of the officials (ballot_box.officials.ceremony). `credentials`: the registrar's public
    list. ToolFailed if belenios-tool refuses the trustees' key, ValueError if a credential is not one.
    """
    template = {"description": description, "name": name, "questions": [one.to_template() for one in questions]}
    with tempfile.TemporaryDirectory(prefix="ballot-box-") as folder_name:
        folder = Path(folder_name)
        (folder / "trustees.json").write_text(trustees, encoding="utf-8")
        (folder / "template.json").write_text(json.dumps(template, ensure_ascii=False), encoding="utf-8")
        belenios.make_election(folder, uuid, folder / "template.json")
        return ElectionSetup(
            election=(folder / "election.json").read_text(encoding="utf-8").rstrip("\n"),
            trustees=trustees,
            credentials=tuple(sorted(credentials, key=int)),
            tool=belenios.tool_version(),
        )
