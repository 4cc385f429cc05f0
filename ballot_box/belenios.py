"""belenios-tool, one function per call; the only module of this room that starts a program.

Credentials, choices and private keys reach the tool through pipes (/dev/fd/N) and never through a disk file,
an argument, the environment or an exception. The tool is killed with the thread that called it.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import lru_cache
from pathlib import Path

from ballot_box import group
from ballot_box.hidden import Hidden

TOOL = "belenios-tool"
# setpriv: the tool dies with us, and gains nothing. prlimit: no core dump, which would hold credential and choice.
_GUARDS = ("prlimit", "--core=0:0", "--", "setpriv", "--no-new-privs", "--pdeathsig", "KILL", "--")
_SEAL_SECONDS = 30.0
_SMALL_SECONDS = 30.0
_WHOLE_BOARD_SECONDS = 3600.0
_PIPE_BYTES = 4096  # far below a pipe's capacity, so that writing before the tool starts cannot block


class ToolFailed(Exception):
    """The tool said no. The text names the call and, where no secret went in, the tool's last line."""


class ToolUnavailable(ToolFailed):
    """The tool could not do its work: not installed, killed, out of time. Says nothing about its input."""


def _environment() -> dict[str, str]:
    path = os.environ.get("PATH", "/usr/bin:/bin")
    return {"PATH": path, "LANG": "C.UTF-8", "BELENIOS_USE_URANDOM": "1"}


def _run(
    arguments: Sequence[str],
    *,
    seconds: float,
    stdin: bytes = b"",
    cwd: Path | None = None,
    pipes: Sequence[int] = (),
    quotable: bool = True,
) -> tuple[bytes, bytes]:
    """(stdout, stderr). `quotable=False` throws stderr away unread: the tool may quote what it was given."""
    call = " ".join(arguments[:2])
    try:
        done = subprocess.run(
            [*_GUARDS, TOOL, *arguments],
            input=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE if quotable else subprocess.DEVNULL,
            cwd=cwd,
            env=_environment(),
            pass_fds=tuple(pipes),
            timeout=seconds,
            check=False,
        )
    except FileNotFoundError:
        raise ToolUnavailable("prlimit or setpriv (util-linux) is not installed") from None
    except subprocess.TimeoutExpired:  # its text and attributes hold the output: not passed on
        raise ToolUnavailable(f"{TOOL} {call}: no answer within {seconds:.0f} s") from None
    if done.returncode == 0:
        return done.stdout, done.stderr or b""
    # 127: not found. Negative, or 128 and above: a signal. None of these is a verdict on the input.
    if done.returncode < 0 or done.returncode >= 126:
        raise ToolUnavailable(f"{TOOL} {call}: could not run (status {done.returncode})")
    said = _last_line(done.stderr) if quotable else ""
    raise ToolFailed(f"{TOOL} {call}: status {done.returncode}{': ' if said else ''}{said}")


def _last_line(stderr: bytes) -> str:
    lines = stderr.decode("utf-8", "replace").split("\n")
    # What it says it is doing ("I: using directory …") is no reason, and names a folder that is gone by then.
    useful = [line.strip() for line in lines if line.strip() and not line.startswith("I: ")]
    return useful[-1][:200] if useful else ""


@contextmanager
def _secret(content: Hidden) -> Iterator[int]:
    """The read end of a pipe that already holds the secret; what is in it vanishes with its last reader.

    `content` comes as it is, so that no frame of a traceback holds the bare text.
    """
    if len(content.reveal()) > _PIPE_BYTES:
        raise ValueError("too long for a secret")
    reader, writer = os.pipe()
    try:
        try:
            # An unnamed temporary: a local variable would be shown by a traceback with locals.
            os.write(writer, content.reveal().encode("utf-8") + b"\n")
        finally:
            os.close(writer)
        yield reader
    finally:
        os.close(reader)


@contextmanager
def _secrets(named: Mapping[str, Hidden]) -> Iterator[tuple[list[str], list[int]]]:
    """Arguments `--name /dev/fd/N` and the pipes to pass, one for each named secret."""
    arguments: list[str] = []
    pipes: list[int] = []
    with ExitStack() as stack:
        for name, content in named.items():
            reader = stack.enter_context(_secret(content))
            arguments += [f"--{name}", f"/dev/fd/{reader}"]
            pipes.append(reader)
        yield arguments, pipes


@lru_cache(maxsize=1)
def tool_version() -> str:
    """What the tool says of itself, such as "2.0 (20230102)"; asked once."""
    return ask_version()


def ask_version() -> str:
    """As `tool_version`, asked anew: for whoever looks whether the tool is still there. Raises ToolUnavailable."""
    stdout, stderr = _run(["--version"], seconds=_SMALL_SECONDS)
    said = (stdout or stderr).decode("utf-8", "replace").split("\n")
    return said[0].strip()


def _release() -> tuple[int, int]:
    found = re.match(r"(\d+)\.(\d+)", tool_version())
    if found is None:
        raise ToolUnavailable(f"{TOOL} --version: not understood")
    return int(found[1]), int(found[2])


# Set-up


def generate_token() -> str:
    stdout, _ = _run(["setup", "generate-token"], seconds=_SMALL_SECONDS)
    return stdout.decode("ascii").strip()


def derive_public(uuid: str, throwaway_credential: str) -> str:
    """The tool's own derivation. Takes the credential as an ARGUMENT: only ever for a throwaway one."""
    arguments = ["setup", "generate-credentials", "--group", group.NAME, "--uuid", uuid]
    stdout, _ = _run([*arguments, "--derive", throwaway_credential], seconds=_SMALL_SECONDS, quotable=False)
    return stdout.decode("ascii").strip()


def generate_trustee_key(directory: Path) -> tuple[Path, Path]:
    """(private, public): the two files that the tool wrote into the directory, which must be the trustee's own."""
    _run(
        ["setup", "generate-trustee-key", "--group", group.NAME], seconds=_SMALL_SECONDS, cwd=directory, quotable=False
    )
    (private,) = directory.glob("*.privkey")
    (public,) = directory.glob("*.pubkey")
    return private, public


def threshold_step(directory: Path, step: int, *options: str, key: Hidden | None = None, stdin: str = "") -> str:
    """One of the six steps by which trustees make one key of which some of them can open what it closes; returns what
    the tool prints. It reads and writes files of `directory`; the trustee's private key comes through a pipe."""
    words = ["setup", "generate-trustee-key-threshold", "--group", group.NAME, "--step", str(step), *options]
    with _secrets({} if key is None else {"key": key}) as (arguments, pipes):
        stdout, _ = _run(
            [*words, *arguments],
            seconds=_SMALL_SECONDS,
            stdin=stdin.encode("ascii"),
            cwd=directory,
            pipes=pipes,
            quotable=False,
        )
    return stdout.decode("ascii").strip()


def threshold_certificate(directory: Path, place: int, threshold: int, size: int) -> None:
    """Step 1 of six, of trustee `place` (from 1) of `size`, `threshold` of whom open: leaves ID.key and ID.cert."""
    # Written into the certificate since the protocol was strengthened (2.5.1): 2.0 does not know it, 3.0 asks for it.
    options = ("--threshold-context", f"{place}/{threshold}/{size}") if _release() >= (3, 0) else ()
    threshold_step(directory, 1, *options)


def make_trustees(directory: Path) -> None:
    """public_keys.jsons (and threshold.json, if any) → trustees.json."""
    _run(["setup", "make-trustees", "--dir", str(directory)], seconds=_SMALL_SECONDS)


def make_election(directory: Path, uuid: str, template: Path) -> None:
    """trustees.json and the template → election.json."""
    options = ["--dir", str(directory), "--group", group.NAME, "--uuid", uuid, "--template", str(template)]
    # A relative file is looked for in the working directory by one version and in --dir by another: stand in it.
    _run(["setup", "make-election", *options], seconds=_SMALL_SECONDS, cwd=directory)


# The board


def archive_init(directory: Path) -> None:
    """election.json, trustees.json, public_creds.json → UUID.bel."""
    _run(["archive", "init", "--dir", str(directory)], seconds=_WHOLE_BOARD_SECONDS, cwd=directory)


def add_event(directory: Path, kind: str, lines: str = "") -> None:
    """Append one event to the only .bel of the directory; the last of the lines is its payload."""
    _run(
        ["archive", "add-event", "--dir", str(directory), f"--type={kind}"],
        stdin=lines.encode("utf-8"),
        seconds=_WHOLE_BOARD_SECONDS,
    )


def verify(directory: Path, *, seconds: float = _WHOLE_BOARD_SECONDS) -> None:
    """Every check of the tool. Returning means that it said so in words, not only by its exit status."""
    stdout, stderr = _run(["election", "verify", "--dir", str(directory)], seconds=seconds)
    if b"all checks passed" not in stdout + stderr:
        raise ToolFailed(f"{TOOL} election verify: did not say that all checks passed")


def has_verify_ballot() -> bool:
    """From 2.2 on single ballots are checked by `verify-ballot`, and must be:

    `verify` of 3.0 starts the check of the ballots and does not wait for what it finds, so that a board full of
    false proofs gets "all checks passed".
    """
    return _release() >= (2, 2)


def verify_ballot(directory: Path, ballot: Path) -> None:
    """Every proof and the signature of one ballot in a file, against the credentials of the directory's board."""
    options = ["--dir", str(directory), "--ballot", str(ballot)]
    _, stderr = _run(["election", "verify-ballot", *options], seconds=_SMALL_SECONDS)
    if b"ballot is valid" not in stderr:
        raise ToolFailed(f"{TOOL} election verify-ballot: did not say that the ballot is valid")


# Voting and counting


def generate_ballot(directory: Path, credential: Hidden, choice: Hidden) -> str:
    """The ballot's JSON. Credential and choice go through pipes; nothing that the tool says of them is kept."""
    # 2.2 renamed --ballot to --choice.
    name = "choice" if _release() >= (2, 2) else "ballot"
    with _secrets({"privcred": credential, name: choice}) as (arguments, pipes):
        stdout, _ = _run(
            ["election", "generate-ballot", "--dir", str(directory), *arguments],
            seconds=_SEAL_SECONDS,
            pipes=pipes,
            quotable=False,
        )
    return stdout.decode("ascii").rstrip("\n")


def compute_encrypted_tally(directory: Path) -> str:
    arguments = ["election", "compute-encrypted-tally", "--dir", str(directory)]
    return _run(arguments, seconds=_WHOLE_BOARD_SECONDS)[0].decode("ascii")


def decrypt_threshold(directory: Path, trustee: int, private_key: Hidden, decryption_key: Path) -> str:
    """A partial decryption and the line that says whose it is. `trustee` counts from 1; `decryption_key`: the file that
    step 6 made for them, which only their private key opens."""
    words = ["election", "decrypt-threshold", "--dir", str(directory), "--trustee-id", str(trustee)]
    with _secrets({"key": private_key}) as (arguments, pipes):
        stdout, _ = _run(
            [*words, "--decryption-key", str(decryption_key), *arguments],
            seconds=_WHOLE_BOARD_SECONDS,
            pipes=pipes,
            quotable=False,
        )
    return stdout.decode("ascii")


def compute_result(directory: Path) -> str:
    arguments = ["election", "compute-result", "--dir", str(directory)]
    return _run(arguments, seconds=_WHOLE_BOARD_SECONDS)[0].decode("ascii")
