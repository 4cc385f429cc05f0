"""The booth's side: a choice goes in, an encrypted ballot comes out.

The scratch folder holds the election's public texts only (not even the public credential), so that a kill at any
moment leaves nothing that tells who was voting or what.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ballot_box import belenios
from ballot_box.choice import Blank, plaintext
from ballot_box.credential import Credential
from ballot_box.election import ElectionSetup
from ballot_box.tracker import tracker_of


@dataclass(frozen=True)
class Ballot:
    """An encrypted ballot. `text` is the canonical JSON that goes to the board, `tracker` its name there."""

    text: str
    tracker: str


@contextmanager
def scratch_board(setup: ElectionSetup, credentials: str) -> Iterator[Path]:
    """A private folder with a board of this election, given this JSON list of public credentials; removed after."""
    with tempfile.TemporaryDirectory(prefix="ballot-box-") as name:
        folder = Path(name)
        (folder / "election.json").write_text(setup.election, encoding="utf-8")
        (folder / "trustees.json").write_text(setup.trustees, encoding="utf-8")
        (folder / "public_creds.json").write_text(credentials, encoding="utf-8")
        try:
            belenios.archive_init(folder)
        except belenios.ToolFailed as trouble:  # nothing of a ballot went in yet
            raise belenios.ToolUnavailable(f"no scratch board: {trouble}") from None
        yield folder


def seal_ballot(
    setup: ElectionSetup,
    credential: Credential,
    choice: Iterable[frozenset[int] | Blank],
    *,
    progress: Callable[[str], None] | None = None,
) -> Ballot:
    """Encrypt and sign a choice (80-100 ms). The caller checks the ballot with check_ballot before keeping it.

    `progress` is told "preparing", "encrypting", "sealed". ChoiceDoesNotFit if the questions do not allow the choice;
    ToolUnavailable or ToolFailed if belenios-tool did not do its work. No exception holds credential or choice.
    """
    tell = progress or (lambda _stage: None)
    marks = plaintext(setup.questions, choice)
    tell("preparing")
    with scratch_board(setup, "[]") as folder:
        tell("encrypting")
        text = belenios.generate_ballot(folder, credential, marks)
    tell("sealed")
    return Ballot(text=text, tracker=tracker_of(text))
