"""One ballot of an election that nobody will ever hold: made, sealed and checked, to see that this machine can.

Its key and credential live for this one call. Never: anything of a real election, or a file that is left over.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from ballot_box import belenios
from ballot_box.credential import Credential, public_part_in
from ballot_box.draft import make_setup, new_uuid
from ballot_box.election import Question
from ballot_box.seal import seal_ballot
from ballot_box.strict import BallotOk, check_ballot


def practise() -> bool:
    """Whether a ballot sealed here passes the check (about 0.6 s). Raises ToolFailed or OSError where nothing runs."""
    election, credential = new_uuid(), Credential.generate()
    with tempfile.TemporaryDirectory(prefix="ballot-box-") as scratch:
        trustees = lone_trustee(Path(scratch))
        question = Question(text="?", answers=("1", "2"), minimum=1, maximum=1, blank=False)
        setup = make_setup(election, "-", [question], trustees, [public_part_in(election, credential)])
        ballot = seal_ballot(setup, credential, (frozenset({0}),))
        return isinstance(check_ballot(setup, ballot.text), BallotOk)


def lone_trustee(folder: Path) -> str:
    """Belenios' trustees.json with one trustee, whose private key stays in `folder`: no real vote has one like it."""
    _, public = belenios.generate_trustee_key(folder)
    (folder / "public_keys.jsons").write_text(public.read_text(encoding="ascii").strip() + "\n", encoding="ascii")
    belenios.make_trustees(folder)
    return (folder / "trustees.json").read_text(encoding="utf-8").rstrip("\n")
