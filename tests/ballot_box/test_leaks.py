"""Neither choice nor credential is left anywhere: files, arguments, environment, exceptions; nor after a kill.

The vote is on many answers, so that its plaintext is a text that occurs nowhere else and the real tool takes long
enough to be caught at work. Each search must first find a marker that was planted.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest
from waiting import running, until

import ballot_box
from ballot_box import Choice, Credential, ElectionSetup, Question, ToolFailed, make_setup, new_uuid
from ballot_box.choice import plaintext
from ballot_box.credential import public_part_in
from ballot_box.practice import lone_trustee

ROOT = Path(__file__).parents[2]
ANSWERS = 40
MARKER = "marker-7f3a9c51-planted"
SHARED = Path("/dev/shm")
VOTER = """
import json, sys
from ballot_box import Choice, Credential, ElectionSetup, seal_ballot
given = json.loads(sys.stdin.read())
setup, credential = ElectionSetup.from_json(given["setup"]), Credential(given["credential"])
seal_ballot(setup, credential, Choice([given["choice"]]), progress=lambda stage: print(stage, flush=True))
"""


@pytest.fixture(scope="module")
def wide(tmp_path_factory) -> tuple[ElectionSetup, Credential]:
    uuid, trustees = new_uuid(), lone_trustee(tmp_path_factory.mktemp("wide"))
    credential = Credential.generate()
    question = Question("Ποιες γειτονιές;", tuple(f"γειτονιά {number}" for number in range(ANSWERS)), 1, ANSWERS, False)
    return make_setup(uuid, "Πολλά", [question], trustees, [public_part_in(uuid, credential)]), credential


def contents(*folders: Path) -> Iterator[tuple[str, bytes]]:
    for folder in folders:
        for path in folder.rglob("*"):
            yield f"name of {path}", os.fsencode(path)
            try:
                if path.is_file():
                    yield str(path), path.read_bytes()
            except OSError:
                continue


def where(needle: str, *folders: Path) -> list[str]:
    return [place for place, content in contents(*folders) if needle.encode() in content]


class Voter:
    """A process of its own that seals a ballot, with TMPDIR in a folder that can be searched."""

    def __init__(self, temporary: Path, setup: ElectionSetup, credential: Credential, choice: list[int]) -> None:
        given = {"setup": setup.to_json(), "credential": credential.reveal(), "choice": choice}
        self.process = subprocess.Popen(
            [sys.executable, "-c", VOTER],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "TMPDIR": str(temporary)},
        )
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(given))
        self.process.stdin.close()

    def tool(self) -> int:
        """The process id of belenios-tool while it encrypts; stopped, so that it cannot end by having finished."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            assert self.process.poll() is None, "ended before the tool was seen"
            for child in Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split():
                try:
                    arguments = Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0")
                except (FileNotFoundError, ProcessLookupError):  # an earlier call of the tool, just ended
                    continue
                if arguments[0].endswith(b"belenios-tool") and b"generate-ballot" in arguments:
                    os.kill(int(child), signal.SIGSTOP)
                    return int(child)
        raise AssertionError("the tool was never seen at work")

    def end(self) -> None:
        self.process.kill()
        self.process.wait(60)
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.fixture
def secrets(wide) -> tuple[str, str]:
    """(choice, credential) as texts that must be nowhere."""
    setup, credential = wide
    return plaintext(setup.questions, Choice([{1, 5, 39}])).reveal(), credential.reveal()


def test_nothing_is_left_when_all_goes_well(wide, secrets, tmp_path):
    voter = Voter(tmp_path, *wide, [1, 5, 39])
    assert voter.process.stdout is not None
    assert voter.process.stdout.read().split() == ["preparing", "encrypting", "sealed"]
    assert voter.process.wait(60) == 0
    voter.end()
    (tmp_path / "planted").write_text(MARKER)
    assert where(MARKER, tmp_path, SHARED) == [str(tmp_path / "planted")]
    assert [path.name for path in tmp_path.iterdir()] == ["planted"]
    for secret in secrets:
        assert where(secret, SHARED) == []


def test_nothing_is_left_after_a_kill_during_encryption(wide, secrets, tmp_path):
    """And the tool, with credential and choice in its memory, dies with us."""
    setup, credential = wide
    voter = Voter(tmp_path, *wide, [1, 5, 39])
    tool = voter.tool()
    seen = [
        Path(f"/proc/{pid}/{what}").read_bytes() for pid in (tool, voter.process.pid) for what in ("cmdline", "environ")
    ]
    voter.end()
    until(lambda: not running(tool))

    (scratch,) = tmp_path.iterdir()
    (scratch / "planted").write_text(MARKER)
    assert where(MARKER, tmp_path, SHARED) == [str(scratch / "planted")]
    assert where(setup.uuid, tmp_path), "the scratch folder was there: the kill came in time"
    # Not even who was voting, by the public part of their credential.
    for secret in (*secrets, ballot_box.public_part(setup, credential)):
        assert where(secret, tmp_path, SHARED) == []
        assert not any(secret.encode() in one for one in seen)
    assert not any(b"0,0,0,0,0" in one for one in seen)


def test_what_a_kill_leaves_does_not_depend_on_the_choice(wide, tmp_path):
    left = []
    for number, choice in enumerate(([0], list(range(ANSWERS)))):
        home = tmp_path / str(number)
        home.mkdir()
        voter = Voter(home, *wide, choice)
        voter.tool()
        voter.end()
        (scratch,) = home.iterdir()
        left.append({path.name: path.stat().st_size for path in scratch.iterdir()})
    assert left[0] == left[1] and len(left[0]) == 4


QUOTING_TOOL = """#!/bin/sh
case "$1" in --version) echo "2.0 (20230102)"; exit 0;; esac
if [ "$2" = generate-ballot ]; then
    for argument in "$@"; do case "$argument" in /dev/fd/*) cat "$argument" >&2; cat "$argument";; esac; done
    echo {marker} >&2
    exit 124
fi
exec {tool} "$@"
"""


@pytest.mark.parametrize("after", ["exit 124", "exec sleep 60", "kill -9 $$"])
def test_a_tool_that_quotes_what_it_was_given_is_not_passed_on(wide, secrets, tmp_path, monkeypatch, capfd, after):
    setup, credential = wide
    real = subprocess.run(["which", "belenios-tool"], capture_output=True, text=True).stdout.strip()
    script = QUOTING_TOOL.format(marker=MARKER, tool=real).replace("exit 124", after)
    (tmp_path / "belenios-tool").write_text(script)
    (tmp_path / "belenios-tool").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr("ballot_box.belenios._SEAL_SECONDS", 0.5)
    with pytest.raises(ToolFailed) as caught:
        ballot_box.seal_ballot(setup, credential, Choice([{1, 5, 39}]))
    # With the locals of every frame, as some loggers print them.
    told = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    ours = [frame for frame in told.stack if "ballot_box/" in frame.filename and "tests" not in frame.filename]
    assert len(ours) >= 3
    printed = repr(caught.value) + str(caught.value.__dict__) + repr([(one.line, one.locals) for one in ours])
    assert "generate-ballot" in printed
    captured = capfd.readouterr()
    assert told.__cause__ is None and caught.value.__suppress_context__ | (caught.value.__context__ is None)
    for secret in (*secrets, MARKER):
        assert secret not in printed + captured.out + captured.err


def test_the_quoting_tool_does_quote(wide, secrets, tmp_path):
    """The planted marker of the test above: run by hand, the same tool tells both."""
    script = tmp_path / "belenios-tool"
    script.write_text(QUOTING_TOOL.format(marker=MARKER, tool="false"))
    reader, writer = os.pipe()
    os.write(writer, secrets[1].encode())
    os.close(writer)
    command = ["/bin/sh", str(script), "election", "generate-ballot", f"/dev/fd/{reader}"]
    done = subprocess.run(command, pass_fds=(reader,), capture_output=True, text=True)
    os.close(reader)
    assert secrets[1] in done.stderr and MARKER in done.stderr and done.returncode == 124
